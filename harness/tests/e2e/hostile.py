#!/usr/bin/python3
"""Programs that mean harm (cases/hostile) get a true status, and leave nothing behind.

Each is put beside a program that does the lab's work and is called in the middle of it, so that everything before it
(the build, finding out how to call it) went well.
"""

import concurrent.futures
import os
import pathlib
import re
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree

import support

TASK = "vmsim/fifo-256"
HOOK = "\tnow++;\n"
MARK = "memgrade-was-here"
SIDE_BY_SIDE = 4   # who hangs costs the time that he is given, and no processor


# The usual command line. A right program, so that the call is found at once: each further probe of one that hangs takes
# its time.
MAIN = """
int main(int argc, char **argv)
{
	for (int option; (option = getopt(argc, argv, "n:p:")) != -1;) {
		if (option == 'n')
			frames_n = atoi(optarg);
		else
			is_lru = strcmp(optarg, "lru") == 0;
	}
	return argc - optind == 2 ? run(argv[optind], argv[optind + 1]) : 2;
}
"""


def submission(directory, hostile):
    source = (support.ROOT / "cases/vmsim/dialects/base.c").read_text()
    for mark in (HOOK, "/* main */\n"):
        assert source.count(mark) == 1
    # The short trace of the probe has fewer addresses than this, the book's has more.
    text = source.replace(HOOK, HOOK + "\tif (now == 900)\n\t\tmisbehave();\n").replace("/* main */\n", MAIN)
    (directory / "vm.c").write_text("void misbehave(void);\n" + text)
    (directory / "misbehave.c").write_text(hostile.read_text())


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
    """(complaints, seconds)."""
    started = time.monotonic()
    expected = re.search(r"expect: (\w+)", hostile.read_text()).group(1)
    with tempfile.TemporaryDirectory(prefix="memgrade-hostile-") as scratch:
        student, temporary = pathlib.Path(scratch) / "student", pathlib.Path(scratch) / "tmp"
        student.mkdir()
        temporary.mkdir()
        submission(student, hostile)
        out = pathlib.Path(scratch) / "out"
        run = support.Run("--student", student, "--lab", TASK, "--out", out, "--json", timeout_s=300,
                          env={"TMPDIR": str(temporary)})
        running = support.processes_in(scratch)
        if run.status != 0:
            return [f"exit status {run.status}: {run.err}"], time.monotonic() - started
        seen = support.statuses(run.json, "vmsim")["fifo-256"]
        complaints = whole_reports(out)
        stray = [name for name in os.listdir(scratch) if name not in ("student", "out", "tmp")] + os.listdir(temporary)
    if seen != expected:
        complaints.append(f"status {seen}, expected {expected}")
    complaints += [f"left behind: {name}" for name in stray]
    complaints += [f"still running: {command}" for command in running.values()]
    return complaints, time.monotonic() - started


def watch(found, done):
    """Notes what of the students' is seen while it runs: that nothing is seen afterwards then says something."""
    place = os.path.join(tempfile.gettempdir(), "memgrade-hostile-")
    while not found and not done.wait(0.3):
        found += [command for command in support.processes_in(place).values() if place not in command]


def main():
    ktap = support.Ktap()
    found, done = [], threading.Event()
    watcher = threading.Thread(target=watch, args=(found, done))
    watcher.start()
    programs = sorted((support.ROOT / "cases/hostile").glob("*.c"))
    with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for hostile, (complaints, took_s) in zip(programs, pool.map(check, programs)):
            ktap.result(not complaints, hostile.stem, "\n".join(complaints), took_s)
    done.set()
    watcher.join()
    ktap.result(found, "what runs is seen while it runs")
    outside = traces_outside()
    ktap.result(not outside, "nothing was written outside", "\n".join(outside))
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
