#!/usr/bin/python3
"""Submissions as they really arrive: with leftovers built elsewhere, repositories and disk images, links, odd names and
encodings, several drafts, and a student.yaml in the wrong place. Right work keeps its marks, and what was set aside, could
not be read or had to be chosen is said.

usage: arrivals.py [WORD...]   (only the examples whose name holds one of the words)
"""

import concurrent.futures
import json
import os
import pathlib
import shutil
import struct
import sys
import tempfile

import yaml

import support

ONLY = sys.argv[1:]
DIALECTS = support.ROOT / "cases/vmsim/dialects"
MIB = 1 << 20


def program_text():
    """A right vm.c, as one of the dialects puts it together."""
    made = yaml.safe_load((DIALECTS / "a-out/expect.yaml").read_text())["files"][0]
    text = (DIALECTS / made["from"]).read_text()
    for edit in made["edits"]:
        text = text.replace(edit["replace"], edit["with"])
    return text


VM = program_text()
MODULE = (support.ROOT / "kmod/helloworld/helloworld.c").read_text()


def put(path, content=VM):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def put_sparse(path, size, head=b""):
    put(path, head)
    os.truncate(path, size)


def put_kernel(folder):
    """Files for our RV64 kernel."""
    shutil.copytree(support.ROOT / "riscv-kernel/kernel", pathlib.Path(folder) / "kernel")


def put_tree(folder):
    support.copy_tree(support.ROOT / "cases/rv64-memory/course/right", folder)


def core_dump():
    return b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HH", 4, 62)


MACH_O = b"\xcf\xfa\xed\xfe\x07\x00\x00\x01" + bytes(24)
COFF = struct.pack("<HHIIIHH", 0x8664, 2, 0x65000000, 0, 0, 0, 4) + b".text\0\0\0" + bytes(32)
BITCODE = b"BC\xc0\xde" + bytes(24)
PE = b"MZ\x90\0" + bytes(60)
MAKEFILE = "OBJECTS = vm.o\nvm: $(OBJECTS)\n\tgcc -o vm $(OBJECTS)\n%.o: %.c\n\tgcc -c -MMD $<\n-include vm.d\n"


class Seen:
    """What a run said."""

    def __init__(self, run, report):
        self.run, self.report = run, report
        self.text = run.err + json.dumps(report, ensure_ascii=False)

    def full(self, *labs):
        """Why not all points of these labs were earned."""
        if self.report is None:
            return [f"no report, exit status {self.run.status}: {self.run.err}"]
        found = {lab["lab"]: lab for lab in self.report["labs"]}
        wrong = [f"no lab {lab}" for lab in labs if lab not in found]
        for lab in labs:
            for task in found.get(lab, {}).get("tasks", []):
                if task["status"] not in ("pass", "pending"):
                    wrong.append(f"{lab}/{task['task']}: {task['status']}: {json.dumps(task, ensure_ascii=False)[:600]}")
            if lab in found:
                wrong += [f"note: {note}" for note in found[lab]["notes"]] if wrong else []
        return wrong

    def says(self, *words):
        return [f"nothing says {word!r}:\n{self.text[:1500]}" for word in words if word not in self.text]

    def status(self, lab, wanted):
        if self.report is None:
            return [f"no report, exit status {self.run.status}: {self.run.err}"]
        found = support.statuses(self.report, lab)
        return [] if set(found.values()) in (set(wanted.split()), set(wanted.split()[:1])) else [f"{lab}: {found}, not {wanted}"]


EXAMPLES = []


def example(*args, **options):
    """An example: a function that puts files below a folder, and gives back what looks at the run.

    `args` are further arguments; `student` is the folder below that is handed in.
    """
    def add(function):
        EXAMPLES.append((function, args, options))
        return function
    return add


# Leftovers that were built elsewhere.

def leftovers_of_a_program(top, objects):
    put(top / "vm.c")
    put(top / "Makefile", MAKEFILE)
    for name, content in objects.items():
        os.utime(put(top / name, content), (2e9, 2e9))


@example("--lab", "vmsim/fifo-256")
def objects_built_elsewhere(top):
    leftovers_of_a_program(top, {"vm.o": MACH_O, "a.o": COFF, "b.o": BITCODE, "c.obj": COFF, "vm.exe": PE, "a.out": MACH_O})
    return lambda seen: seen.full("vmsim") + seen.says("vm.o: compiled elsewhere", "a.out: compiled elsewhere",
                                                       "b.o: compiled elsewhere", "c.obj: compiled elsewhere")


@example("--lab", "vmsim/fifo-256")
def an_empty_object_of_the_future(top):
    leftovers_of_a_program(top, {"vm.o": b"", "vm.d": "vm.o: vm.c /Users/ada/missing.h\n"})
    return lambda seen: seen.full("vmsim") + seen.says("vm.o: compiled elsewhere", "vm.d: ")


