#!/usr/bin/python3
"""Kernels in other people's habits (cases/rv64-memory/dialects) get what a careful person gives.

Each is a patch over the course's right tree or, with `# base: starter`, over riscv-kernel. Its head says in `# points:`
which tasks do not get all their points (`task=2`, `task=1-3`), in `# says:` what stands in the report, in `# exit:` how a
submission that is not graded ends. `# remove:`, `# move:`, `# into:` (a folder) and `# also:` (another dialect, and its
folder) are done to the tree. Names on the command line try these alone.
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import support

LAB = "rv64-memory"
# Those that build or behave in a way that no other of these does.
SHORT = ("buddy-file", "edition-2022", "kmalloc-one-page", "lab-6", "lab-7", "linked-for-opensbi", "no-buddy-target",
         "no-top-makefile", "other-wording", "page-by-page", "starter-buddy-loses-pages", "starter-helper-across-files",
         "starter-leaks-in-munmap", "whole-repository")
CASES = support.ROOT / "cases" / LAB
DIALECTS = CASES / "dialects"


def head(text, key):
    return re.findall(rf"^# {key}: (.*)$", text, re.MULTILINE)


def make(patch, target):
    """The dialect's tree in `target`."""
    text = patch.read_text()
    base = support.ROOT / "riscv-kernel" if "starter" in head(text, "base") else CASES / "course" / "right"
    support.copy_tree(base, target, leave_out=("*.bin", "vmlinux"))
    if re.search(r"^--- ", text, re.MULTILINE):
        subprocess.run(["patch", "-p1", "--no-backup-if-mismatch", "-s", "-i", str(patch)], cwd=target, check=True)
    for name in head(text, "remove"):
        shutil.rmtree(target / name) if (target / name).is_dir() else (target / name).unlink()
    for words in head(text, "move"):
        old, new = words.split()
        (target / old).rename(target / new)


def submission(patch, scratch):
    text = patch.read_text()
    root = pathlib.Path(scratch) / patch.stem
    make(patch, root / "".join(head(text, "into")))
    for words in head(text, "also"):
        name, folder = words.split()
        make(DIALECTS / f"{name}.patch", root / folder)
    return root


def wrong_points(text, report):
    wanted = dict(pair.split("=") for line in head(text, "points") for pair in line.split())
    for task in (task for lab in report["labs"] for task in lab["tasks"]):
        least, _, most = wanted.pop(task["task"], str(task["max_score"])).partition("-")
        if not float(least) - 1e-6 <= task["score"] <= float(most or least) + 1e-6:
            yield f"{task['task']}: {task['status']}, {task['score']} points, a careful person gives {least}" + (f" to {most}" if most else "")
    yield from (f"{name}: no such task" for name in wanted)


def try_dialect(patch):
    text = patch.read_text()
    with tempfile.TemporaryDirectory(prefix="memgrade-dialect-") as scratch:
        run, report = support.grade(submission(patch, scratch), "--lab", LAB, "--no-shorten", "-j", 1, timeout_s=900)
    said = run.err + (str(report) if report else run.out)
    wrong = [f"{what!r} is not said" for what in head(text, "says") if what not in said]
    if expected := head(text, "exit"):
        return wrong + ([f"exit status {run.status}"] if run.status != int(expected[0]) else [])
    return wrong + (list(wrong_points(text, report)) if report else [f"exit status {run.status}", run.err])


def main():
    ktap = support.Ktap()
    every = sorted(DIALECTS.glob("*.patch"))
    names = sys.argv[1:] or ([patch.stem for patch in every] if support.FULL else SHORT)
    patches = [patch for patch in every if patch.stem in names]
    with concurrent.futures.ThreadPoolExecutor(max(1, os.cpu_count() or 2)) as pool:
        for patch, wrong in zip(patches, pool.map(try_dialect, patches)):
            ktap.result(not wrong, patch.stem, "\n".join(wrong))
    ktap.result(len(every) >= 15 and len(patches) == len(names), "at least fifteen dialects")
    if left := len(every) - len(patches):
        print(f"# left out: {left} of the {len(every)} dialects of {LAB}", flush=True)
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
