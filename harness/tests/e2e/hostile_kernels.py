#!/usr/bin/python3
"""Kernels and Makefiles that mean harm, or that are no kernels at all: each gets a true status in bounded time, costs nobody
anything but its author, and leaves nothing behind.

Files of our starter are copies of the reference with one file changed; whole trees are copies of the course's right tree
with a file or the Makefile changed. The limits are those of the lab, with less patience.

    hostile_kernels.py [WORD...]      those whose name has one of the words; all of them when there is none
"""

import base64
import concurrent.futures
import ctypes
import functools
import os
import pathlib
import random
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

import yaml

import hostile
import support

LAB = "rv64-memory"
PLANTED = "planted"
REFERENCE = support.ROOT / "riscv-kernel"
COURSE = support.ROOT / "cases/rv64-memory/course/right"
LONGEST_S = 200     # of one submission, on a host that has other things to do
WORKERS = 2
PR_SET_CHILD_SUBREAPER = 36     # linux/prctl.h
LISTENER = socket.create_server(("127.0.0.1", 0))     # a connection to it is made without anybody's answer
WITHOUT_END = ("crash", "timeout")      # a limit of output or one of time, whichever comes first
IN_VAIN = ("fail", "crash", "timeout", "skipped")
NOTHING = {"build": "fail"}     # then all that needs it is skipped


def impatient_root(scratch):
    """A root whose lab waits less long for silent kernels and endless builds."""
    root = pathlib.Path(scratch) / "root"
    shutil.copytree(support.ROOT / "cases" / LAB, root / "cases" / LAB, ignore=shutil.ignore_patterns("course", "mutants"))
    for part in ("reports", "riscv-kernel"):
        (root / part).symlink_to(support.ROOT / part)
    lab = root / "cases" / LAB / "lab.yaml"
    text = lab.read_text()
    for old, new in (("build: {wall: 120, cpu: 60,", "build: {wall: 24, cpu: 12,"),
                     ("boot: {wall: 60, quiet: 15, cpu: 30, output: 4 MiB}", "boot: {wall: 9, quiet: 4, cpu: 9, output: 256 KiB}")):
        assert old in text, old
        text = text.replace(old, new)
    lab.write_text(text)
    return root


# Files of the starter.

HEAD = {"buddy.c": "init_buddy_system(void)\n{\n", "fault.c": "struct trap_frame *frame)\n{\n"}


def starter(scratch, file, first, before=""):
    """The reference with `first` as the first statements of what `file` is about, and `before` in front of the file."""
    copy = pathlib.Path(scratch) / "student"
    (copy / "kernel").mkdir(parents=True)
    for name in ("buddy.c", "kmalloc.c", "mmap.c", "fault.c"):
        shutil.copy(REFERENCE / "kernel" / name, copy / "kernel" / name)
    path = copy / "kernel" / file
    text = path.read_text()
    at = text.rindex(HEAD[file]) + len(HEAD[file])
    path.write_text(before + text[:at] + first + text[at:])
    return copy


PUT = "static void put(char c) { register unsigned long a0 __asm__(\"a0\") = c, a7 __asm__(\"a7\") = 1; __asm__ volatile(\"ecall\" : \"+r\"(a0) : \"r\"(a7)); }\n"
RESET = "register unsigned long a0 __asm__(\"a0\") = 1, a1 __asm__(\"a1\") = 0, a6 __asm__(\"a6\") = 0, a7 __asm__(\"a7\") = 0x53525354;" \
        " __asm__ volatile(\"ecall\" : : \"r\"(a0), \"r\"(a1), \"r\"(a6), \"r\"(a7));\n"