@example("--lab", "vmsim/fifo-256")
def a_program_of_the_future_by_another_system(top):
    leftovers_of_a_program(top, {"vm": MACH_O})
    os.chmod(top / "vm", 0o755)
    return lambda seen: seen.full("vmsim") + seen.says("vm: compiled elsewhere")


@example("--lab", "vmsim/fifo-256")
def folders_of_builds(top):
    put(top / "vm.c")
    put(top / "CMakeLists.txt", "cmake_minimum_required(VERSION 3.10)\nproject(vm C)\nadd_executable(vm vm.c)\n")
    put(top / "build/CMakeCache.txt", "CMAKE_HOME_DIRECTORY:INTERNAL=/Users/ada/vm\nCMAKE_CACHEFILE_DIR:INTERNAL=/Users/ada/vm/build\n")
    put(top / "build/CMakeFiles/3.25/CompilerIdC/CMakeCCompilerId.c", "#error not here\n")
    put(top / "target/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n")
    put(top / "target/vm.c", "#error not here\n")
    put(top / "__pycache__/run.cpython-311.pyc", b"\xa7\r\r\n")
    return lambda seen: seen.full("vmsim") + seen.says("build: ", "target: ", "__pycache__: ")


@example("--lab", "vmsim/fifo-256")
def files_of_finders_and_editors(top):
    put(top / "vm.c")
    put(top / "._vm.c", b"\0\5\x16\7\0\2\0\0Mac OS X" + bytes(50))
    put(top / "__MACOSX/._vm.c", b"\0\5\x16\7\0\2\0\0Mac OS X" + bytes(50))
    for name in (".DS_Store", "Thumbs.db", "vm.c~", "#vm.c#", ".vm.c.swp", ".#vm.c"):
        put(top / name, "int main(void) { return 1; }\n")
    return lambda seen: seen.full("vmsim") + seen.says("._vm.c: ")


@example("--lab", "vmsim/fifo-256")
def an_editors_backup_alone(top):
    put(top / "vm.c")
    put(top / ".vm_old.c", "int main(void) { return 1; }\n")
    put(top / "._vm.cpp", b"\0\5\x16\7")
    return lambda seen: seen.full("vmsim")


@example("--lab", "helloworld")
def what_kbuild_left(top):
    put(top / "helloworld.c", MODULE)
    for name, content in {"helloworld.ko": MACH_O, "helloworld.o": b"", "helloworld.mod.c": "#error not here\n",
                          "._helloworld.c": b"\0\5\x16\7", ".helloworld.o.cmd": "deps := /missing.h\n"}.items():
        os.utime(put(top / name, content), (2e9, 2e9))
    return lambda seen: seen.full("helloworld")


@example("--lab", "rv64-memory/tree-buddy-whole")
def a_tree_built_on_a_mac(top):
    put_tree(top / "lab")
    for source in list((top / "lab").rglob("*.c")):
        os.utime(put(source.with_suffix(".o"), MACH_O), (2e9, 2e9))
        put(source.with_name("._" + source.name), b"\0\5\x16\7")
    return lambda seen: seen.full("rv64-memory") + seen.says("compiled elsewhere")


# Size.

@example("--lab", "vmsim/fifo-256", "--lab", "helloworld")
def large_files_that_nobody_needs(top):
    put(top / "vm/vm.c")
    put(top / "hw/helloworld.c", MODULE)
    for name, head in {".git/pack": b"", ".vscode/ipch": b"", "core": core_dump(), "core.1234": core_dump(), "vm.img": b"",
                       "vm.qcow2": b"QFI\xfb"}.items():
        put_sparse(top / "vm" / name, 300 * MIB, head)
    return lambda seen: seen.full("vmsim", "helloworld") + seen.says("vm.img: ", "core: ")


