#!/usr/bin/python3
"""Every mutant of a lab's reference gets the statuses that it says, and every check is failed by some mutant.

A mutant is cases/<lab>/mutants/NAME.patch: lines that begin with `#` say what it breaks and, in `# expect:` lines, the
statuses of tasks (`lru-128=partial random=partial`); a task that is not named must pass. The patch is applied to a copy
of the lab's reference. Informational tasks may cost much (a second build); they are run for mutants that name them.
A mutant with a line `# run: TASK…` is tried on these tasks alone, and none of them may pass; with `# rule: ID`, that rule
must be named by one of the checks that fail.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

import support

LABS = [path.parent for path in sorted(support.ROOT.glob("cases/*/lab.yaml")) if (path.parent / "mutants").is_dir()]


def expectations(text):
    """{task: status} of a mutant's head."""
    pairs = re.findall(r"^# expect:(.*)$", text, re.MULTILINE)
    return dict(pair.split("=") for line in pairs for pair in line.split())


def head_words(text, key):
    """The words of the head's lines `# key: …`."""
    return [word for line in re.findall(rf"^# {key}:(.*)$", text, re.MULTILINE) for word in line.split()]


def tasks_to_run(lab, text):
    """--lab options: the tasks of `# run:`, else every task that counts and the informational ones it expects something of."""
    wanted = expectations(text)
    names = head_words(text, "run")
    if names:
        return [option for name in names for option in ("--lab", f"{lab.name}/{name}")]
    names = yaml.safe_load((lab / "lab.yaml").read_text())["tasks"]
    return [option for name in names
            if name in wanted or not yaml.safe_load((lab / f"{name}.yaml").read_text()).get("informational")
            for option in ("--lab", f"{lab.name}/{name}")]


def run_mutant(lab, reference, patch):
    """(failed checks, complaints) of one mutant."""
    with tempfile.TemporaryDirectory(prefix="memgrade-mutant-") as scratch:
        student = pathlib.Path(scratch) / patch.stem
        support.copy_tree(reference, student)
        applied = subprocess.run(["patch", "-p1", "--no-backup-if-mismatch", "-s", "-i", str(patch)], cwd=student,
                                 capture_output=True, text=True, check=False)
        if applied.returncode != 0:
            return set(), ["the patch does not apply:", applied.stdout + applied.stderr]
        text = patch.read_text()
        run, report = support.grade(student, *tasks_to_run(lab, text), "-j", 1, timeout_s=900)
    if report is None:
        return set(), [f"exit status {run.status}", run.err]
    return support.failed_checks(report, lab.name), complaints_of(lab, text, report)


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


def test_lab(lab, ktap):
    settings = yaml.safe_load((lab / "lab.yaml").read_text())
    reference = support.ROOT / settings["starter"]["from"]
    _, report = support.grade(reference, "--lab", lab.name)
    good = report is not None and support.has_full_marks(report) and not support.failed_checks(report, lab.name)
    ktap.result(good, f"{lab.name}: the reference has full marks")
    if not good:
        return
    never_failed = all_checks(report, lab.name)
    patches = sorted((lab / "mutants").glob("*.patch"))
    workers = max(1, (os.cpu_count() or 2))
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for patch, (failed, complaints) in zip(patches, pool.map(lambda p: run_mutant(lab, reference, p), patches)):
            ktap.result(not complaints, f"{lab.name}: mutant {patch.stem}", "\n".join(complaints))
            never_failed -= failed
    for task, title in sorted(never_failed):
        ktap.result(False, f"{lab.name}: no mutant fails the check '{title}' of {task}")
    ktap.result(len(patches) >= 10, f"{lab.name}: at least ten mutants")


def main():
    ktap = support.Ktap()
    for lab in LABS:
        test_lab(lab, ktap)
    ktap.result(bool(LABS), "there are labs with mutants")
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
