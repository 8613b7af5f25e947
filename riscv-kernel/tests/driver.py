#!/usr/bin/env python3
"""Builds the kernel with driver/driver.c, gives it operations, and looks at the trace:
the protocol of driver/ops.h and driver/trace.h, read here once more and independently.
"""
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
QEMU = [os.environ.get("QEMU", "qemu-system-riscv64"), "-M", "virt", "-m", "128M", "-nographic",
        "-bios", "default", "-no-reboot", "-icount", "shift=4,sleep=off"]
MASK = 2**64 - 1
NONCE, KEY = 0x0123456789ABCDEF, (0x1111, 0x2222)
ALLOC_PAGES, FREE, SLUB_INIT, KMALLOC, KFREE, CENSUS = 1, 3, 6, 7, 8, 13
HOG, UNHOG, MMAP, MUNMAP, LOAD, STORE, FETCH, AREAS, PTES = range(14, 23)
RWUV, XUV = 0x17, 0x19


def siphash(text, k0, k1):
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def rotate(x, bits):
        return (x << bits | x >> (64 - bits)) & MASK

    def rounds(n):
        for _ in range(n):
            v[0] = (v[0] + v[1]) & MASK; v[1] = rotate(v[1], 13) ^ v[0]; v[0] = rotate(v[0], 32)
            v[2] = (v[2] + v[3]) & MASK; v[3] = rotate(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & MASK; v[3] = rotate(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & MASK; v[1] = rotate(v[1], 17) ^ v[2]; v[2] = rotate(v[2], 32)

    padded = text + bytes(7 - len(text) % 8) + bytes([len(text) & 0xFF])
    for (word,) in struct.iter_unpack("<Q", padded):
        v[3] ^= word; rounds(2); v[0] ^= word
    v[2] ^= 0xFF; rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def operations(phase, limit_ms, ops):
    """The file for the loader; an operation is (code, ref, a, b, c), the rest 0."""
    data = struct.pack("<8sQQQIIII", b"MGRVOPS1", NONCE, *KEY, len(ops), phase, limit_ms, 0)
    for code, ref, *args in ops:
        data += struct.pack("<IiQQQ", code, ref, *(args + [0, 0, 0])[:3])
    return data


def trace(image, data):
    """The lines of the trace, without their check values, which are checked."""
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        file.write(data)
        file.flush()
        out = subprocess.run(QEMU + ["-kernel", image, "-device",
                                     f"loader,file={file.name},addr=0x84000000,force-raw=on"],
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=True).stdout
    lines, last = [], 0
    for text, check in re.findall(rb"(@[BTE] .*) #([0-9a-f]{8})\r?\n", out):
        last = siphash(text, KEY[0], KEY[1] ^ last)
        assert last & 0xFFFFFFFF == int(check, 16), text
        lines.append(text.decode())
    return lines


CASES = {
    "blocks, objects, and what is left": (0, [
        (ALLOC_PAGES, -1, 3), (ALLOC_PAGES, -1, 0), (FREE, 0), (FREE, 0), (FREE, 1), (CENSUS, -1),
        (SLUB_INIT, -1), (KMALLOC, -1, 100), (KMALLOC, -1, 5000), (KFREE, 7), (KFREE, 8), (ALLOC_PAGES, -1, 4096),
    ], [
        r"= 8\w+ z0", r"= 0", r"= 8\w+ v0", r"= 8\w+ u", r"= 0 u", r"= 0(,0){11},1",
        r"=", r"= 8\w+ s4", r"= 8\w+ b", r"= 8\w+ v0", r"= 8\w+ v0", r"= 8\w+ z0",
    ], "12 done"),
    "areas, accesses, and no memory": (1, [
        (MMAP, -1, 0, 0x2000, RWUV), (LOAD, -1, 0xFFC, 4), (STORE, -1, 0x1FFF, 1, 8), (LOAD, -1, 0x1FFC, 4),
        (LOAD, -1, 0x2000, 4), (FETCH, -1, 0), (PTES, -1, 0, 0x3000), (AREAS, -1), (MUNMAP, -1, 0, 0x2000),
        (LOAD, -1, 0, 4), (AREAS, -1), (MMAP, -1, 0x5000, 0x1000, XUV), (HOG, -1, 0), (FETCH, -1, 0x5000),
        (UNHOG, -1), (FETCH, -1, 0x5000),
    ], [
        r"= 0", r"= ok 0 f1", r"= ok 0 f0", r"= ok 8000000 f0",
        r"= skip f1 s13", r"= skip f1 s12", r"= \w+d7,\w+d7,0", r"= 0-2000:17:1", r"= 0",
        r"= skip f1 s13", r"= -", r"= 5000", r"= \d+", r"= skip f1 s12",
        r"= \d+", r"= ok 0 f1",
    ], "16 done"),
    "areas of no task: a fault, and where": (0, [
        (CENSUS, -1), (AREAS, -1), (CENSUS, -1),
    ], [r"= 0(,0){11},1", r"= !fault probe \d+ 8\w+ \w+ \w+"], "1 fault"),
    "an operation that takes too long": (0, [(ALLOC_PAGES, -1, 4096)], [r"= (8\w+ )?!hang (call|probe) 8\w+ \w+"],
                                         "0 hang"),
}


def main():
    image = ROOT / "build" / "driver-check" / "driver.elf"
    subprocess.run(["make", "-s", "-C", ROOT, f"BUILD={image.parent}", "driver", "DRIVER=driver/driver.c"],
                   stdout=subprocess.DEVNULL, check=True)
    failed = False
    for name, (phase, ops, expected, end) in CASES.items():
        got = trace(image, operations(phase, 1 if end.endswith("hang") else 10_000, ops))
        want = [rf"@B 1 {NONCE:016x} 8\w+ 4096 {len(ops)} {phase}"]
        want += [rf"@T {i} \w+ .*?{result}" for i, result in enumerate(expected)]
        want += [rf"@E {end} {NONCE:016x}"]
        wrong = [f"{w} / {g}" for w, g in zip(want, got) if not re.fullmatch(w, g)]
        if len(got) != len(want):
            wrong.append(f"{len(got)} lines, not {len(want)}")
        print("not ok" if wrong else "ok", name, *(f"\n# {w}" for w in wrong))
        failed |= bool(wrong)
    return 1 if failed else 0


sys.exit(main())
