#!/usr/bin/env python3
"""Misspells each name of each shipped case, and sees that the loader says so with file, line and column of that place.

A name is what is looked up: a fact, a run, a step, a mark, a file of the data, a rule. Prose is none, nor is what only a
submission or a tool can answer: an expression for its source, a glob of its files, a command that builds it; `FREE` lists
those keys. What is declared (`run: book`) is misspelt as well: the mistake is shown where the name is used, and not at all
where nothing uses it. What stands in a group of checks is shown where a task uses the group.

Several names of a file are misspelt at once; those that no message tells of are tried once more, each alone.

usage: case_names.py [--list]     --list: only prints what is overlooked
"""

import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

from support import PROGRAM, ROOT, Ktap

CASES = ROOT / "cases"
MESSAGE = re.compile(r"(?P<file>\S+\.yaml):(?P<line>\d+):(?P<column>\d+): (?P<what>.+)")
BATCH = 12
QUANTITY = re.compile(r"0x[0-9a-fA-F]+|[\d.]+ ?[kKMG]i?B|true|false")

# Keys whose values are no names that could be looked up, by their paths without list items.
FREE = [re.compile(pattern) for pattern in (
    # Prose.
    r"(.*/)?(title|summary|hint|note|why|ask|is|judges|cpu_why|example|faults_hint|hits_hint)", r"questions",
    r".*/segment/strings/name",
    # Expressions for what a program prints, or for a student's source.
    r".*/(matches|match|pattern|patterns|line|last_line|when|words|nothing|given|functions|avoids|format|has_path|lacks_path"
    r"|has_text|lacks_text)", r".*/(questions|source_avoids)/unless",
    # Globs of a submission's files.
    r"identify|unless|ignore|checkoff/sources|program/build/(needs|sources)|.*/source_avoids/source",
    r".*/whole_trees/(has|compiled)|.*/(put_in|edits)/files|.*/leave_out",
    # Commands, and what they make.
    r".*/(argv|compiler|libraries|compile|link|kbuild|warnings|sanitize|toolchains|cpu)", r"riscv_kernel/(whole_trees/images/.*/)?build",
    r"riscv_kernel/images/.*", r".*/whole_trees/(images/.*|driver)/file", r"program/programs",
    # How people call a thing in their programs.
    r"program/call/arguments/.*/options", r"program/call/arguments/output/file",
    # Symbols of a submission's kernel.
    r".*/looks/(table/)?(at|allocator)", r".*/driver/entry", r"collect/sources_of",
    # Values, and names that stand in a report alone.
    r"linux_module/values/.*", r"linux_module/shapes/values/.*", r".*/edits/edit", r"program/build/way", r".*/whole_trees/edits/replace")]
# Names that are declared here, and looked up elsewhere.
DECLARED = [re.compile(pattern) for pattern in (
    r"collect/runs/run", r"collect/guests/guest", r"collect/boots/boot", r"collect/looks/look", r"collect/calls/family",
    r"collect/search/compare", r"facts/.*/columns/name", r"linux_module/regions", r"linux_module/shapes/shape",
    r"linux_module/module", r"groups/.*")]
KEYS_USED = re.compile(r".*/(with|over|modulo)")          # mappings whose keys are names
WORDS = re.compile(r"program/(forms/arguments|call/orders)")
HELD = re.compile(r"\{(\w+)")


class Name(collections.namedtuple("Name", "file path word at line column declared")):
    """A word of a case file, where its misspelt letter stands, and the place of the value that it is in."""

    def __str__(self):
        return f"{self.file}:{self.line}:{self.column}: {self.path}: {self.word}"

    def misspelt(self, text):
        return text[:self.at] + ("z" if text[self.at] == "q" else "q") + text[self.at + 1:]


def step_arguments():
    """{verb: its arguments' names}, as case files may use it."""
    steps = (ROOT / "harness/guest/steps.def").read_text()
    return {verb: arguments.split() for verb, arguments in re.findall(r'^\w*STEP\((\w+), "([^"]*)"', steps, re.M)}


def scalars(node, path, seen):
    """(path, node, the value that it is the key of) of each scalar; what an alias repeats comes once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield path, key, value
            yield from scalars(value, (*path, key.value), seen)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from scalars(value, path, seen)
    else:
        yield path, node, None


def words_of_step(raw, arguments):
    """(begin, end) of the words of a step's line that are names: those of its verb, of processes, files and scripts."""
    words = [(match.start(), match.end()) for match in re.finditer(r'"[^"]*"|\S+', raw)]
    verb = raw[slice(*words[0])]
    yield words[0]
    kinds = arguments[verb]
    for index, word in enumerate(words[1:]):
        kind = kinds[min(index, len(kinds) - 1)].rstrip("…")
        text = raw[slice(*word)]
        if kind in ("PROC", "MODULE", "SCRIPT", "WHAT") or kind in ("FILE", "PATH") and not text.startswith(("/", "{")):
            yield word
        for held in re.finditer(r"\{(?:pid:)?(\w+)\}", text):
            yield word[0] + held.start(1), word[0] + held.end(1)


