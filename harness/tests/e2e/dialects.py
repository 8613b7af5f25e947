#!/usr/bin/python3
"""Submissions in other people's habits get what a careful person gives.

One is a folder cases/LAB/dialects/NAME with an expect.yaml: `points: {task: points}` (tasks that are not named are not
looked at), `notes: [text]` that must stand in the lab's notes, and `says: [text]` that must stand somewhere in the report.
Where `base: FILE` is given, that file beside the folder is its source, put in as `as: NAME` with the lines of `edits:
[{replace: text, with: text}]`; so a habit costs a few lines. The short run takes each third one, `check --full` all of them.
"""

import concurrent.futures
import json
import os
import pathlib
import shutil
import sys
import tempfile

import yaml

import support

FULL = support.FULL
ONLY = [word for word in sys.argv[1:] if not word.startswith("-")]
IGNORED = ("expect.yaml",)


def stage(source, expected, target):
    """The submission as its author would have handed it in."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*IGNORED))
    for made in expected.get("files", []):
        text = (source.parent / made["from"]).read_text()
        for edit in made.get("edits", []):
            if edit["replace"] not in text:
                raise ValueError(f"{source.name}: {edit['replace']!r} is not in {made['from']}")
            text = text.replace(edit["replace"], edit["with"])
        place = target / made["as"]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def complaints(expected, lab, run, report):
    """What the report does not say of what a careful person would."""
    if "exit" in expected:
        return [] if run.status == expected["exit"] and all(text in run.err for text in expected.get("says", [])) else [
            f"exit status {run.status}: {run.err}"]
    if report is None:
        return [f"exit status {run.status}", run.err]
    found = next((one for one in report["labs"] if one["lab"] == lab), None)
    if found is None:
        return [f"no lab {lab}"]
    scores = {task["task"]: task["score"] for task in found["tasks"]}
    wrong = [f"{task}: {scores.get(task)}, not {points}" for task, points in expected.get("points", {}).items()
             if abs(scores.get(task, -1) - points) > expected.get("within", 0.005)]
    notes = "\n".join(found["notes"] + report.get("notes", []))
    wrong += [f"no note says: {text}\n{notes}" for text in expected.get("notes", []) if text not in notes]
    everything = json.dumps(report, ensure_ascii=False)
    return wrong + [f"nothing says: {text}" for text in expected.get("says", []) if text not in everything]


def try_one(folder):
    lab = folder.parent.parent.name
    expected = yaml.safe_load((folder / "expect.yaml").read_text())
    with tempfile.TemporaryDirectory(prefix="memgrade-dialect-") as scratch:
        student = pathlib.Path(scratch) / folder.name
        stage(folder, expected, student)
        run, report = support.grade(student, "--lab", lab, "-j", 1, *expected.get("options", []), timeout_s=900)
    return complaints(expected, lab, run, report)


def main():
    folders = [path.parent for path in sorted(support.ROOT.glob("cases/*/dialects/*/expect.yaml"))]
    if ONLY:
        folders = [folder for folder in folders if folder.name in ONLY or folder.parent.parent.name in ONLY]
    elif not FULL:
        folders = folders[::3]
    ktap = support.Ktap()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for folder, wrong in zip(folders, pool.map(try_one, folders)):
            ktap.result(not wrong, f"{folder.parent.parent.name}/{folder.name}", "\n".join(wrong))
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
