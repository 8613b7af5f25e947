#!/usr/bin/python3
"""Files in the course's framework, in the habits and with the mistakes of real ones, get what a careful person gives.

A dialect is cases/ktest/dialects/NAME.patch, over cases/ktest/course/right. The lines of its head that begin with `#` say
what it is, and

    # run: TASK…                    the tasks that it is tried on
    # earns: TASK=SHARE…            of the task's points; LOW..HIGH where a range is right
    # says: TEXT                    what the report must say (several lines, each on its own)
    # never: TEXT                   and what it must not

Names given as arguments are tried alone. A short check tries one of each kind; each takes a guest or two.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import support

DIALECTS = support.ROOT / "cases" / "ktest" / "dialects"
RIGHT = support.ROOT / "cases" / "ktest" / "course" / "right"
ROUNDING = 0.006
SHORT = ("no-test-for-a-task", "sprintf-into-the-buffer", "hot-newline-after-every-vma", "table-one-pfn-for-all",
         "data-last-part-missing", "hot-unguarded")


def head_lines(text, key):
    return [line.strip() for line in re.findall(rf"^# {key}:(.*)$", text, re.MULTILINE)]


def head_words(text, key):
    return [word for line in head_lines(text, key) for word in line.split()]


def is_within(share, wanted):
    low, _, high = wanted.partition("..")
    return float(low) - ROUNDING <= share <= float(high or low) + ROUNDING


def said(report):
    """All sentences of a report, as one text."""
    words = [note for lab in report["labs"] for note in lab["notes"]]
    for task in (task for lab in report["labs"] for task in lab["tasks"]):
        words += [task["status"], task["message"], *task["notes"]]
        for check in task["checks"]:
            words += [check["message"], check.get("detail", "")] if check["status"] != "pass" else []
    return "\n".join(words)


def complaints_of(text, report):
    tasks = {task["task"]: task for lab in report["labs"] for task in lab["tasks"]}
    complaints = []
    for word in head_words(text, "earns"):
        name, _, wanted = word.partition("=")
        share = tasks[name]["score"] / tasks[name]["max_score"] if name in tasks else -1
        if not is_within(share, wanted):
            complaints.append(f"{name} earns {share:.2f} of 1, {wanted} is right: {tasks.get(name, {}).get('message')}")
            complaints += [f"  {check['title']}: {check['status']} {check['fraction']:.2f} {check['message']}"
                           for check in tasks.get(name, {"checks": []})["checks"] if check["status"] != "pass"]
    everything = said(report)
    complaints += [f"not said: {line}" for line in head_lines(text, "says") if line not in everything]
    return complaints + [f"said: {line}" for line in head_lines(text, "never") if line in everything]


def try_dialect(patch):
    text = patch.read_text()
    with tempfile.TemporaryDirectory(prefix="memgrade-dialect-") as scratch:
        student = pathlib.Path(scratch) / patch.stem
        support.copy_tree(RIGHT, student)
        applied = subprocess.run(["patch", "-p1", "--no-backup-if-mismatch", "-s", "-i", str(patch)], cwd=student,
                                 capture_output=True, text=True, check=False)
        if applied.returncode != 0:
            return ["the patch does not apply:", applied.stdout + applied.stderr]
        tasks = [option for name in head_words(text, "run") for option in ("--lab", f"ktest/{name}")]
        run, report = support.grade(student, *tasks, "-j", 1, timeout_s=1800)
    if report is None:
        return [f"exit status {run.status}", run.err]
    complaints = complaints_of(text, report)
    return complaints + ([json.dumps(report["labs"][0]["notes"])] if complaints else [])


def main():
    ktap = support.Ktap()
    every = sorted(DIALECTS.glob("*.patch"))
    names = sys.argv[1:] or ([patch.stem for patch in every] if support.FULL else SHORT)
    patches = [patch for patch in every if patch.stem in names]
    for patch in patches:
        complaints = try_dialect(patch)
        ktap.result(not complaints, f"ktest: dialect {patch.stem}", "\n".join(complaints))
    ktap.result(len(every) >= 15 and len(patches) == len(names), "ktest: at least fifteen dialects")
    if left := len(every) - len(patches):
        print(f"# left out: {left} of the {len(every)} dialects of ktest", flush=True)
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
