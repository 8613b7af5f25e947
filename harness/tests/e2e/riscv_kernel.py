#!/usr/bin/python3
"""The kernel trees by themselves, with every RISC-V compiler that is installed: riscv-kernel's transcripts and its driver's
protocol, `make buddy` and `make run`, and what cases/rv64-memory/course says of its trees, its edits and its driver.

Their own scripts do the work; they print lines that begin with `ok` or `not ok`.
"""

import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import support

TOOLCHAINS = ("riscv64-linux-gnu-", "riscv64-unknown-elf-")
LIMIT_S = 900


def run(argv, cwd):
    done = subprocess.run(argv, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=LIMIT_S, check=False)
    return done.returncode, done.stdout.decode(errors="replace").replace("\r", "")


def targets(tree, toolchain):
    """(good, name, why) of each target that builds and boots; the machine switches itself off."""
    for name, last in (("run", r"^ticks: 50$"), ("buddy", r"^buddy test: 0 of \d+ failed$")):
        status, text = run(["make", name, f"CROSS_COMPILE={toolchain}", f"BUILD=build-{toolchain}"], tree)
        good = status == 0 and re.search(last, text, re.M) is not None
        yield good, f"make {name} with {toolchain}gcc", f"exit status {status}\n{text[-1500:]}"


def script(title, argv, cwd):
    """(good, name, why) of each result that a script prints; none at all is a failure."""
    status, text = run(argv, cwd)
    results = re.findall(r"^(not ok|ok) (.*)$", text, re.M)
    for good, name in results:
        yield good == "ok", f"{title}: {name.split(' #')[0].strip()}", text[-2000:]
    agrees = bool(results) and (status == 0) == all(good == "ok" for good, _ in results)
    yield agrees, f"{title}: {' '.join(argv[1:] or argv)} ran to its end", f"exit status {status}\n{text[-2000:]}"


def main():
    ktap = support.Ktap()
    installed = [toolchain for toolchain in TOOLCHAINS if shutil.which(toolchain + "gcc")]
    for toolchain in set(TOOLCHAINS) - set(installed):
        ktap.skip(f"the kernels by {toolchain}gcc", f"{toolchain}gcc is not installed")
    with tempfile.TemporaryDirectory(prefix="memgrade-rv64-") as scratch, concurrent.futures.ThreadPoolExecutor(2) as pool:
        tree = pathlib.Path(scratch) / "riscv-kernel"
        support.copy_tree(support.ROOT / "riscv-kernel", tree)
        course = str(support.ROOT / "cases/rv64-memory/course/check.py")
        # The longest first: much of it is waiting for kernels that say nothing.
        jobs = [lambda t=t: list(script("course", [course, t], support.ROOT)) for t in installed]
        jobs += [lambda t=t: list(targets(tree, t)) for t in installed]
        jobs += [lambda n=n: list(script(n, [f"tests/{n}.py"], tree)) for n in ("check", "driver")]
        for results in pool.map(lambda job: job(), jobs):
            for result in results:
                ktap.result(*result)
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
