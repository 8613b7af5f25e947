#!/usr/bin/python3
"""What the host does wrong costs no points: right work either has its points, or nothing is judged (exit status 3).

Tools are replaced for one run, by mounts that only this run sees. The same mistakes of a student's are told apart from the
host's by a control: known-good work, built in the same place.
"""

import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import hostile
import support

MODULE, KERNEL = "helloworld", "rv64-memory"
RISCV = "riscv64-linux-gnu-"
KILLED_FOR_S = 2.5


def program(scratch):
    source = (support.ROOT / "cases/vmsim/dialects/base.c").read_text().replace("/* main */\n", hostile.MAIN)
    (scratch / "vm.c").write_text(source)
    return "vmsim/fifo-256"


def program_with_makefile(scratch):
    task = program(scratch)
    (scratch / "Makefile").write_text("vm: vm.c\n\tgcc -o vm vm.c\n")
    return task


def wrong_program(scratch):
    task = program(scratch)
    (scratch / "vm.c").write_text((scratch / "vm.c").read_text() + "int main(void) { return missing; }\n")
    return task


def module(scratch):
    shutil.copy(support.ROOT / "kmod" / MODULE / f"{MODULE}.c", scratch)
    return MODULE


def kernel(scratch):
    support.copy_tree(support.ROOT / "riscv-kernel", scratch / "kernel-of-mine", leave_out=("*.bin", "vmlinux"))
    return f"{KERNEL}/buddy-whole"


def compiler_proper(prefix):
    """cc1 of that compiler."""
    return subprocess.run([prefix + "gcc", "-print-prog-name=cc1"], capture_output=True, text=True, check=True).stdout.strip()


FAILS = "#!/bin/sh\nexit 1\n"
# As the OOM killer does it, for a while.
KILLED = "#!/bin/sh\n[ $(date +%s%N) -ge {until} ] || kill -9 $$\nexec {original} \"$@\"\n"


def replaced(scratch, tool, script):
    """Commands that put a script in the place of a tool; {original} is the tool as it was."""
    path = pathlib.Path(os.path.realpath(shutil.which(tool) or tool))
    fake = scratch / "fake"
    until = int((time.time() + KILLED_FOR_S) * 1e9)
    # The tool as it was stands beside it under another name, for which a folder of its own is mounted over one that nobody needs.
    kept = pathlib.Path("/usr/share/doc") / "memgrade-original"
    fake.write_text(script.replace("{original}", str(kept)).replace("{until}", str(until)))
    fake.chmod(0o755)
    commands = []
    if "{original}" in script:
        folder = scratch / "doc"
        folder.mkdir()
        shutil.copy(path, folder / kept.name)
        commands.append(["mount", "--bind", folder, kept.parent])
    return [*commands, ["mount", "--bind", fake, path]]


def gone(scratch, tool):
    path = pathlib.Path(os.path.realpath(shutil.which(tool)))
    nothing = scratch / "nothing"
    nothing.write_text("")
    return [["mount", "--bind", nothing, path]]


def little_room(megabytes):
    return lambda scratch: [["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=1777", "tmpfs", scratch / "tmp"]]


def no_execution(scratch):
    return [["mount", "-t", "tmpfs", "-o", "noexec,mode=1777", "tmpfs", scratch / "tmp"]]


def fails(tool):
    return lambda scratch: replaced(scratch, tool, FAILS)


def is_gone(tool):
    return lambda scratch: gone(scratch, tool)


def is_killed(tool):
    return lambda scratch: replaced(scratch, tool(), KILLED)


FAULTS = {
    "program: gcc fails": (program, fails("gcc")),
    "program: gcc is gone": (program, is_gone("gcc")),
    "program: as fails": (program, fails("as")),
    "program: ld fails": (program, fails("ld")),
    "program: nm fails": (program, fails("nm")),
    "program: make fails": (program_with_makefile, fails("make")),
    "program: make is gone": (program_with_makefile, is_gone("make")),
    "program: cc1 is killed for a while": (program, is_killed(lambda: compiler_proper(""))),
    "program: no room for temporary files": (program, little_room(3)),
    "program: nothing can be executed where temporary files are": (program, no_execution),
    "module: gcc fails": (module, fails("gcc-12")),
    "module: ld fails": (module, fails("ld")),
    "module: make fails": (module, fails("make")),
    "module: cc1 is killed for a while": (module, is_killed(lambda: compiler_proper(""))),
    "kernel: gcc fails": (kernel, fails(RISCV + "gcc")),
    "kernel: as fails": (kernel, fails(RISCV + "as")),
    "kernel: ld is gone": (kernel, is_gone(RISCV + "ld")),
    "kernel: cc1 is killed for a while": (kernel, is_killed(lambda: compiler_proper(RISCV))),
}