@example("--lab", "vmsim/fifo-256", "--lab", "helloworld")
def many_files_that_nobody_needs(top):
    put(top / "vm/vm.c")
    put(top / "hw/helloworld.c", MODULE)
    for folder in ("node_modules", ".git", "vm/node_modules"):
        for number in range(11_000):
            if number % 1000 == 0:
                (top / folder / str(number)).mkdir(parents=True)
            (top / folder / str(number // 1000 * 1000) / f"{number}.js").touch()
    return lambda seen: seen.full("vmsim", "helloworld")


@example("--lab", "vmsim/fifo-256", "--lab", "helloworld")
def what_is_too_much_costs_its_own_lab_alone(top):
    put(top / "vm/vm.c")
    put(top / "hw/helloworld.c", MODULE)
    (top / "vm/traces").mkdir()
    for number in range(20_100):
        (top / "vm/traces" / f"{number}.txt").touch()
    return lambda seen: seen.full("helloworld") + seen.status("vmsim", "infra_error skipped") + seen.says("traces")


@example("--lab", "vmsim/fifo-256", "--lab", "helloworld")
def what_is_too_large_is_named(top):
    put(top / "vm/vm.c")
    put(top / "hw/helloworld.c", MODULE)
    for number in range(9):
        put_sparse(top / f"vm/trace{number}.txt", 30 * MIB)
    return lambda seen: seen.full("helloworld") + seen.status("vmsim", "infra_error skipped") + seen.says("trace8.txt (30 MiB)")


# Places.

@example("--lab", "vmsim/fifo-256")
def links_within_the_submission(top):
    put(top / "common/solution.code")
    (top / "lab").mkdir()
    (top / "lab/vm.c").symlink_to("../common/solution.code")
    return lambda seen: seen.full("vmsim")


@example("--lab", "vmsim/fifo-256")
def a_link_to_a_file_that_is_found_by_itself(top):
    put(top / "common/vm.c")
    (top / "lab").mkdir()
    (top / "lab/vm.c").symlink_to("../common/vm.c")
    return lambda seen: seen.full("vmsim") + (["provisional"] if seen.report and seen.report["provisional"] else [])


@example("--lab", "helloworld")
def a_linked_folder(top):
    put(top / "work/2024/code.c", MODULE)
    (top / "lab").symlink_to("work/2024")
    (top / "work/2024/helloworld.c").symlink_to("code.c")
    return lambda seen: seen.full("helloworld")


@example("--lab", "vmsim/fifo-256", student="in")
def links_out_of_the_submission(top):
    put(top / "out/secret.h", "int secret;\n")
    put(top / "in/vm.c", VM)
    (top / "in/secret.h").symlink_to(top / "out/secret.h")
    (top / "in/up").symlink_to("..")
    (top / "in/round").symlink_to(".")
    return lambda seen: seen.full("vmsim") + seen.says("secret.h: a symbolic link out of the submission")


@example("--lab", "vmsim/fifo-256", student="in")
def the_source_is_a_link_to_elsewhere(top):
    put(top / "out/vm.c", VM)
    (top / "in").mkdir()
    (top / "in/vm.c").symlink_to("../out/vm.c")
    return lambda seen: seen.says("vm.c: a symbolic link out of the submission")


@example("--lab", "vmsim/fifo-256")
def five_folders_down(top):
    put(top / "s2024001/os/labs/2/final/vm.c")
    return lambda seen: seen.full("vmsim")


@example("--lab", "vmsim/fifo-256", "--lab", "helloworld")
def names_with_backslashes(top):
    put(top / "lab2\\vm.c")
    put(top / "lab4\\work\\helloworld.c", MODULE)
    return lambda seen: seen.full("vmsim", "helloworld")


@example("--lab", "vmsim/fifo-256")
def a_hundred_folders(top):
    put(top / "vm.c")
    put(top / "/".join(["d"] * 130) / "x.c", "#error not here\n")
    return lambda seen: seen.full("vmsim") + seen.says("nested too deeply")


@example("--lab", "vmsim/fifo-256")
def names_of_255_bytes(top):
    put(top / ("n" * 253 + ".c"), "int helper(int x) { return x; }\n")
    put(top / "vm.c", VM.replace("int main(", "int helper(int x);\nint main(") + "int more(void) { return helper(1); }\n")
    put(top / ("t" * 251 + ".txt"), "")
    return lambda seen: seen.full("vmsim")


@example("--lab", "vmsim/fifo-256", student=b"v" * 255)
def a_student_of_255_bytes(top):
    put(pathlib.Path(os.fsdecode(os.fsencode(top) + b"/" + b"v" * 255)) / ("m" * 253 + ".c"))
    return lambda seen: seen.full("vmsim")


def names_in_gbk(name):
    @example("--lab", "vmsim/fifo-256", student=name)
    def name_in_gbk(top):
        put(pathlib.Path(os.fsdecode(os.fsencode(top) + b"/" + name)) / os.fsdecode(b"\xca\xb5\xd1\xe9") / "vm.c")
        return lambda seen: seen.full("vmsim") + ([] if seen.report and IDS.setdefault(
            seen.report["student"]["id"], name) == name else ["two students became one"])


IDS = {}
names_in_gbk(b"\xd5\xc5\xc8\xfd")
names_in_gbk(b"\xc0\xee\xcb\xc4")


@example("--lab", "vmsim/fifo-256", unprivileged=True)
def an_unreadable_source(top):
    put(top / "vm.c").chmod(0)
    return lambda seen: seen.status("vmsim", "infra_error skipped") + seen.says("permission denied: vm.c")


@example("--lab", "helloworld", unprivileged=True)
def an_unreadable_module(top):
    put(top / "helloworld.c", MODULE).chmod(0)
    return lambda seen: seen.status("helloworld", "infra_error skipped") + seen.says("permission denied: helloworld.c")


@example("--lab", "rv64-memory/build", unprivileged=True)
def an_unreadable_kernel_file(top):
    put_kernel(top)
    (top / "kernel/mmap.c").chmod(0)
    return lambda seen: seen.status("rv64-memory", "infra_error skipped") + seen.says("permission denied: kernel/mmap.c")


@example("--lab", "vmsim/fifo-256", unprivileged=True)
def an_unreadable_folder(top):
    put(top / "vm/vm.c")
    (top / "vm").chmod(0)
    return lambda seen: seen.says("permission denied: vm") + ([] if seen.run.status == 3 else [f"exit {seen.run.status}"])


@example("--lab", "vmsim/build")
def a_source_in_utf_16(top):
    put(top / "vm.c", VM.encode("utf-16"))
    return lambda seen: seen.says("vm.c: UTF-16")


@example("--lab", "helloworld")
def a_module_in_utf_16(top):
    put(top / "helloworld.c", MODULE.encode("utf-16"))
    return lambda seen: seen.says("helloworld.c: UTF-16")


@example("--lab", "rv64-memory/build")
def a_kernel_file_in_utf_16(top):
    put_kernel(top)
    put(top / "kernel/mmap.c", (top / "kernel/mmap.c").read_text().encode("utf-16-be"))
    return lambda seen: seen.says("kernel/mmap.c: UTF-16")


@example("--lab", "vmsim/own-data", dataset="data")
def data_with_a_byte_order_mark(top):
    put(top / "vm.c")
    put(top.parent / "data/addresses.txt", b"\xef\xbb\xbf" + b"".join(b"%d\r\n" % (i * 7919 % 65536) for i in range(1000)))
    put(top.parent / "data/BACKING_STORE.bin", bytes(i % 251 for i in range(65536)))
    return lambda seen: seen.full("vmsim")


@example("--lab", "vmsim/build")
def a_student_file_with_a_byte_order_mark(top):
    put(top / "vm.c")
    put(top / "student.yaml", b"\xef\xbb\xbfid: s1\r\n")
    return lambda seen: [] if seen.report and seen.report["student"]["id"] == "s1" else ["not s1"]


# Which of several.

@example("--lab", "helloworld")
def a_draft_of_a_module(top):
    put(top / "draft/helloworld.c", MODULE.replace("Hello", "Bye"))
    put(top / "final/helloworld.c", MODULE)
    return lambda seen: seen.full("helloworld") + seen.says("graded final", "draft/helloworld.c")


@example("--lab", "rv64-memory/build")
def a_draft_of_a_kernel(top):
    put_kernel(top / "draft")
    put_kernel(top / "final")
    return lambda seen: seen.full("rv64-memory") + seen.says("graded final", "draft")


@example("--lab", "vmsim/build")
def a_folder_of_students(top):
    for name in ("s2024001", "s2024002", "s2024003"):
        put(top / name / "vm.c")
    return lambda seen: seen.says("folder of several students")


# student.yaml.

@example("--lab", "vmsim/build")
def student_yml(top):
    put(top / "vm.c")
    put(top / "student.yml", "id: s1\n")
    return lambda seen: seen.says("student.yml")


@example("--lab", "vmsim/build")
def a_student_file_in_a_labs_folder(top):
    put(top / "lab4/vm.c")
    put(top / "lab4/student.yaml", "id: s1\n")
    return lambda seen: seen.says("lab4/student.yaml")


@example("--lab", "vmsim/build")
def an_empty_id(top):
    put(top / "vm.c")
    put(top / "student.yaml", "id: ''\nname: Ada\n")
    return lambda seen: seen.says("student.yaml:1", "id is empty")


def grade(top, args, options):
    student = os.fsencode(top) + (b"/" + os.fsencode(options["student"]) if "student" in options else b"")
    more = ["--dataset", top.parent / options["dataset"]] if "dataset" in options else []
    return support.grade(os.fsdecode(student), *args, *more, "-j", 1, timeout_s=300,
                         unprivileged=options.get("unprivileged", False))


def try_one(one):
    function, args, options = one
    with tempfile.TemporaryDirectory(prefix="memgrade-arrival-") as scratch:
        top = pathlib.Path(scratch) / "handed-in"
        top.mkdir()
        try:
            look = function(top)
            return look(Seen(*grade(top, args, options)))
        finally:
            for folder in (top, *top.glob("*/")):   # those without rights could not be removed
                if not folder.is_symlink():
                    folder.chmod(0o755)


def main():
    ktap = support.Ktap()
    chosen = [one for one in EXAMPLES if not ONLY or any(word in one[0].__name__ for word in ONLY)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (function, *_), wrong in zip(chosen, pool.map(try_one, chosen)):
            ktap.result(not wrong, function.__name__.replace("_", " "), "\n".join(wrong))
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
