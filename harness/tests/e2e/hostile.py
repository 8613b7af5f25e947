#!/usr/bin/python3
"""Programs that mean harm (cases/hostile) get a true status, and leave nothing behind.

Each is put beside a program that does the lab's work and is called in the middle of it, so that everything before it
(the build, finding out how to call it) went well.
"""

import glob
import os
import pathlib
import re
import sys
import tempfile
import xml.etree.ElementTree

import support

TASK = "vmsim/fifo-256"
HOOK = "        now++;\n"
MARK = "memgrade-was-here"


def submission(directory, hostile):
    source = (support.ROOT / "cases/samples/first-try/vm.c").read_text()
    assert source.count(HOOK) == 1
    # The short trace of the probe has fewer addresses than this, the book's has more.
    call = HOOK + "        if (now == 900)\n            misbehave();\n"
    text = source.replace(HOOK, call).replace("static int tlb_lookup", "void misbehave(void);\n\nstatic int tlb_lookup")
    (directory / "vm.c").write_text(text)
    (directory / "misbehave.c").write_text(hostile.read_text())


def processes():
    """Every process that is neither a kernel thread nor one of ours, by the text of its command line."""
    found = {}
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            command = pathlib.Path(path).read_bytes()
        except OSError:
            continue
        if b"/submission" in command or b"memgrade-confine" in command or b"bwrap" in command:
            found[path.split("/")[2]] = command
    return found


def traces_outside():
    places = ["/etc", "/usr", "/home", "/var/tmp", "/dev/shm", "/tmp", str(support.ROOT), str(support.ROOT.parent)]
    return [os.path.join(place, MARK) for place in places if os.path.exists(os.path.join(place, MARK))]


def whole_reports(out):
    """Complaints about the files of a finished run."""
    complaints = [f"{name} is missing" for name in ("report.json", "report.html", "report.md", "junit.xml")
                  if not (out / name).is_file()]
    if not complaints:
        xml.etree.ElementTree.parse(out / "junit.xml")
        page = (out / "report.html").read_text(encoding="utf-8")
        if "<script>alert" in page or "onerror=alert(2)>" in page:
            complaints.append("the page holds a student's markup")
    return complaints


def check(hostile):
    expected = re.search(r"expect: (\w+)", hostile.read_text()).group(1)
    before = processes()
    with tempfile.TemporaryDirectory(prefix="memgrade-hostile-") as scratch:
        student = pathlib.Path(scratch) / "student"
        student.mkdir()
        submission(student, hostile)
        out = pathlib.Path(scratch) / "out"
        run = support.Run("--student", student, "--lab", TASK, "--out", out, "--json", timeout_s=300)
        if run.status != 0:
            return [f"exit status {run.status}: {run.err}"]
        seen = support.statuses(run.json, "vmsim")["fifo-256"]
        complaints = whole_reports(out)
        stray = [name for name in os.listdir(scratch) if name not in ("student", "out")]
    if seen != expected:
        complaints.append(f"status {seen}, expected {expected}")
    complaints += [f"left behind: {path}" for path in traces_outside() + stray]
    complaints += [f"still running: {command}" for pid, command in processes().items() if pid not in before]
    return complaints


def main():
    ktap = support.Ktap()
    for hostile in sorted((support.ROOT / "cases/hostile").glob("*.c")):
        complaints = check(hostile)
        ktap.result(not complaints, hostile.stem, "\n".join(complaints))
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
