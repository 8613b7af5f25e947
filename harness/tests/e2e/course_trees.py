#!/usr/bin/python3
"""Whole trees of the course's framework (cases/rv64-memory/course): the right one earns all that can be looked at, each
mutant gets the statuses that its line `# grade:` says, and every check of such trees is failed by some mutant.

What a mutant does not name must pass; that, and what cannot be looked at, is tried by `check --full`: a short run grades a
mutant's named tasks alone, and leaves out those that fail nothing new. Names of mutants on the command line try these alone.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import support

LAB = "rv64-memory"
COURSE = support.ROOT / "cases/rv64-memory/course"
DRIVEN = ("tree-buddy-blocks", "tree-buddy-whole", "tree-buddy-bad-frees", "tree-kmalloc")


def tree(scratch, name, patch=None):
    copy = pathlib.Path(scratch) / name
    support.copy_tree(COURSE / "right", copy, leave_out=("*.bin", "vmlinux"))
    if patch:
        subprocess.run(["patch", "-p1", "--no-backup-if-mismatch", "-s", "-i", str(patch)], cwd=copy, check=True)
    return copy


def replace(copy, files, old, new):
    changed = 0
    for file in (file for pattern in files for file in copy.rglob(pattern)):
        text = file.read_text()
        changed += text.count(old)
        file.write_text(text.replace(old, new))
    assert changed, f"{old} is nowhere"


def rows(report):
    return {task["task"]: task for one in report["labs"] for task in one["tasks"]}


def all_checks(report):
    return {(name, check["title"]) for name, task in rows(report).items() for check in task["checks"]}


def differences(report, wanted):
    """What is not as `wanted` says; a task that is not named must pass."""
    seen = support.statuses(report, LAB)
    return [f"{task}: {status}, expected {wanted.get(task, 'pass')}" for task, status in seen.items()
            if status != wanted.get(task, "pass")] + [f"{task}: no such task" for task in wanted if task not in seen]


def named_tasks(patch):
    """{task: status} of its line `# grade:`."""
    return dict(pair.split("=") for line in re.findall(r"^# grade:(.*)$", patch.read_text(), re.M) for pair in line.split())


def run_mutant(patch):
    """(checks that fail, complaints)"""
    wanted = named_tasks(patch)
    tasks = [] if support.FULL else [option for task in wanted for option in ("--lab", f"{LAB}/{task}")]
    with tempfile.TemporaryDirectory(prefix="memgrade-course-") as scratch:
        run, report = support.grade(tree(scratch, patch.stem, patch), *tasks, "--no-shorten", "-j", 1, timeout_s=900)
    if report is None:
        return set(), [f"exit status {run.status}", run.err]
    return support.failed_checks(report, LAB), differences(report, wanted)


def right_tree(ktap, scratch):
    run, report = support.grade(tree(scratch, "right"))
    if report is None:
        ktap.result(False, "the right tree is graded", run.err)
        return set()
    wrong = differences(report, {})
    ktap.result(not wrong and report["score"] == 100 and report["max_score"] == 100,
                "the right tree has full marks", "\n".join(wrong))
    notes = "\n".join(report["labs"][0]["notes"])
    for text in ("edited by us: arch/riscv/kernel/vm.c:18: no-u-on-tables", "user-bss-apart", "rv64,pmp=false"):
        ktap.result(text in notes, f"the report tells of {text}", notes)
    sums = {}
    for task in rows(report).values():
        part = {"build": "build", "tree-kmalloc": "kmalloc", "tree-mmap": "mmap", "tree-faults": "faults"}
        sums[part.get(task["task"], "buddy")] = sums.get(part.get(task["task"], "buddy"), 0) + task["max_score"]
    ktap.result(sums == {"build": 0, "buddy": 30, "kmalloc": 10, "mmap": 30, "faults": 30}, "the parts weigh 30/10/30/30", sums)
    return all_checks(report)


def graded(ktap, name, copy, wanted, *texts):
    """Grades a tree of ours with something changed; `texts` must stand in its report."""
    run, report = support.grade(copy, "--no-shorten", timeout_s=900)
    if report is None:
        ktap.result(False, name, run.err)
        return
    said = str(report)
    wrong = differences(report, wanted) + [f"{text!r} is not in the report" for text in texts if text not in said]
    ktap.result(not wrong, name, "\n".join(wrong))


def what_cannot_be_looked_at(ktap, scratch):
    copy = tree(scratch, "no-alloc-page")
    replace(copy, ["*.c", "*.h"], "alloc_page(", "get_page(")
    graded(ktap, "where the driver cannot be linked, a person looks", copy, dict.fromkeys(DRIVEN, "pending"),
           "cannot be linked into this tree: undefined reference to `alloc_page'",
           "arch/riscv/kernel/slub.c:111: void *kmalloc(size_t size)")
    copy = tree(scratch, "own-link")
    replace(copy, ["Makefile"], "$(LD) -T arch", "$(CROSS_)ld -T arch")
    graded(ktap, "so it is where the tree links in a way of its own", copy, dict.fromkeys(DRIVEN, "pending"),
           "which leaves the driver out")
    copy = tree(scratch, "stripped")
    replace(copy, ["Makefile"], "-o vmlinux", "-s -o vmlinux")
    graded(ktap, "without symbols the page tables are read all the same, the allocator is not", copy,
           dict.fromkeys(DRIVEN, "pending"), "not looked at: the tree after the tests: the image has no buddy_system")
    copy = tree(scratch, "other-name")
    replace(copy, ["mm.c"], "buddy_system", "my_buddies")
    replace(copy, ["mm.c"], "init_my_buddies", "init_buddy_system")
    graded(ktap, "another name for the allocator's tree is said, and costs nothing", copy, {},
           "not looked at: the tree after the tests: the image has no buddy_system")
    copy = tree(scratch, "another-framework")
    replace(copy, ["vm.c"], "(perm & (PTE_U | PTE_V))", "PTE_V")
    graded(ktap, "an edit that finds no place is said", copy, {}, "the edit no-u-on-tables found no place")
    nested = pathlib.Path(scratch) / "nested"
    tree(nested, "hand-in/os/lab5")
    graded(ktap, "a tree some folders down is found", nested, {}, "hand-in/os/lab5")
    copy = tree(scratch, "runs-the-emulator")
    replace(copy, ["Makefile"], '@echo "make vmlinux: done"', "qemu-system-riscv64 -nographic -machine virt -device loader,file=vmlinux")
    graded(ktap, "a Makefile that starts the emulator waits for nobody", copy, {})


# The quickest that together fail every check; a short run begins with them.
FIRST = ("forged-transcript", "block-size-in-bytes", "kfree-keeps-large-blocks", "kmalloc-takes-any-size",
         "kmalloc-gives-a-page-for-too-much", "kmalloc-gives-a-page", "munmap-never-frees", "load-without-r", "end-inclusive",
         "page-zero-mapped", "root-forgotten")


def try_mutants(ktap, patches, open_checks=None):
    """Takes what they fail out of `open_checks`. A short run leaves a mutant out whose tasks have no such check any more."""
    tried = 0

    def try_one(patch):
        if open_checks is None or support.FULL or any(task in named_tasks(patch) for task, _ in list(open_checks)):
            failed, complaints = run_mutant(patch)
            if open_checks is not None:
                open_checks.difference_update(failed)
            return complaints
        return None

    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("MEMGRADE_CHECK_JOBS") or os.cpu_count() or 2)) as pool:
        for patch, complaints in zip(patches, pool.map(try_one, patches)):
            if complaints is not None:
                tried += 1
                ktap.result(not complaints, f"mutant {patch.stem}", "\n".join(complaints))
    if tried < len(patches):
        print(f"# left out: {len(patches) - tried} of the {len(patches)} mutants of whole trees", flush=True)


def main():
    ktap = support.Ktap()
    patches = sorted((COURSE / "mutants").glob("*.patch"))
    if names := sys.argv[1:]:
        try_mutants(ktap, [patch for patch in patches if patch.stem in names])
        return ktap.finish()
    with tempfile.TemporaryDirectory(prefix="memgrade-course-") as scratch:
        never_failed = right_tree(ktap, scratch)
        if support.FULL:
            what_cannot_be_looked_at(ktap, scratch)
        else:
            print("# left out: trees in which something cannot be looked at", flush=True)
    never_failed.discard(("build", "builds"))  # what does not build is no tree
    try_mutants(ktap, sorted(patches, key=lambda patch: patch.stem not in FIRST), never_failed)
    for task, title in sorted(never_failed):
        ktap.result(False, f"no mutant fails the check '{title}' of {task}")
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
