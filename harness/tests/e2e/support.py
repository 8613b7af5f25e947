"""What the end-to-end tests share: running the built program, and saying what came out as KTAP.

Not a test itself (it is not executable).
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
# The build of `check`; another one's program may be tried by naming it.
PROGRAM = pathlib.Path(os.environ.get("MEMGRADE_PROGRAM", ROOT / "build" / "dev" / "memgrade"))


# What takes long and finds what something quicker finds, too, is left to `check --full`.
FULL = os.environ.get("MEMGRADE_CHECK") == "full"


# Before a command of root's, who reads any file otherwise: the rights of files count.
NO_OVERRIDE = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()


class Run:
    """One call of memgrade: its exit status and what it printed. `before`: a command that runs the rest of its line."""

    def __init__(self, *args, timeout_s=600, cwd=ROOT, env=None, unprivileged=False, before=()):
        environment = {**os.environ, "MEMGRADE_ROOT": str(ROOT), **(env or {})}
        done = subprocess.run([*before, *(NO_OVERRIDE if unprivileged else ()), str(PROGRAM), *map(str, args)], cwd=cwd,
                              env=environment, timeout=timeout_s, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.status = done.returncode
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.out)


def grade(student, *args, **options):
    """The report of a submission as (Run, dict); reports go to a directory that is removed."""
    with tempfile.TemporaryDirectory(prefix="memgrade-e2e-") as scratch:
        run = Run("--student", student, "--out", pathlib.Path(scratch) / "out", "--json", *args, **options)
        return run, (run.json if run.out.startswith("{") else None)


def processes_in(directory):
    """{pid: command line} of the processes that name a directory in their command line, or see it by a mount.

    A sandbox's folders are mounted from TMPDIR, so that what runs on after a call with TMPDIR below `directory` is found,
    whatever it calls itself; other suites' sandboxes are not.
    """
    name, found = os.fsencode(directory), {}
    for place in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (place / "cmdline").read_bytes()
            if command and int(place.name) != os.getpid() and (
                    name in command or name in (place / "mountinfo").read_bytes()):
                found[int(place.name)] = command.replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue   # it has ended
    return found


def statuses(report, lab):
    """{task: status} of one lab."""
    return {task["task"]: task["status"] for one in report["labs"] if one["lab"] == lab for task in one["tasks"]}


def has_full_marks(report):
    """Every task that is not left to a person earned all its points, and there is one."""
    tasks = [task for lab in report["labs"] for task in lab["tasks"] if task["status"] != "pending"]
    return bool(tasks) and all(task["score"] == task["max_score"] for task in tasks)


def failed_checks(report, lab):
    """{(task, title of a check that did not pass)}."""
    return {(task["task"], check["title"]) for one in report["labs"] if one["lab"] == lab for task in one["tasks"]
            for check in task["checks"] if check["status"] != "pass"}


def copy_tree(source, target, leave_out=()):
    """Copies a tree without what a build leaves behind."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("build", "*.o", "*.a", *leave_out))


class Ktap:
    """Prints results as they come, each with what it took since the one before, and the plan at the end."""

    def __init__(self):
        self.count = 0
        self.failed = 0
        self.before = time.monotonic()
        print("KTAP version 1", flush=True)

    def result(self, good, name, why="", took_s=None):
        self.count += 1
        self.failed += not good
        now = time.monotonic()
        print(f"{'ok' if good else 'not ok'} {self.count} {name}", flush=True)
        print(f"# took {now - self.before if took_s is None else took_s:.1f} s", flush=True)
        self.before = now
        if not good and why:
            for line in str(why).splitlines():
                print(f"# {line}", flush=True)

    def skip(self, name, reason):
        self.count += 1
        print(f"ok {self.count} {name} # SKIP {reason}", flush=True)

    def finish(self):
        print(f"1..{self.count}", flush=True)
        return 1 if self.failed else 0
