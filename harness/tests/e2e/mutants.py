#!/usr/bin/python3
"""Every mutant of a lab's reference gets the statuses that it says, and every check is failed by some mutant.

A mutant is cases/<lab>/mutants/NAME.patch: lines that begin with `#` say what it breaks and, in `# expect:` lines, the
statuses of tasks (`lru-128=partial random=partial`); a task that is not named must pass. The patch is applied to a copy
of the lab's reference. Informational tasks may cost much (a second build); they are run for mutants that name them.
A mutant with a line `# run: TASK…` is tried on these tasks alone, and none of them may pass; with `# rule: ID`, that rule
must be named by one of the checks that fail.

`check --full` tries every mutant. Otherwise task by task mutants are tried, on the tasks that they name alone, until each
check of the task was told apart by one: it failed, and a check before it passed (what does not build fails them all, and
tells the first alone). Those of mutants_first.txt come first, which `mutants.py --choose` writes from the
record of a full run: the quickest that fail every check.

Arguments choose: LAB, or LAB/MUTANT for one alone.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

import yaml

import support

FIRST = pathlib.Path(__file__).with_name("mutants_first.txt")
# The simulator in one unit, in half the time of its Makefile; of no use where the build itself is judged.
ONE_UNIT = r"""sh -c 'printf "#include \"%s\"\n" src/*.cpp src/*/*.cpp programs/vm.cpp | g++ -std=c++20 -O1 -Iinclude -x c++ - -o vm'"""
QUICKER = {"vmsim": ["--build", ONE_UNIT, "--call", "./vm -n {frames} -p {policy} BACKING_STORE.bin addresses.txt"]}
JUDGE_THE_BUILD = {"build", "warnings", "sanitizers"}
RECORD = support.ROOT / "build" / "check" / "mutants.json"
LABS = [path.parent for path in sorted(support.ROOT.glob("cases/*/lab.yaml")) if (path.parent / "mutants").is_dir()]


def expectations(text):
    """{task: status} of a mutant's head."""
    pairs = re.findall(r"^# expect:(.*)$", text, re.MULTILINE)
    return dict(pair.split("=") for line in pairs for pair in line.split())


def head_words(text, key):
    """The words of the head's lines `# key: …`."""
    return [word for line in re.findall(rf"^# {key}:(.*)$", text, re.MULTILINE) for word in line.split()]


def named_tasks(text):
    """The tasks that a mutant is about: those of `# run:`, else those that it expects a status of."""
    return head_words(text, "run") or list(expectations(text))


def tasks_to_run(lab, text):
    """The named tasks; in a full run, where no `# run:` names them, every task that counts, too."""
    named = named_tasks(text)
    if head_words(text, "run") or (named and not support.FULL):
        return named
    names = yaml.safe_load((lab / "lab.yaml").read_text())["tasks"]
    return [name for name in names
            if name in named or not yaml.safe_load((lab / f"{name}.yaml").read_text()).get("informational")]


def run_mutant(lab, reference, patch):
    """(failed checks, those that it tells apart, complaints) of one mutant."""
    with tempfile.TemporaryDirectory(prefix="memgrade-mutant-") as scratch:
        student = pathlib.Path(scratch) / patch.stem
        support.copy_tree(reference, student)
        applied = subprocess.run(["patch", "-p1", "--no-backup-if-mismatch", "-s", "-i", str(patch)], cwd=student,
                                 capture_output=True, text=True, check=False)
        if applied.returncode != 0:
            return set(), set(), ["the patch does not apply:", applied.stdout + applied.stderr]
        text = patch.read_text()
        tasks = tasks_to_run(lab, text)
        options = [option for name in tasks for option in ("--lab", f"{lab.name}/{name}")]
        if not JUDGE_THE_BUILD.intersection(named_tasks(text)):
            options += QUICKER.get(lab.name, [])
        run, report = support.grade(student, *options, "--no-shorten", "-j", 1, timeout_s=900)
    if report is None:
        return set(), set(), [f"exit status {run.status}", run.err]
    return support.failed_checks(report, lab.name), told_apart(lab, report), complaints_of(lab, text, report)


def told_apart(lab, report):
    """The failed checks that stand first in their task, or behind one that passed."""
    told = set()
    for one in report["labs"]:
        for task in one["tasks"] if one["lab"] == lab.name else []:
            passed_before = True
            for check in task["checks"]:
                if check["status"] == "pass":
                    passed_before = True
                    continue
                if passed_before:
                    told.add((task["task"], check["title"]))
                passed_before = passed_before and check is not task["checks"][0]
    return told


def complaints_of(lab, text, report):
    """What a mutant's report does not say of what its head promises."""
    wanted = expectations(text)
    seen = support.statuses(report, lab.name)
    if run := head_words(text, "run"):
        complaints = [f"{task} passes" for task in run if seen.get(task, "pass") == "pass"]
        details = "\n".join(check.get("detail", "") for one in report["labs"] for task in one["tasks"]
                            for check in task["checks"] if check["status"] != "pass")
        return complaints + [f"no check names the rule {rule}:\n{details}" for rule in head_words(text, "rule")
                             if f"rule: {rule}\n" not in details + "\n"]
    complaints = [f"{task}: {status}, expected {wanted.get(task, 'pass')}" for task, status in seen.items()
                  if status != wanted.get(task, "pass")]
    return complaints + [f"{task}: no such task" for task in wanted if task not in seen]


