#include <harness/casefile/reference_text.hpp>

namespace memgrade::casefile {

std::string introduction() {
  return R"(# Case files

This page is printed by the program from the same tables that it checks case files with.

A lab is a folder of `cases/` with a `lab.yaml` and one YAML file for each task, named after the task. `lab.yaml` says
what the lab is worth, how a submission is recognised, which collector observes it and with which settings, which facts
its output holds, and which tasks there are, in order. A task's file says what to observe (`collect`) and how to judge
what was observed (`judge`). Every point stands in these files and nowhere else.

Loading checks all files of a lab at once and reports every mistake as `file:line:col: what`, with a suggestion where
something similar exists. A lab with a mistake is not graded at all. Files are UTF-8, at most 1 MiB, one YAML 1.2
document each, without tags and merge keys; anchors and aliases are allowed.

Types: *text* is any single value as it is written; *name* is made of letters, digits, `.`, `_` and `-`; *number* is a
real number, *whole number* an integer of 64 bits, decimal or `0x`; *size* is a number of bytes, or one with `KiB`,
`MiB`, `GiB`, `kB`, `MB` or `GB`; *true or false* are just these two words; a *regular expression* is RE2's; a *fact* is
a dotted name (see Facts); a *mapping* has the keys of its own table below; a *free mapping* has any keys, with single
values or lists of them; *one of the checkers* (oracles, generators) is a mapping from one name to the keys of that
name. Where a list is asked for, a single value is a list of one. Where a name stands for its own keys, they may be
left empty: `- builds:`.

)";
}

std::string facts_text() {
  return R"(A fact is a typed value with a dotted name, taken out of what was observed. The first step is the run, then
comes a fact of lab.yaml or one that every run has: `book.page_faults`. What is true of the same run stands below
`oracle`: `oracle.book.page_faults`. A table is a fact with parts: `book.translations` itself, `book.translations.rows`
and one for each column, `book.translations.value`. A name that the task's evidence cannot hold is a mistake in the case
file. Where a collector's settings ask for facts, the names are those of lab.yaml, without a run.

)";
}

std::string placeholders_text() {
  return R"(## Placeholders

`{name}` in the collector's settings stands for a value of the run that is being made, `{name:upper}` for its upper-case
form and `{name:initial}` for its first letter. Inside the keys of an oracle or a generator, a text that is one
placeholder and nothing else may stand where a number, a choice or any other single value is expected; it takes that
value's type. It needs quotes there, since YAML reads a bare `{name}` as a mapping.

)";
}

const std::vector<std::pair<TaskStatus, std::string_view>>& status_meanings() {
  static const std::vector<std::pair<TaskStatus, std::string_view>> meanings = {
      {TaskStatus::pass, "Full marks, judged on evidence."},
      {TaskStatus::partial, "Some marks."},
      {TaskStatus::fail, "No marks."},
      {TaskStatus::crash, "The student's program, module or kernel died."},
      {TaskStatus::timeout, "It made no progress until a deadline."},
      {TaskStatus::skipped, "A task that it needs did not come far enough."},
      {TaskStatus::pending, "A person marks this one."},
      {TaskStatus::infra_error, "It could not be observed; costs no points, and the total is provisional."}};
  return meanings;
}

WorkedExample worked_example() {
  return {R"(schema: 1
lab: demo
title: Counting page faults
summary: A program reads a trace of addresses and says how many page faults it met.
points: 3
collector: program
identify: ["vm.c", "src/vm.c"]
ignore: ["addresses.txt"]

facts:
  page_faults:
    from: [stdout]
    number:
      - match: '(?i)page faults\s*[:=]\s*(\d+)'

program:
  build:
    - {way: make, needs: [Makefile], argv: [make]}
  data:
    book:
      files:
        BACKING_STORE.bin: {random_bytes: {seed: 20, bytes: 65536}}
        addresses.txt: {java_random: {seed: 7, count: 1000, bound: 65536}}
  oracle:
    paging: {trace: addresses.txt, store: BACKING_STORE.bin, frames: "{frames}", policy: "{policy}"}
  programs: [vm]
  forms:
    - {arguments: "-n {frames} -p {policy} BACKING_STORE.bin addresses.txt"}
  probe:
    data: book
    over:
      - {frames: 128, policy: lru}
    compare: [page_faults]
  limits:
    run: {wall: 20, memory: 256 MiB}

tasks: [build, faults]
)",
          {{"build", R"(schema: 1
task: build
title: Builds
points: 1
judge:
  - builds: {hint: "the first errors are listed below"}
)"},
           {"faults", R"(schema: 1
task: faults
title: Page faults with 128 frames
points: 2
needs: [build]
collect:
  runs:
    - {run: book, data: book, with: {frames: 128, policy: lru}}
judge:
  - exits: {run: book, gate: true, cap: 0.5, title: "ends by itself"}
  - one_of:
      fact: book.page_faults
      to: oracle.book.accepted.page_faults
      hint: "count a fault only when the page is in no frame"
)"}}};
}

}  // namespace memgrade::casefile