POWER_OFF = RESET.replace("__asm__(\"a0\") = 1", "__asm__(\"a0\") = 0")
FORGED = "".join(f"for (const char *s = \"{line}\\n\"; *s; s++) put(*s);\n" for line in (
    "checking in test3", "Page fault! epc = 0x0000000001000204, stval = 0x0000000000000000",
    "Page fault! epc = 0x0000000001000254, stval = 0x0000000000000000",
    "Permission denied! Required: 0x0000000000000002, Actual: 0x000000000000001d", "[CHECK] page access control OK",
    "checking in test4", "Page fault! epc = 0x0000000001000200, stval = 0x0000000000001000",
    "Permission denied! Required: 0x0000000000000004, Actual: 0x000000000000001d",
    "Page fault! epc = 0x0000000001000234, stval = 0x0000000000001000", "[CHECK] page access control OK",
    "test end", "ticks: 50", "@B 1 0 80000000 1000 1 0 #00000000", "@E 0 done 0 #00000000"))

STARTERS = {
    "a file that does not compile": ("buddy.c", "this is no C\n", "", NOTHING),
    "a kernel that says nothing and spins, interrupts off": (
        "buddy.c", "__asm__ volatile(\"csrci sstatus, 2\"); for (;;) ;\n", "", {"buddy-blocks": "fail", "fault-seen": "pass"}),
    "a kernel that prints for ever": (
        "buddy.c", "for (;;) put('x');\n", PUT, {"buddy-blocks": "fail", "fault-seen": "pass"}),
    "a kernel that resets for ever": ("buddy.c", RESET, "", {"buddy-blocks": "fail", "fault-seen": "pass"}),
    "a kernel that forges a transcript and switches off": (
        "buddy.c", FORGED + POWER_OFF, PUT, {"buddy-blocks": "fail", "fault-rights": "pass", "fault-seen": "pass"}),
    "a fault handler that prints for ever": (
        "fault.c", "for (;;) put('x');\n", PUT, {"buddy-blocks": "pass", "fault-seen": WITHOUT_END}),
    "a fault handler that resets": ("fault.c", RESET, "", {"buddy-blocks": "pass", "fault-seen": "crash"}),
    "a fault handler that forges a transcript and switches off": (
        "fault.c", FORGED + POWER_OFF, PUT, {"buddy-blocks": "pass", "fault-rights": "fail", "fault-seen": "partial"}),
    "a fault handler that faults": (
        "fault.c", "*(volatile int *)(stval | 1UL << 62) = 0;\n", "",
        {"buddy-blocks": "pass", "fault-rights": "fail", "fault-seen": IN_VAIN}),
    "a fault handler that spins, interrupts off": (
        "fault.c", "__asm__ volatile(\"csrci sstatus, 2\"); for (;;) ;\n", "", {"buddy-blocks": "pass", "fault-seen": "timeout"}),
    "more memory than there is": (
        "buddy.c", "__asm__ volatile(\"\" : : \"r\"(huge));\n", "static char huge[1UL << 34] __attribute__((section(\".bss\")));\n", NOTHING),
    "the host's files in the kernel": (
        "buddy.c", "", "__asm__(\".incbin \\\"/etc/shadow\\\"\");\n", NOTHING),
}
# Tasks that say enough of such a kernel, so that a silent one is not waited for a dozen times.
STARTER_TASKS = ("build", "buddy-blocks", "fault-rights", "fault-seen")


# Whole trees.

# A short run grades the tasks that something is expected of, and all of these where nothing is built.
TREE_TASKS = ("build", "tree-buddy-blocks", "tree-buddy-seen", "tree-mmap", "tree-faults")


def edited(copy, file, old, new):
    path = copy / file
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} in {file}"
    path.write_text(text.replace(old, new))


def kernel_that(copy, does):
    edited(copy, "arch/riscv/kernel/head.S", "\n_start:\n", "\n_start:\n" + does)


def makefile(copy, *lines):
    """Nothing but these commands."""
    (copy / "Makefile").write_text("all buddy vmlinux:\n" + "".join(f"\t{line}\n" for line in lines))


def before_the_build(copy, *lines):
    text = (copy / "Makefile").read_text()
    assert "vmlinux:\n" in text
    (copy / "Makefile").write_text(text.replace("\nvmlinux:\n", "\nvmlinux:\n" + "".join(f"\t-{line}\n" for line in lines)))