def all_checks(report, lab):
    return {(task["task"], check["title"]) for one in report["labs"] if one["lab"] == lab for task in one["tasks"]
            for check in task["checks"]}


class Trial:
    """The mutants of one lab, tried by several workers; what they failed is known to all."""

    def __init__(self, lab, reference, checks, ktap):
        self.lab, self.reference, self.ktap = lab, reference, ktap
        self.never_failed, self.never_told = set(checks), set(checks)
        self.lock = threading.Lock()
        self.tried = {}  # name of a patch: what the record says of it
        self.patches = sorted((lab / "mutants").glob("*.patch"), key=self.rank)

    def rank(self, patch):
        """Chosen ones first, then those that name few tasks."""
        names = first_names()
        name = f"{self.lab.name}/{patch.stem}"
        return (names.index(name) if name in names else len(names), len(named_tasks(patch.read_text())), patch.stem)

    def try_one(self, patch):
        with self.lock:
            if patch.stem in self.tried:
                return
            self.tried[patch.stem] = {}
        started = time.monotonic()
        failed, told, complaints = run_mutant(self.lab, self.reference, patch)
        took_s = time.monotonic() - started
        with self.lock:
            self.tried[patch.stem] = {"seconds": round(took_s, 1), "tells": sorted(told)}
            self.never_failed -= failed
            self.never_told -= told
            self.ktap.result(not complaints, f"{self.lab.name}: mutant {patch.stem}", "\n".join(complaints), took_s)

    def try_task(self, task):
        """Until each of the task's checks was told apart by some mutant, or there is none left."""
        for patch in self.patches:
            if not any(open_task == task for open_task, _ in self.never_told):
                return
            if task in named_tasks(patch.read_text()):
                self.try_one(patch)

    def run(self, workers):
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            if support.FULL:
                list(pool.map(self.try_one, self.patches))
            else:
                list(pool.map(self.try_task, dict.fromkeys(task for task, _ in sorted(self.never_told))))


def first_names():
    """LAB/MUTANT of those to begin with."""
    return [line for line in FIRST.read_text().splitlines() if line and not line.startswith("#")] if FIRST.exists() else []


def test_lab(lab, ktap):
    """{LAB/MUTANT: what it took and told apart} of those that were tried."""
    settings = yaml.safe_load((lab / "lab.yaml").read_text())
    reference = support.ROOT / settings["starter"]["from"]
    _, report = support.grade(reference, "--lab", lab.name)
    good = report is not None and support.has_full_marks(report) and not support.failed_checks(report, lab.name)
    ktap.result(good, f"{lab.name}: the reference has full marks")
    if not good:
        return {}
    trial = Trial(lab, reference, all_checks(report, lab.name), ktap)
    trial.run(int(os.environ.get("MEMGRADE_CHECK_JOBS") or os.cpu_count() or 2))
    for task, title in sorted(trial.never_failed):
        ktap.result(False, f"{lab.name}: no mutant fails the check '{title}' of {task}")
    ktap.result(len(trial.patches) >= 10, f"{lab.name}: at least ten mutants")
    if left := len(trial.patches) - len(trial.tried):
        print(f"# left out: {left} of the {len(trial.patches)} mutants of {lab.name}", flush=True)
    return {f"{lab.name}/{name}": tried for name, tried in trial.tried.items()}


def chosen(record):
    """The names that together tell all that the record's mutants tell: each time the one with most new checks a second."""
    missing = {(name.split("/")[0], *check) for name, one in record.items() for check in map(tuple, one["tells"])}
    names = []
    while missing:
        def gain(name):
            new = missing & {(name.split("/")[0], *check) for check in map(tuple, record[name]["tells"])}
            return len(new) / max(record[name]["seconds"], 0.1)
        best = max(sorted(record), key=gain)
        names.append(best)
        missing -= {(best.split("/")[0], *check) for check in map(tuple, record[best]["tells"])}
    return names


def choose():
    names = chosen(json.loads(RECORD.read_text()))
    FIRST.write_text("# The mutants that a short run of mutants.py begins with; `mutants.py --choose` writes this file.\n" +
                     "".join(f"{name}\n" for name in names))
    return 0


def try_named(names, ktap):
    """Mutants by LAB/MUTANT, each alone."""
    labs = {lab.name: lab for lab in LABS}
    for name in names:
        lab, _, mutant = name.partition("/")
        reference = support.ROOT / yaml.safe_load((labs[lab] / "lab.yaml").read_text())["starter"]["from"]
        _, _, complaints = run_mutant(labs[lab], reference, labs[lab] / "mutants" / f"{mutant}.patch")
        ktap.result(not complaints, f"{lab}: mutant {mutant}", "\n".join(complaints))
    return ktap.finish()


def main():
    if sys.argv[1:] == ["--choose"]:
        return choose()
    ktap = support.Ktap()
    if named := [name for name in sys.argv[1:] if "/" in name]:
        return try_named(named, ktap)
    record = {}
    for lab in LABS:
        if not sys.argv[1:] or lab.name in sys.argv[1:]:
            record.update(test_lab(lab, ktap))
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    RECORD.write_text(json.dumps(record, indent=1))
    ktap.result(bool(LABS), "there are labs with mutants")
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
