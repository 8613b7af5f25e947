#!/usr/bin/python3
"""`grade shell`: a person's console in a guest with a student's module; typed here by a pipe and by a terminal."""

import os
import pathlib
import pty
import re
import select
import subprocess
import sys
import tempfile
import time

import support

HELLO = support.ROOT / "kmod" / "helloworld"
LIMIT_S = 240


def shell(*arguments, typed="exit\n"):
    """(exit status, what the guest said, what we said)."""
    done = subprocess.run([str(support.PROGRAM), "shell", *map(str, arguments)], input=typed, text=True, errors="replace",
                          capture_output=True, timeout=LIMIT_S, check=False,
                          env={**os.environ, "MEMGRADE_ROOT": str(support.ROOT)})
    return done.returncode, done.stdout.replace("\r", ""), done.stderr


def by_terminal(keys_after):
    """Types `keys` as soon as `text` has come, for each (text, keys); (exit status, all that came)."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["MEMGRADE_ROOT"] = str(support.ROOT)
        os.execv(support.PROGRAM, [str(support.PROGRAM), "shell", "helloworld", "--student", str(HELLO)])
    came, waiting, deadline = "", list(keys_after), time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            came += os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            break   # the other end is closed
        if waiting and waiting[0][0] in came:
            os.write(terminal, waiting.pop(0)[1])
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), came


def try_all(ktap):
    status, said, words = shell("helloworld", "--student", HELLO,
                                typed="ls\ninsmod helloworld.ko\ndmesg | tail -3\nid -u; echo sum $((40 + 2))\nexit\n")
    ktap.result(status == 0 and "helloworld.ko" in said and "sum 42" in said and re.search(r"(?m)^0$", said) is not None and
                re.search(r"(?i)hello", said.rpartition("dmesg")[2]) is not None,
                "commands that are piped in are done in the guest, with the module there", f"{status}\n{said}\n{words}")
    ktap.result("kernel 6.1" in words and "/job" in words and "/job" not in said.split("guest:")[0],
                "what we say goes to standard error", words)
    status, said, words = shell("helloworld", "--student", HELLO, typed="echo c > /proc/sysrq-trigger\n")
    ktap.result(status == 0 and "The guest has ended: Kernel panic" in words, "a panic is told of", f"{status}\n{words}")
    status, came = by_terminal([("guest:/job", b"stty size; echo on a tty: $(tty)\r"), ("ttyS0", b"\x1d")])
    ktap.result(status == 0 and "on a tty: /dev/ttyS0" in came and "ended from outside" in came,
                "on a terminal keys are the guest's, and Ctrl-] ends it", f"{status}\n{came}")
    status, said, words = shell("vmsim", "--student", support.ROOT / "vmsim")
    ktap.result(status == 2 and "no machine with a shell" in words, "a lab without a guest says so", f"{status}\n{words}")
    with tempfile.TemporaryDirectory(prefix="memgrade-shell-") as scratch:
        pathlib.Path(scratch, "helloworld.c").write_text("#error not yet\n")
        status, said, words = shell("helloworld", "--student", scratch)
        ktap.result(status == 4 and "does not build" in words and "#error not yet" in words,
                    "a module that does not build opens no shell, and the compiler's words are there", f"{status}\n{words}")


def main():
    ktap = support.Ktap()
    with tempfile.TemporaryDirectory(prefix="memgrade-shell-") as scratch:
        os.environ["TMPDIR"] = scratch
        try_all(ktap)
        left = support.processes_in(scratch)
    ktap.result(not left, "nothing runs on", "\n".join(left.values()))
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
