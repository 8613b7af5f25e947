#!/usr/bin/env python3
"""Builds the kernel and its buddy test with every toolchain that is installed,
boots both, and compares what they print with the lists beside this file.

A list has one regular expression a line, and each must match one whole line
of output, in order, from the banner to the end. A line that begins with "* "
stands for any number of such lines, none included.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TOOLCHAINS = ["riscv64-linux-gnu-", "riscv64-unknown-elf-"]
QEMU = [os.environ.get("QEMU", "qemu-system-riscv64"), "-M", "virt", "-m", "128M",
        "-nographic", "-bios", "default", "-no-reboot", "-kernel"]
LIMIT_S = 60


def boot(image):
    """The lines from the banner on; a machine that does not stop raises."""
    out = subprocess.run(QEMU + [image], stdin=subprocess.DEVNULL, capture_output=True,
                         timeout=LIMIT_S, check=True).stdout
    lines = out.decode(errors="replace").replace("\r", "").splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith("OSLAB 5 ")), len(lines))
    return lines[start:]


def first_difference(lines, expected):
    """None, or where the output leaves the list."""
    at = 0
    for pattern in expected:
        if pattern.startswith("* "):
            while at < len(lines) and re.fullmatch(pattern[2:], lines[at]):
                at += 1
            continue
        got = lines[at] if at < len(lines) else "(the end)"
        if not re.fullmatch(pattern, got):
            return f"line {at + 1}: expected {pattern!r}, got {got!r}"
        at += 1
    return None if at == len(lines) else f"line {at + 1}: expected the end, got {lines[at]!r}"


def check(toolchain, image):
    build = HERE.parent / "build" / f"check-{toolchain}gcc"
    subprocess.run(["make", "-s", "-C", HERE.parent, f"BUILD={build}", f"CROSS_COMPILE={toolchain}",
                    f"{build}/{image}.elf"], stdout=subprocess.DEVNULL, check=True)
    expected = (HERE / f"{image}.expected").read_text().splitlines()
    return first_difference(boot(build / f"{image}.elf"), expected)


def main():
    installed = [t for t in TOOLCHAINS if shutil.which(t + "gcc")]
    failed = not installed
    if failed:
        print("no toolchain is installed:", " or ".join(t + "gcc" for t in TOOLCHAINS))
    for toolchain in installed:
        for image in ["kernel", "buddy"]:
            try:
                wrong = check(toolchain, image)
            except (OSError, subprocess.SubprocessError) as error:
                wrong = str(error)
            print("not ok" if wrong else "ok", f"{image}.elf by {toolchain}gcc", f"# {wrong}" if wrong else "")
            failed |= wrong is not None
    return 1 if failed else 0


sys.exit(main())
