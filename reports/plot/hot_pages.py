#!/usr/bin/python3
"""Draws which pages of a process were hot in which scan, from the file that function 2 of ktest writes.

A line is a scan: decimal physical addresses of pages, joined by commas; an empty line is a scan without hot pages. Every
other text is refused with its line and column; nothing is guessed. In the picture, x is the number of the scan and y the
physical address; above it stands how many pages were hot. Pages of named regions (--region) have colours of their own.

Exit status 0: written. 2: wrong usage, or something cannot be read, understood or written; one line on standard error says
why, and no picture is left.
"""

import argparse
import io
import os
import pathlib
import re
import sys

PAGE_BYTES = 4096
LAST_ADDRESS = (1 << 52) - 1  # as far as x86-64 goes
MEGABYTE = 1 << 20

GREY, COLOURS = "#7d8690", ["#c2410c", "#1d5490", "#17653a", "#5f3a94", "#7a4d00", "#0e7490"]


class BadInput(Exception):
    """What is wrong, and where."""


def complain(name, line, column, what):
    raise BadInput(f"{name}:{line}:{column}: {what}")


def number_at(digits, unit, name, line, column):
    """The address that the digits stand for."""
    if len(digits) > 16 or int(digits) * unit > LAST_ADDRESS:
        complain(name, line, column, f"{digits[:20]}{'…' if len(digits) > 20 else ''} is no physical address: too large")
    address = int(digits) * unit
    if address % PAGE_BYTES:
        complain(name, line, column, f"{digits} is not the address of a page, a multiple of {PAGE_BYTES}; "
                                     "are these frame numbers (--frames)?")
    return address


def scan_of(text, unit, name, line):
    """The addresses of one line."""
    if not text:
        return []
    addresses, column = [], 1
    for word in text.split(","):
        wrong = re.search(r"[^0-9]", word)
        if wrong:
            complain(name, line, column + wrong.start(), f"{wrong.group()!r} where a digit or a comma is expected")
        if not word:
            complain(name, line, column, "a number is missing here")
        addresses.append(number_at(word, unit, name, line, column))
        column += len(word) + 1
    return addresses


def read_scans(lines, name, unit=1):
    """[[address, …], …] of an open text file, or of any lines."""
    scans = [scan_of(line[:-1] if line.endswith("\n") else line, unit, name, number)
             for number, line in enumerate(lines, 1)]
    if not scans:
        complain(name, 1, 1, "no scan: the file is empty")
    return scans


def region(text):
    """(name, first, last) of NAME:FIRST:LAST; both addresses belong to the region."""
    parts = text.rsplit(":", 2)
    try:
        name, first, last = parts[0], int(parts[1], 0), int(parts[2], 0)
    except (IndexError, ValueError):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME:FIRST:LAST") from None
    if not name or not 0 <= first <= last:
        raise argparse.ArgumentTypeError(f"{text!r} names no region")
    return name, first, last


def split_by_region(scans, regions):
    """{name: ([x…], [y…])} of all points; those of no region are under ""."""
    points = {name: ([], []) for name in ["", *(name for name, _, _ in regions)]}
    names = {address: next((name for name, first, last in regions if first <= address <= last), "")
             for address in {address for scan in scans for address in scan}}
    for number, scan in enumerate(scans, 1):
        for address in scan:
            x, y = points[names[address]]
            x.append(number)
            y.append(address / MEGABYTE)
    return points


def picture(scans, regions, title):
    """The bytes of a PNG. No software's version is in it: the same scans give the same bytes."""
    import matplotlib
    matplotlib.use("Agg")
    matplotlib.rcParams["text.parse_math"] = False  # titles and names are text, whatever signs they hold
    from matplotlib import pyplot, ticker

    figure, (counts, pages) = pyplot.subplots(2, 1, sharex=True, figsize=(9, 6), dpi=110, layout="constrained",
                                              gridspec_kw={"height_ratios": [1, 5]})
    figure.suptitle(title)
    numbers = range(1, len(scans) + 1)
    counts.bar(numbers, [len(set(scan)) for scan in scans], width=0.7, color=GREY)
    counts.set_ylabel("hot pages")
    marker = {"linestyle": "none", "marker": "_", "markersize": max(2.0, min(14.0, 300 / len(scans))), "markeredgewidth": 1.4}
    for index, (name, (x, y)) in enumerate(split_by_region(scans, regions).items()):
        colour = COLOURS[(index - 1) % len(COLOURS)] if name else GREY
        pages.plot(x, y, color=colour, label=name if name else "other pages", **marker)
    if regions:
        pages.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=6, frameon=False)
    pages.set_xlabel("scan")
    pages.set_ylabel("physical address (MiB)")
    pages.set_xlim(0.4, len(scans) + 0.6)
    pages.xaxis.set_major_locator(ticker.MaxNLocator(integer=True, min_n_ticks=1))
    counts.yaxis.set_major_locator(ticker.MaxNLocator(integer=True, nbins=3))
    for axes in (counts, pages):
        axes.grid(axis="y", color="#e2e0db")
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    made = io.BytesIO()
    figure.savefig(made, format="png", metadata={"Software": None})
    pyplot.close(figure)
    return made.getvalue()


def draw(scans, regions, title, output):
    """Writes the picture, or nothing: it is made beside its place and moved there."""
    made = picture(scans, regions, title)
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(made)
        os.replace(unfinished, output)
    finally:
        unfinished.unlink(missing_ok=True)


def arguments_of(words):
    parser = argparse.ArgumentParser(prog="hot_pages.py", description="Draws the hot pages that function 2 of ktest found, "
                                     "scan by scan, as a PNG.")
    parser.add_argument("file", type=pathlib.Path, help="ktest_func2.txt")
    parser.add_argument("-o", "--output", type=pathlib.Path, metavar="PNG", help="the picture; FILE with .png for its ending")
    parser.add_argument("--title", default="Hot pages", help="what stands above the picture")
    parser.add_argument("--region", type=region, action="append", default=[], metavar="NAME:FIRST:LAST",
                        help="a range of physical addresses with a colour of its own; a name may have several ranges")
    parser.add_argument("--frames", action="store_true", help="the numbers are frame numbers, not addresses")
    return parser.parse_args(words)


def main(words):
    arguments = arguments_of(words)
    output = arguments.output or arguments.file.with_suffix(".png")
    try:
        with open(arguments.file, encoding="ascii", errors="replace", newline="\n") as lines:
            scans = read_scans(lines, arguments.file, PAGE_BYTES if arguments.frames else 1)
        draw(scans, arguments.region, arguments.title, output)
    except BadInput as problem:
        print(f"hot_pages: {problem}", file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"hot_pages: {problem.filename or output}: {problem.strerror or problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