def blob(copy, data):
    """A Makefile that makes a vmlinux of these bytes."""
    (copy / "blob.txt").write_bytes(base64.encodebytes(data))
    makefile(copy, "base64 -d blob.txt > vmlinux")


@functools.cache
def good_kernel():
    """The bytes of a right vmlinux, edited as the lab says and built, to spoil."""
    edits = yaml.safe_load((support.ROOT / "cases" / LAB / "lab.yaml").read_text())["riscv_kernel"]["whole_trees"]["edits"]
    with tempfile.TemporaryDirectory(prefix="memgrade-hostile-") as scratch:
        copy = pathlib.Path(scratch) / "tree"
        support.copy_tree(COURSE, copy)
        for edit in edits:
            for file in (file for pattern in edit["files"] for file in copy.glob(pattern)):
                file.write_text("".join(re.sub(edit["match"], edit["replace"], line)
                                        for line in file.read_text().splitlines(keepends=True)))
        subprocess.run(["make", "CROSS_=riscv64-linux-gnu-"], cwd=copy, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        return (copy / "vmlinux").read_bytes()


def with_words(data, *words):
    """The file with these (offset, value, bytes) in it."""
    data = bytearray(data)
    for offset, value, count in words:
        data[offset:offset + count] = value.to_bytes(count, "little")
    return bytes(data)


def spoiled(data):
    """{name: an ELF file made to crash whoever reads it}"""
    segments, sections = struct.unpack_from("<QQ", data, 32)
    loaded = next(at for at in range(segments, sections, 56) if data[at] == 1)
    noise = random.Random(7)
    flipped = bytearray(data)
    for _ in range(400):
        flipped[noise.randrange(64, len(data))] ^= 1 << noise.randrange(8)
    return {
        "an ELF file as it was": data,
        "an ELF file cut short": data[:3000],
        "an ELF file with its tables behind the end": with_words(data, (32, 1 << 62, 8), (40, (1 << 64) - 64, 8)),
        "an ELF file with 65,535 segments": with_words(data, (56, 0xFFFF, 2)),
        "an ELF file with a segment of an exabyte": with_words(data, (loaded + 40, 1 << 60, 8)),
        "an ELF file whose segment wraps around": with_words(data, (loaded + 24, (1 << 64) - 4096, 8), (loaded + 40, 1 << 20, 8)),
        "an ELF file whose sections are symbols": with_words(data, *((sections + 64 * i + 4, 2, 4) for i in range(1, 8))),
        "an ELF file with bits flipped": bytes(flipped),
    }


# Flipped bits may leave one that boots; then it is as good as it is.
SPOILED = {
    "an ELF file as it was": {"build": "pass", "tree-mmap": "pass", "tree-buddy-seen": "pass"},
    "an ELF file cut short": NOTHING,
    "an ELF file with its tables behind the end": NOTHING,
    "an ELF file with 65,535 segments": NOTHING,
    "an ELF file with a segment of an exabyte": NOTHING,
    "an ELF file whose segment wraps around": NOTHING,
    "an ELF file whose sections are symbols": NOTHING,
    "an ELF file with bits flipped": {},
}


def builds_for_x86(copy):
    makefile(copy, "printf 'int main(void) { return 0; }' > a.c", "gcc -static -nostdlib -Wl,-e,main a.c -o vmlinux")


def calls_home(copy):
    """Only our own machine is called; a sandbox with a network has no tree to build."""
    port = LISTENER.getsockname()[1]
    before_the_build(copy, f"bash -c 'echo x > /dev/tcp/127.0.0.1/{port}' && touch networked",
                     "grep -v '^ *lo:' /proc/net/dev | grep -q '^ *[^ |]*:' && touch networked",
                     "test ! -e networked || rm -rf arch")


def writes_outside(copy):
    """Marks wherever it may, and an attempt to take away a file beside the submission, which is planted here."""
    planted = copy.parent / PLANTED
    planted.write_text("stays")
    mark = hostile.MARK
    places = " ".join(f"{place}/{mark}" for place in ("/etc", "/usr", "/home", "/var/tmp", "/dev/shm", support.ROOT, support.ROOT.parent))
    before_the_build(copy, f"for f in {places} ../{mark} ../../{mark} /driver/{mark} /tools/{mark}; do touch $$f; done 2>/dev/null",
                     f"rm -f {planted} ../{PLANTED} ../../{PLANTED}; chmod -R 777 /tools /driver; rm -rf /tools/* /driver/*")


TREES = {
    "a tree that does not build": (lambda c: edited(c, "arch/riscv/kernel/mm.c", "#include \"mm.h\"", "#error none"), NOTHING),
    "a Makefile that makes no kernel": (lambda c: makefile(c, "true"), NOTHING),
    "no Makefile": (lambda c: (c / "Makefile").unlink(), dict.fromkeys(TREE_TASKS, "pass")),  # ours is put in
    "a kernel for x86": (builds_for_x86, NOTHING),
    "a kernel for another address": (
        lambda c: edited(c, "arch/riscv/kernel/vmlinux.lds", "AT(0x80000000)", "AT(0x80200000)"), NOTHING),
    "a kernel that is a directory": (lambda c: makefile(c, "mkdir vmlinux"), NOTHING),
    "a kernel that is a link": (lambda c: makefile(c, "ln -s /etc/passwd vmlinux"), NOTHING),
    "a kernel that is a FIFO": (lambda c: makefile(c, "mkfifo vmlinux"), NOTHING),
    "a kernel of a gigabyte of nothing": (lambda c: makefile(c, "truncate -s 1G vmlinux"), NOTHING),
    "a Makefile without end": (lambda c: makefile(c, "while :; do :; done"), NOTHING),
    "a Makefile that prints without end": (lambda c: makefile(c, "yes"), NOTHING),
    "a fork bomb": (lambda c: makefile(c, "bash -c 'f() { f | f & }; f'; sleep 5"), NOTHING),
    "a Makefile that leaves something running": (
        lambda c: before_the_build(c, "(setsid sleep 1000 &) ; (nohup sh -c 'while :; do sleep 1; done' >/dev/null 2>&1 &)"),
        {"build": "pass", "tree-mmap": "pass"}),
    "a Makefile that writes everywhere": (writes_outside, {"build": "pass", "tree-mmap": "pass"}),
    "a Makefile that calls home": (calls_home, {"build": "pass", "tree-mmap": "pass"}),
    "a tree that says nothing": (lambda c: kernel_that(c, "9:\tj\t9b\n"), {"tree-buddy-blocks": "pass", "tree-mmap": "timeout"}),
    "a tree that prints for ever": (
        lambda c: kernel_that(c, "\tli\tt0, 0x10000000\n\tli\tt1, 88\n9:\tsb\tt1, 0(t0)\n\tj\t9b\n"), {"tree-mmap": WITHOUT_END}),
    "a tree that resets for ever": (
        lambda c: kernel_that(c, "\tli\tt0, 0x100000\n\tli\tt1, 0x7777\n9:\tsw\tt1, 0(t0)\n\tj\t9b\n"), {"tree-mmap": "crash"}),
    "a tree whose fault handler faults": (
        lambda c: edited(c, "arch/riscv/kernel/trap.c", "asm volatile(\"csrr %0, stval\" : \"=r\"(stval));",
                         "asm volatile(\"csrr %0, stval\" : \"=r\"(stval)); *(volatile long *)8 = 1;"),
        {"tree-buddy-blocks": "pass", "tree-mmap": "timeout", "tree-faults": "timeout"}),
    "a tree whose timer is off": (
        lambda c: edited(c, "arch/riscv/kernel/trap.c", "asm volatile(\"ecall\");\t\t/* printing took long: the tick begins anew */",
                         "asm volatile(\"csrci sstatus, 2\\n9: j 9b\");"),
        {"tree-buddy-blocks": "pass", "tree-mmap": "timeout", "tree-faults": "timeout"}),
}


def whole(scratch, change):
    copy = pathlib.Path(scratch) / "student"
    support.copy_tree(COURSE, copy)
    change(copy)
    return copy


def spoiled_tree(scratch, name):
    return whole(scratch, lambda copy: blob(copy, spoiled(good_kernel())[name]))


def submissions(words):
    """{name: (makes it in a directory, tasks, {task: status})} of those whose name has one of the words; no word: all."""
    every = {name: (lambda s, f=file, a=first, b=before: starter(s, f, a, b), STARTER_TASKS, expected)
             for name, (file, first, before, expected) in STARTERS.items()}
    every |= {name: (lambda s, c=change: whole(s, c), TREE_TASKS, expected) for name, (change, expected) in TREES.items()}
    every |= {name: (lambda s, n=name: spoiled_tree(s, n), TREE_TASKS, expected) for name, expected in SPOILED.items()}
    return {name: entry for name, entry in every.items() if not words or any(word in name for word in words)}


# What a submission leaves running. Each is graded by a worker process of its own, to which the kernel gives every orphan
# below it; so what is below a worker afterwards was left behind by this submission and by no other.

def adopt_orphans():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def children():
    """The command lines of the processes whose parent is this one; those that have ended are buried."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(") ")[2].split()
            if int(fields[1]) != os.getpid():
                continue
            if fields[0] == "Z":
                os.waitpid(int(path.name), 0)
            else:
                found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except (OSError, ValueError):
            continue
    return found


def tasks_of(tasks, expected):
    return tasks if support.FULL or expected in (NOTHING, {}) else list(dict.fromkeys(["build", *expected]))


def complaints(root, student, scratch, tasks, expected):
    out, planted = pathlib.Path(scratch) / "out", (pathlib.Path(scratch) / PLANTED).exists()
    options = [option for task in tasks_of(tasks, expected) for option in ("--lab", f"{LAB}/{task}")]
    started = time.monotonic()
    run = support.Run("--student", student, *options, "--no-shorten", "-j", 1, "--out", out, "--json", timeout_s=3 * LONGEST_S,
                      env={"MEMGRADE_ROOT": str(root)})
    took_s = time.monotonic() - started
    if run.status != 0:
        return [f"exit status {run.status}: {run.err}"]
    seen = support.statuses(run.json, LAB)
    wrong = [f"{task}: {seen.get(task)}, expected {status}" for task, status in expected.items()
             if seen.get(task) not in ((status,) if isinstance(status, str) else status)]
    if expected == NOTHING:
        wrong += [f"{task}: {status}, though there is no kernel" for task, status in seen.items()
                  if task != "build" and status != "skipped"]
    wrong += [f"{task}: our error" for task, status in seen.items() if status == "infra_error"]
    wrong += hostile.whole_reports(out)
    wrong += [f"left behind: {path}" for path in hostile.traces_outside()]
    wrong += [f"left behind: {name}" for name in os.listdir(scratch) if name not in ("student", "out", PLANTED)]
    if planted and not (pathlib.Path(scratch) / PLANTED).exists():
        wrong.append("a file beside the submission is gone")
    wrong += [f"still running: {command}" for command in children()]
    if took_s > LONGEST_S:
        wrong.append(f"took {took_s:.0f} s")
    return wrong


def graded(root, name):
    """Complaints about how a submission was graded; runs in a worker."""
    make, tasks, expected = submissions([])[name]
    with tempfile.TemporaryDirectory(prefix="memgrade-hostile-") as scratch:
        return complaints(root, make(scratch), scratch, tasks, expected)


def main():
    ktap = support.Ktap()
    with tempfile.TemporaryDirectory(prefix="memgrade-hostile-") as scratch:
        root = impatient_root(scratch)
        names = list(submissions(sys.argv[1:]))
        with concurrent.futures.ProcessPoolExecutor(WORKERS, initializer=adopt_orphans) as pool:
            for name, wrong in zip(names, pool.map(graded, [root] * len(names), names)):
                ktap.result(not wrong, name, "\n".join(wrong))
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