def words_of(path, raw, arguments):
    """(begin, end) of each word of the value that is looked up by itself."""
    if re.fullmatch(r".*/(steps|scripts/\w+)", path) and "judge" not in path:
        yield from words_of_step(raw, arguments)
    elif WORDS.fullmatch(path):
        yield from (match.span(1) for match in re.finditer(r"\{(\w+)\}" if "{" in raw else r"(\w+)", raw))
    elif re.search(r"\{\w+", raw) or path.endswith("edits/replace"):
        yield from (match.span(1) for match in HELD.finditer(raw))
    elif re.fullmatch(r".*/(from|folder|tree|makefile|program|student|sources|ours|files|optional|file)", path):
        known = re.match(r"[^*?\[]*/(?=[^/]*[*?\[])|[^*?\[]*$|", raw)[0]   # what stands before a glob's wildcards
        yield from (match.span() for match in re.finditer(r"\w+", known))
    else:
        yield from (match.span() for match in re.finditer(r"[^.\s\"'*]+(?: [^.\"'*]+)*", raw))   # each part of a dotted name


def names_of(file, arguments):
    text = (CASES / file).read_text()
    for parts, node, value in scalars(yaml.compose(text), (), set()):
        path = "/".join(parts)
        raw = text[node.start_mark.index:node.end_mark.index]
        if value and not KEYS_USED.fullmatch(path):
            continue
        if any(free.fullmatch(path) for free in FREE) or QUANTITY.fullmatch(raw.strip("\"'")):
            continue
        place = (value or node).start_mark   # a key's mistake is shown at its value, but for a column's
        if path.endswith("modulo"):
            place = node.start_mark
        declared = any(one.fullmatch(path) for one in DECLARED)
        for begin, end in words_of(path, raw, arguments):
            letters = [i for i in range(begin, end) if raw[i].isalpha()]
            if letters:
                yield Name(str(file), path, raw[begin:end], node.start_mark.index + letters[len(letters) // 2],
                           place.line + 1, place.column + 1, declared)


class Speller:
    """A copy of the cases in which names are misspelt, and what the loader says of it."""

    def __init__(self, scratch):
        self.cases = pathlib.Path(scratch) / "cases"
        for file in CASES.glob("*/*.yaml"):
            (self.cases / file.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, self.cases / file.parent.name)
        self.broken = []

    def run(self, names):
        """What is said: {(file, line, column)} of all messages."""
        texts = {}
        for name in names:
            texts[name.file] = name.misspelt(texts.get(name.file) or (CASES / name.file).read_text())
        for file, text in texts.items():
            (self.cases / file).write_text(text)
        done = subprocess.run([PROGRAM, "check-cases", self.cases], capture_output=True, text=True, check=False,
                              env={"MEMGRADE_ROOT": str(ROOT), "PATH": "/usr/bin:/bin"})
        for file in texts:
            shutil.copy(CASES / file, self.cases / file)
        if done.returncode not in (0, 2) or "map::at" in done.stdout + done.stderr:
            self.broken += [f"{name}: status {done.returncode}, {done.stderr.strip()}" for name in names]
        said = set()
        for message in MESSAGE.finditer(done.stdout):
            said.add((str(pathlib.Path(message["file"]).resolve().relative_to(self.cases.resolve())), int(message["line"]),
                      int(message["column"])))
        return said

    def overlooked(self, names, size):
        """Those of `names` that no message tells of, `size` of a file misspelt at once."""
        by_file = collections.defaultdict(list)
        for name in names:
            by_file[name.file].append(name)
        missed = []
        while by_file:
            now = []
            for file in list(by_file):
                now += by_file[file][:size]
                by_file[file] = by_file[file][size:]
                if not by_file[file]:
                    del by_file[file]
            said = self.run(now)
            for name in now:
                lab = name.file.split("/")[0]
                told = (any(file.startswith(lab + "/") for file, _, _ in said) if name.declared and size == 1 else
                        (name.file, name.line, name.column) in said)
                if not told:
                    missed.append(name)
        return missed


def main():
    arguments = step_arguments()
    names = [name for file in sorted(CASES.glob("*/*.yaml")) for name in names_of(file.relative_to(CASES), arguments)]
    with tempfile.TemporaryDirectory(prefix="memgrade-names-") as scratch:
        speller = Speller(scratch)
        missed = []
        for of_lab in (True, False):   # a mistake in lab.yaml may hide those of its tasks
            some = [name for name in names if name.file.endswith("/lab.yaml") == of_lab]
            declared = [name for name in some if name.declared]
            used = [name for name in some if not name.declared]
            missed += speller.overlooked(speller.overlooked(used, BATCH), 1)
            missed += speller.overlooked(declared, 1)
    if "--list" in sys.argv:
        print("\n".join(map(str, missed + speller.broken)))
        print(len(names), "names,", len(missed), "overlooked,", len(speller.broken), "broken")
        return 0
    ktap = Ktap()
    missed = [name for name in missed if not name.declared]
    for lab in sorted({name.file.split("/")[0] for name in names}):
        of_lab = [name for name in missed if name.file.startswith(lab + "/")]
        count = sum(name.file.startswith(lab + "/") for name in names)
        ktap.result(not of_lab, f"each of {count} names of {lab}, misspelt, is told with its place", "\n".join(map(str, of_lab)))
    ktap.result(not speller.broken, "no misspelt name ends the program", "\n".join(speller.broken))
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
