#!/usr/bin/python3
"""The student's report against that of staff: all that is for both is in both, and nothing of staff's alone gets out.

Whatever only staff may know holds the word SECRET, or the address 48611, which stands in hidden traces alone.
"""

import copy
import json
import pathlib
import sys
import tempfile

import small_lab
import support

FILES = ("report.json", "report.html", "report.md", "junit.xml")
HIDDEN = ("SECRET", "48611", "staff")

# Prints what it reads, and dies of a trace of seven addresses: those are the hidden ones.
PROGRAM = """\
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    FILE *trace = fopen(argv[argc - 1], "r");
    int address, count = 0;
    while (fscanf(trace, "%d", &address) == 1) {
        printf("%d\\n", address);
        fprintf(stderr, "saw %d\\n", address);
        count++;
    }
    fflush(stdout);
    if (count == 7)
        abort();
    printf("page faults: 3\\n");
    return 0;
}
"""

# A task of which a student sees nothing but its title and its points.
INNER = """\
schema: 1
task: inner
title: More traces
points: 1
needs: [build]
collect:
  runs:
    - run: SECRETinner
      data: book
      files: {addresses.txt: {lines: {values: [48611, 0, 256, 512, 768, 1024, 1280]}}}
      with: {frames: 128, policy: lru}
judge:
  - exits: {run: SECRETinner, visibility: staff, title: "SECRET ending", hint: "a SECRET hint"}
  - equals: {fact: SECRETinner.page_faults, to: oracle.SECRETinner.page_faults, visibility: staff, gate: true}
"""


def without_staff(report):
    """What a student may see of staff's record, written once more and apart from the program's own way."""
    report = copy.deepcopy(report)
    for lab in report["labs"]:
        for task in lab["tasks"]:
            task["checks"] = [check for check in task["checks"] if check["visibility"] == "visible"]
            task["staff_notes"] = []
            task["evidence"] = ""
            if task["mark"]:
                task["mark"]["note"] = ""
    return report


class Suite:
    def __init__(self, ktap, scratch):
        self.ktap = ktap
        self.root = small_lab.Root(scratch / "root")
        cases = self.root.path / "cases/small"
        (cases / "inner.yaml").write_text(INNER)
        lab = (cases / "lab.yaml").read_text()
        (cases / "lab.yaml").write_text(lab.replace("points: 4", "points: 5").replace("faults, walk]", "faults, inner, walk]"))
        faults = (cases / "faults.yaml").read_text()
        (cases / "faults.yaml").write_text(faults.replace("1280, 1536]", "1280, 48611]"))
        student = self.root.student("ada", PROGRAM)
        self.graded = self.root.run("--student", student)
        self.run = self.root.results / "ada"
        self.root.run("mark", "ada", "walk", "0.5", "--by", "Ms Grace", "--note", "SECRET note", "--feedback", "read more", "--late")
        self.staff = {name: (self.run / name).read_text() for name in FILES}
        self.student = {name: (self.run / "student" / name).read_text() for name in FILES}

    def says(self, name, good, why=""):
        self.ktap.result(good, name, why)

    def hidden(self):
        for name in FILES:
            known = [word for word in HIDDEN if word not in self.staff[name]]
            self.says(f"staff's {name} says what is hidden", not known, known)
        found = {name: [word for word in HIDDEN if word in text.replace('"staff_notes": []', "")]
                 for name, text in self.student.items()}
        for name, words in found.items():
            self.says(f"the student's {name} says nothing of it", not words, words)
        files = sorted(path.name for path in (self.run / "student").iterdir())
        self.says("nothing else is handed out but the inputs that it names", {*files} - {"inputs"} == {*FILES}, files)
        links = [link for link in ("evidence/", "../", "href=\"e") if link in self.student["report.html"]]
        self.says("no link leads to the evidence", not links, links)

    def shared(self):
        staff, student = (json.loads(text["report.json"]) for text in (self.staff, self.student))
        self.says("the record is staff's without what is theirs", student == without_staff(staff))
        self.says("points and statuses are the same", [
            (task["task"], task["status"], task["score"]) for lab in student["labs"] for task in lab["tasks"]] == [
            (task["task"], task["status"], task["score"]) for lab in staff["labs"] for task in lab["tasks"]])
        inner = next(task for task in student["labs"][0]["tasks"] if task["task"] == "inner")
        self.says("a task that is all hidden shows its status alone", (inner["checks"], inner["message"], inner["notes"],
                  inner["commands"]) == ([], "", [], []) and inner["status"] in ("crash", "fail"), inner)
        for name in FILES:
            missing = [part for part in ("Page faults", "More traces", "Explain your program", "Ms Grace", "late", "read more")
                       if part not in self.student[name]]
            self.says(f"the student's {name} says what is for both", not missing, missing)

    def printed(self):
        student = self.root.path / "students/ada"
        summary = self.root.path / "summary.md"
        for name, args in (("the console", ()), ("verbose", ("-v",)), ("the record", ("--json",)), ("GitHub's", ("--github",))):
            shown = self.root.run("--student", student, "--for-student", *args, env={"GITHUB_STEP_SUMMARY": str(summary)})
            text = shown.out.replace('"staff_notes": []', "")
            words = [word for word in HIDDEN if word in text]
            self.says(f"--for-student: {name} says nothing hidden", shown.status == 0 and not words, words)
        self.says("without it, staff see all", all(word in self.graded.out for word in HIDDEN), self.graded.out)
        annotations = self.root.run("--student", student, "-q", "--github", env={"GITHUB_STEP_SUMMARY": str(summary)})
        words = [word for word in HIDDEN if word in annotations.out + summary.read_text()]
        self.says("annotations and summary are the student's without asking", "::error" in annotations.out and not words, words)
        sheet = self.root.run("checkoff", "ada")
        words = [word for word in HIDDEN if word in (self.run / "checkoff.html").read_text()]
        self.says("the check-off sheet says nothing hidden", sheet.status == 0 and not words, words)


def main():
    ktap = support.Ktap()
    with tempfile.TemporaryDirectory(prefix="memgrade-student-") as scratch:
        suite = Suite(ktap, pathlib.Path(scratch))
        for part in (suite.hidden, suite.shared, suite.printed):
            try:
                part()
            except Exception as error:  # one part that breaks must not hide the others
                ktap.result(False, f"{part.__name__} ran to its end", repr(error))
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