def end_first_emulator(scratch):
    """Once, from outside, in the middle of its work."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for pid, command in support.processes_in(scratch).items():
            if "/qemu-system-" in command.split(" ")[0] or command.startswith("qemu-system-"):
                time.sleep(0.1)
                os.kill(pid, signal.SIGKILL)
                return
        time.sleep(0.01)


def damaged_kernel(ktap):
    """Files of a kernel in a cache of this test's own; it is fetched, and unpacked anew after each damage."""
    with tempfile.TemporaryDirectory(prefix="memgrade-cache-") as folder:
        cache = pathlib.Path(folder)
        environment = {"MEMGRADE_CACHE": str(cache)}
        fetched = support.Run("kernels", "fetch", "6.1", env=environment, timeout_s=900)
        ktap.result(fetched.status == 0, "a kernel of its own is fetched", fetched.err)
        for name in ("module.h", "autoconf.h", "fixdep", "objtool", "Makefile.build") if fetched.status == 0 else ():
            for path in (cache / "kernels" / "6.1").rglob(name):
                path.write_bytes(b"")
            run, report = support.grade(support.ROOT / "kmod" / MODULE, "--lab", MODULE, env=environment, timeout_s=900)
            said = report is not None and "unpacked anew" in str(report) and report["score"] == report["max_score"]
            ktap.result(said, f"module: {name} of the kernel is emptied", run.out[-800:] + run.err)


def grade(scratch, make, fault):
    student = scratch / "student"
    for folder in (student, scratch / "tmp"):
        folder.mkdir()
    task = make(student)
    script = " && ".join([*(shlex.join(map(str, words)) for words in fault(scratch)), 'exec "$@"'])
    own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]
    return support.Run("--student", student, "--lab", task, "--out", scratch / "out", "--json", "--no-shorten", timeout_s=300,
                       env={"TMPDIR": str(scratch / "tmp")}, before=[*own, "sh", "-c", script, "sh"])


def complaints(run):
    if run.status == 3:
        if not run.out.startswith("{"):
            return [] if run.err.strip() else ["nothing is said"]
        return [f"{task['task']}: {task['status']} at exit 3" for lab in run.json["labs"] for task in lab["tasks"]
                if task["status"] not in ("infra_error", "pass", "pending")]
    if run.status != 0 or not run.out.startswith("{"):
        return [f"exit status {run.status}: {run.err[-600:]}"]
    report = run.json
    if report["score"] == report["max_score"] and report["max_score"] > 0:
        return []
    return [f"{report['score']} of {report['max_score']} at exit 0"] + [
        f"{task['task']}: {task['status']}: {task['message']}" for lab in report["labs"] for task in lab["tasks"]]


def main():
    ktap = support.Ktap()
    names = sys.argv[1:]
    for name, (make, fault) in FAULTS.items():
        if names and not any(word in name for word in names):
            continue
        with tempfile.TemporaryDirectory(prefix="memgrade-host-") as scratch:
            wrong = complaints(grade(pathlib.Path(scratch), make, fault))
        ktap.result(not wrong, name, "\n".join(wrong))
    for name, make in (("module", module), ("kernel", kernel)) if not names else ():
        with tempfile.TemporaryDirectory(prefix="memgrade-host-") as scratch:
            threading.Thread(target=end_first_emulator, args=(scratch,), daemon=True).start()
            run = grade(pathlib.Path(scratch), make, lambda scratch: [])
        ktap.result(run.status == 0 and run.json["score"] == run.json["max_score"],
                    f"{name}: an emulator that somebody ends is started again", run.out[-800:] + run.err)
    if support.FULL and not names:
        damaged_kernel(ktap)
    elif not names:
        print("# left out: kernels of the cache that are damaged", flush=True)
    if not names:
        with tempfile.TemporaryDirectory(prefix="memgrade-host-") as scratch:
            run = grade(pathlib.Path(scratch), wrong_program, lambda scratch: [])
        good = run.status == 0 and run.json["score"] == 0 and "known-good work builds here" in run.out
        ktap.result(good, "a student's own mistake stays his, and the report says that a control was run", run.out[:800] + run.err)
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
