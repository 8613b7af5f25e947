"""A small lab of its own for end-to-end tests: two tasks that evidence judges and one that a person marks.

Not a test itself (it is not executable). One check is for staff alone; whatever only staff may know holds the word SECRET.
"""

import os
import pathlib
import subprocess

import support

CASES = {
    "lab.yaml": """\
schema: 1
lab: small
title: Counting page faults
points: 4
collector: program
identify: [vm.c]
facts:
  page_faults:
    number: [{match: 'page faults: (\\d+)'}]
program:
  build:
    - {way: c-sources, sources: ["*.c"], compiler: [gcc]}
  data:
    book:
      files:
        BACKING_STORE.bin: {random_bytes: {seed: 20, bytes: 65536}}
        addresses.txt: {lines: {values: [0, 1, 256, 512, 0]}}
  oracle:
    paging: {trace: addresses.txt, store: BACKING_STORE.bin, frames: "{frames}", policy: "{policy}"}
  programs: [vm]
  forms:
    - {arguments: "addresses.txt"}
  probe:
    data: book
    over: [{frames: 128, policy: lru}]
    compare: [page_faults]
checkoff:
  questions:
    - {when: 'for \\(.*;(.*);', ask: "The loop in line {line} goes on while {1}: why so often?"}
    - {when: 'fprintf\\(stderr', unless: 'perror', ask: "Line {line} of {file} prints to another stream: why?"}
    - {when: 'malloc', ask: "never asked of this program"}
    - {failed: faults, check: page faults, ask: "You count {observed} faults where {expected} are right: which one is no fault?"}
tasks: [build, faults, walk]
""",
    "build.yaml": """\
schema: 1
task: build
title: Builds
points: 1
judge:
  - builds: {}
""",
    "faults.yaml": """\
schema: 1
task: faults
title: Page faults
points: 2
needs: [build]
collect:
  runs:
    - {run: book, data: book, with: {frames: 128, policy: lru}}
    - run: SECRETrun
      data: book
      files: {addresses.txt: {lines: {values: [0, 256, 512, 768, 1024, 1280, 1536]}}}
      with: {frames: 128, policy: lru}
judge:
  - equals: {fact: book.page_faults, to: oracle.book.page_faults, hint: "count a fault when the page is in no frame"}
  - equals:
      title: SECRET trace
      fact: SECRETrun.page_faults
      to: oracle.SECRETrun.page_faults
      hint: a SECRET hint
      visibility: staff
""",
    "walk.yaml": """\
schema: 1
task: walk
title: Explain your program
points: 1
manual: true
questions:
  - What is a page fault?
""",
}

# Three faults on the trace of `book`, whatever it is given: right there, wrong on the other.
PROGRAM = """\
#include <stdio.h>

int main(void)
{
    for (int page = 0; page < 3; page++)
        fprintf(stderr, "page %d\\n", page);
    printf("page faults: 3\\n");
    return 0;
}
"""


class Root:
    """A root of memgrade with this lab alone, in a directory of its own."""

    def __init__(self, directory):
        self.path = pathlib.Path(directory)
        (self.path / "reports").mkdir(parents=True)
        (self.path / "reports/memgrade_reports").symlink_to(support.ROOT / "reports/memgrade_reports")
        cases = self.path / "cases/small"
        cases.mkdir(parents=True)
        for name, text in CASES.items():
            (cases / name).write_text(text)
        self.results = self.path / "reports/out"

    def student(self, name, program=PROGRAM):
        directory = self.path / "students" / name
        directory.mkdir(parents=True)
        (directory / "vm.c").write_text(program)
        return directory

    def run(self, *args, **options):
        return support.Run(*args, env={"MEMGRADE_ROOT": str(self.path), **options.pop("env", {})}, **options)

    def start(self, *args):
        """The same in the background, without output."""
        return subprocess.Popen([support.PROGRAM, *map(str, args)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, env={**os.environ, "MEMGRADE_ROOT": str(self.path)})
