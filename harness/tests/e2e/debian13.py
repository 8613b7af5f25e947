#!/usr/bin/python3
"""Debian 13 says of submissions what this host says: makes a bare one, runs `./grade` and the unit tests in it.

The system is made by debootstrap from the mirror that this machine's apt is configured with, and entered with namespaces
of its own for mounts and processes (bubblewrap needs more than a chroot). What is compared are the statuses and points
of a sample, of a program that GCC 14 refuses and GCC 12 takes, and of a module. Takes root, a network and an hour of
CPU, so it is part of `check --full` alone. With MEMGRADE_DEBIAN13=DIR the system is made there, kept and used again.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import support

SUITE = "trixie"
KERNELS = pathlib.Path(os.environ.get("MEMGRADE_CACHE") or
                       pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "memgrade") / "kernels"
LIMIT_S = 1700
# The new root becomes the root of a mount namespace; the host's files are out of sight then.
ENTER = """
set -eu
root=$1; shift
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir -p "$root/cache/kernels" "$root/host"
[ ! -d "$KERNELS" ] || mount --bind "$KERNELS" "$root/cache/kernels"
cd "$root"
pivot_root . host
umount -l /host
cd /memgrade
exec "$@"
"""
# Declared nowhere, and an integer that is taken for a pointer: warnings for GCC 12, errors for GCC 14.
LENIENT = "\nint never_called(void)\n{\n    int *where = 1;\n\n    return getppid() + (where != 0);\n}\n"


def mirror():
    """The URI of the machine's own entry for Debian."""
    lines = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"],
                           capture_output=True, text=True, check=False).stdout.split("\n")
    entries = [line.split() for line in lines if line.strip()]
    return next((uri for uri, release in entries if "-" not in release), None)


def why_not():
    """The reason why this machine cannot make a Debian 13; None if it can."""
    if os.geteuid() != 0:
        return "makes a system, which takes root"
    for tool in ("debootstrap", "unshare", "pivot_root"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    if mirror() is None:
        return "apt is configured with no mirror of Debian"
    return None


class System:
    """A bare Debian 13 with this tree in /memgrade."""

    def __init__(self, root):
        self.root = root

    def make(self):
        if not (self.root / "etc/debian_version").exists():
            subprocess.run(["debootstrap", "--variant=minbase", SUITE, str(self.root), mirror()], check=True,
                           stdout=sys.stderr, timeout=LIMIT_S)
        for name in ("etc/resolv.conf", "etc/hosts"):
            shutil.copyfile(f"/{name}", self.root / name)
        files = subprocess.run(["git", "ls-files", "-z"], cwd=support.ROOT, capture_output=True, check=True).stdout
        subprocess.run(["tar", "--null", "-T", "-", "-c", "-f", str(self.root / "tree.tar")], cwd=support.ROOT, input=files,
                       check=True)
        (self.root / "memgrade").mkdir(exist_ok=True)
        for old in (self.root / "memgrade").iterdir():
            if old.is_dir() and old.name != "build":
                shutil.rmtree(old)
        subprocess.run(["tar", "-x", "-f", "tree.tar", "-C", "memgrade"], cwd=self.root, check=True)

    def run(self, *argv, timeout_s=LIMIT_S):
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
                       "MEMGRADE_CACHE": "/cache", "DEBIAN_FRONTEND": "noninteractive", "KERNELS": str(KERNELS),
                       **{key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")}}
        return subprocess.run(["unshare", "-m", "-p", "-f", "sh", "-c", ENTER, "sh", str(self.root), *map(str, argv)],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                              env=environment, timeout=timeout_s, check=False)

    def grade(self, student, *options):
        """(report, what was said) of a directory of this machine."""
        shutil.rmtree(self.root / "student", ignore_errors=True)
        support.copy_tree(student, self.root / "student")
        done = self.run("./grade", "--student", "/student", "--out", "/out", "--json", *options)
        return (json.loads(done.stdout) if done.stdout.startswith("{") else None), f"status {done.returncode}\n{done.stderr}"


def verdicts(report):
    """{lab/task: (status, score, checks that did not pass)}."""
    return {f"{lab['lab']}/{task['task']}": (task["status"], task["score"],
                                             sorted(c["title"] for c in task["checks"] if c["status"] != "pass"))
            for lab in report["labs"] for task in lab["tasks"]}


def compare(ktap, system, name, student, *options):
    there, said = system.grade(student, *options)
    run, here = support.grade(student, *options)
    if there is None or here is None:
        ktap.result(False, name, said + run.err)
        return
    theirs, ours = verdicts(there), verdicts(here)
    different = [f"{task}: {theirs.get(task)} there, {ours.get(task)} here" for task in sorted({*theirs, *ours})
                 if theirs.get(task) != ours.get(task)]
    ktap.result(bool(ours) and not different, name, "\n".join(different))


def unit_tests(ktap, system):
    packages = ["libgtest-dev", "libgmock-dev", "libbenchmark-dev", "git"]
    steps = (["apt-get", "-q", "install", "-y", "--no-install-recommends", *packages], ["cmake", "--preset", "dev"],
             ["cmake", "--build", "--preset", "dev", "-j", str(os.cpu_count() or 2)])
    for step in steps:
        done = system.run(*step)
        if done.returncode != 0:
            ktap.result(False, " ".join(step[:2]), (done.stdout + done.stderr)[-4000:])
            return
    for program in sorted((system.root / "memgrade/build/dev").glob("*_tests")):
        done = system.run(f"build/dev/{program.name}", "--gtest_brief=1", "--gtest_filter=-Guest*")
        ktap.result(done.returncode == 0, f"unit tests: {program.name}", done.stdout[-4000:])


def main():
    ktap = support.Ktap()
    reason = why_not()
    if reason:
        ktap.skip("a bare Debian 13", reason)
        return ktap.finish()
    with tempfile.TemporaryDirectory(prefix="memgrade-debian13-", dir="/var/tmp") as scratch:
        system = System(pathlib.Path(os.environ.get("MEMGRADE_DEBIAN13") or scratch) / "root")
        system.root.mkdir(parents=True, exist_ok=True)
        system.make()
        done = system.run("./grade", "--help")
        ktap.result(done.returncode == 0, "grade installs what it needs, and builds", done.stderr)
        if done.returncode == 0:
            sample = support.ROOT / "cases/samples/first-try"
            compare(ktap, system, "the sample", sample)
            lenient = pathlib.Path(scratch) / "lenient"
            support.copy_tree(sample, lenient)
            with open(lenient / "vm.c", "a", encoding="utf-8") as file:
                file.write(LENIENT)
            compare(ktap, system, "a program that GCC 14 refuses and GCC 12 takes", lenient, "--lab", "vmsim")
            compare(ktap, system, "a module on 6.1", support.ROOT / "kmod/helloworld", "--kernel", "6.1")
            unit_tests(ktap, system)
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
