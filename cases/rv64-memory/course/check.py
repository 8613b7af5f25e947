#!/usr/bin/env python3
"""Builds and boots right/ with and without the edits, and each mutant with them, and looks at what they print.

check.py [CROSS_ ...]    default: every toolchain that is installed
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import yaml

HERE = pathlib.Path(__file__).resolve().parent
EDITS = yaml.safe_load((HERE / "edits.yaml").read_text())
CHECKS = ["page store", "page load", "unmap", "page access control", "page access control", "unmap"]
LIMIT_S = 60      # for a transcript that must come
SILENCE_S = 5     # how long nothing must come


def apply(tree, edits, cross):
    """Edits the tree's files. Returns QEMU's further arguments."""
    machine = []
    for edit in edits:
        if edit.get("toolchain", cross) != cross:
            continue
        machine += edit.get("machine", [])
        for pattern in edit.get("files", []):
            for file in tree.glob(pattern):
                text = file.read_text()
                once = re.sub(edit["match"], edit["replace"], text)
                assert once != text, f"{edit['edit']} changes nothing"
                assert re.sub(edit["match"], edit["replace"], once) == once, f"{edit['edit']} done twice differs"
                file.write_text(once)
    return machine


def console(tree, cross, machine, enough, limit_s):
    """What the tree prints until `enough` is found in it, or nothing more is to be waited for."""
    subprocess.run(["make", f"CROSS_={cross}"], cwd=tree, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    log = tree / "console"
    with open(log, "wb") as file, subprocess.Popen(
            ["qemu-system-riscv64", "-nographic", "--machine", "virt", *machine, "-device", "loader,file=vmlinux"],
            cwd=tree, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.DEVNULL) as qemu:
        text, until, grown = "", time.monotonic() + limit_s, time.monotonic()
        while time.monotonic() < until and not (enough and re.search(enough, text)):
            time.sleep(0.1)
            now = re.sub(r"\x1b\[[0-9;]*m|[\0\r]", "", log.read_bytes().decode(errors="replace"))
            if now != text:
                text, grown = now, time.monotonic()
            if enough is None and time.monotonic() - grown > SILENCE_S:
                break
        qemu.kill()
    return text


def checks(text):
    return re.findall(r"^\[CHECK\] (.*) OK$", text, re.M)


def is_whole(text):
    return checks(text) == CHECKS and text.endswith("test end\nticks: 50\n")


def endless(text):
    faults = re.findall(r"^Page fault! (epc = \w+, stval = \w+)\n", text, re.M)
    return len(faults) > 1000 and len(set(faults[-1000:])) == 1


END = r"ticks: 50\n"
WRONG = {
    "block-size-in-bytes": (END, is_whole),
    "end-inclusive": (END, is_whole),
    "forged-transcript": (END, is_whole),
    "silent-crash": (None, lambda text: len(checks(text)) == 2 and "test2" in text and "test3" not in text),
    "store-without-r": (r"(Page fault! .*0000001000\n){1500}", lambda text: len(checks(text)) == 4 and endless(text)),
}


def without(name):
    return [edit for edit in EDITS if edit["edit"] != name]


def runs(cross):
    """(what, edits, mutant, enough, holds)"""
    yield "no edits: nothing", [], None, None, lambda text: text == ""
    yield "without no-pmp: nothing", without("no-pmp"), None, None, lambda text: text == ""
    yield ("without no-u-on-tables: no task runs", without("no-u-on-tables"), None, None,
           lambda text: "<-- next" in text and "checking" not in text)
    yield ("without user-bss-apart: no check", without("user-bss-apart"), None, None,
           lambda text: "<-- next" in text and not checks(text) and re.search(r"stval = 0x0*1000[0-9a-f]{3}$", text, re.M))
    if cross == "riscv64-linux-gnu-":
        yield "without no-pic: nothing", without("no-pic"), None, None, lambda text: text == ""
    yield "all edits: the whole transcript", EDITS, None, END, is_whole
    for patch in sorted((HERE / "mutants").glob("*.patch")):
        enough, holds = WRONG[patch.stem]
        yield patch.stem, EDITS, patch, enough, holds


def main():
    crosses = sys.argv[1:] or [c for c in ("riscv64-unknown-elf-", "riscv64-linux-gnu-") if shutil.which(c + "gcc")]
    failed = False
    for cross in crosses:
        for what, edits, mutant, enough, holds in runs(cross):
            with tempfile.TemporaryDirectory() as folder:
                tree = pathlib.Path(folder) / "tree"
                shutil.copytree(HERE / "right", tree)
                if mutant:
                    subprocess.run(["patch", "-s", "-p1", "-i", mutant], cwd=tree, check=True)
                text = console(tree, cross, apply(tree, edits, cross), enough,
                               LIMIT_S if enough else 2 * SILENCE_S)
                good = bool(holds(text))
            failed |= not good
            print("ok" if good else "not ok", cross, what, flush=True)
            if not good:
                print("\n".join("# " + line[:120] for line in text.splitlines()[-5:]))
    return 1 if failed else 0


sys.exit(main())
