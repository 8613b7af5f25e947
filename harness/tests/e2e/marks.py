#!/usr/bin/python3
"""Marks that people give, and the sheet for them: entered, shown in every report, never lost, never given by mistake."""

import html
import json
import pathlib
import signal
import sys
import tempfile
import time

import small_lab
import support

REPORTS = ("report.json", "report.html", "report.md", "junit.xml")
SLOW = "int main(void) { for (;;) ; }\n"


class Suite:
    def __init__(self, ktap, scratch):
        self.ktap = ktap
        self.root = small_lab.Root(scratch / "root")

    def expect(self, name, run, status, *texts):
        good = run.status == status and all(text in run.out + run.err for text in texts)
        self.ktap.result(good, name, f"exit status {run.status}, expected {status} and {texts}\n{run.out}{run.err}")

    def graded(self, name, *args):
        """The run's directory of a new student."""
        student = self.root.student(name)
        run = self.root.run("--student", student, "-q", *args)
        if run.status != 0:
            raise RuntimeError(run.err)
        return self.root.results / name

    def mark(self, run, points, by="Ms Grace", *args, task="walk"):
        return self.root.run("mark", run, task, points, "--by", by, *args)

    def history(self, run):
        return json.loads((run / "marks.json").read_text())["marks"]

    def task(self, run, name="walk"):
        report = json.loads((run / "report.json").read_text())
        return next(task for task in report["labs"][0]["tasks"] if task["task"] == name)

    def check_task(self, name, run, **wanted):
        task = self.task(run)
        seen = {key: task[key] if key in task else (task["mark"] or {}).get(key) for key in wanted}
        self.ktap.result(seen == wanted, name, f"{seen}, expected {wanted}")

    def entered(self):
        run = self.graded("entered")
        self.check_task("before: pending, and no points", run, status="pending", score=0, mark=None)
        before = json.loads((run / "report.json").read_text())
        self.ktap.result(before["provisional"] and before["score"] == 2, "before: the total is provisional", before["score"])
        self.expect("a mark", self.mark("entered", "1", "Ms Grace", "--note", "knew all"), 0, "small/walk: 1 of 1, by Ms Grace",
                    "Total  3 / 4", "report.html")
        self.check_task("after: passed, with the points", run, status="pass", score=1, points=1, by="Ms Grace", late=False,
                        note="knew all", older_than_code=False)
        after = json.loads((run / "report.json").read_text())
        self.ktap.result(not after["provisional"] and after["score"] == 3, "after: the total is final", after["score"])
        rest = {name for name in REPORTS if "Ms Grace" not in (run / name).read_text()}
        self.ktap.result(not rest, "every report says who gave it", rest)
        shown = self.root.run("rejudge", run)
        self.expect("the console says who gave it", shown, 0, "marked by Ms Grace on ", "note, staff only: knew all")

    def remarked(self):
        run = self.graded("remarked")
        self.mark(run, "0")
        self.check_task("no points: failed", run, status="fail", score=0)
        self.expect("marked again", self.mark(run, "0.5", "Mr Bo"), 0, "0.5 of 1, by Mr Bo", "before: 0 of 1, by Ms Grace")
        self.check_task("some points: partial", run, status="partial", score=0.5, by="Mr Bo")
        self.expect("taken back", self.mark(run, "pending", "Mr Bo"), 0, "no mark any more")
        self.check_task("taken back: pending again", run, status="pending", score=0, mark=None)
        seen = [(entry["points"], entry["by"]) for entry in self.history(run)]
        self.ktap.result(seen == [(0, "Ms Grace"), (0.5, "Mr Bo"), (None, "Mr Bo")], "the history keeps all of it", seen)

    def refused(self):
        run = self.graded("refused")
        self.mark(run, "0.5")
        kept = (run / "marks.json").read_bytes()
        reports = {name: (run / name).read_bytes() for name in REPORTS}
        for points in ("2", "1.001", "-1", "-0.5", "nan", "inf", "1e0", "1,5", "one", "", "0x1"):
            self.expect(f"refused: {points!r} points", self.mark(run, points), 2, "points")
        self.expect("refused: nobody", self.mark(run, "1", "  "), 2, "--by WHO")
        self.expect("refused: no --by", self.root.run("mark", run, "walk", "1"), 2, "--by")
        self.expect("refused: no such task", self.mark(run, "1", task="wlak"), 2, "did you mean 'walk'")
        self.expect("refused: no such lab", self.mark(run, "1", task="smal/walk"), 2, "did you mean 'small/walk'")
        self.expect("refused: a task that evidence judges", self.mark(run, "1", task="faults"), 2, "judged from evidence",
                    "small/walk")
        self.expect("refused: no such run", self.mark("refussed", "1"), 4, "did you mean 'refused'")
        self.expect("refused: no run", self.mark(self.root.path / "cases", "1"), 4, "is no run")
        self.ktap.result((run / "marks.json").read_bytes() == kept, "what was refused left the marks alone")
        self.ktap.result(all((run / name).read_bytes() == text for name, text in reports.items()), "… and the reports")

    def named(self):
        run = self.graded("named")
        (self.root.path / "students/named/student.yaml").write_text("id: '110550001'\nname: Ada Example\n")
        self.root.run("--student", self.root.path / "students/named", "-q")
        for word in (run, self.root.path / "students/named", "named", "110550001", "Ada Example"):
            self.expect(f"the run by {str(word)[-20:]!r}", self.mark(word, "1"), 0, "Ada Example (110550001)")
        self.expect("the task by its lab", self.mark("named", "1", task="small/walk"), 0)
        self.ktap.result(len(self.history(run)) == 6, "all of them in one history", len(self.history(run)))

    def late(self):
        run = self.graded("late")
        self.expect("a late mark", self.mark(run, "1", "Ms Grace", "--late"), 0, "late", "Total  3 / 4")
        self.check_task("late: full points", run, status="pass", score=1, late=True)
        report = json.loads((run / "report.json").read_text())
        self.ktap.result(report["student"]["late"] is True, "late: the student's flag")
        rest = [name for name in REPORTS[1:] if ", late" not in (run / name).read_text()]
        self.ktap.result(not rest, "late: in every report", rest)
        self.expect("late: on the console", self.root.run("rejudge", run), 0, "UTC, late")
        self.mark(run, "1")
        report = json.loads((run / "report.json").read_text())
        self.ktap.result(report["student"]["late"] is False, "a mark in its place that is not late takes the flag away")

    def rerun(self):
        run = self.graded("rerun")
        student = self.root.path / "students/rerun"
        self.mark(run, "0.5", "Ms Grace", "--late")
        marked = self.task(run)
        again = self.root.run("--student", student, "--json")
        same = next(task for task in again.json["labs"][0]["tasks"] if task["task"] == "walk")
        self.ktap.result(same == marked and self.task(run) == marked, "a rerun keeps the mark", same)
        (student / "vm.o").write_text("built")
        self.root.run("--student", student, "-q")
        self.check_task("what a build leaves behind is no change", run, older_than_code=False)
        with (student / "vm.c").open("a") as source:
            source.write("/* more */\n")
        self.expect("marking code that has changed since the run", self.mark(run, "0.5", "Ms Grace", "--late"), 0,
                    "are not those of this run")
        self.root.run("--student", student, "-q")
        self.check_task("a mark of older code counts and says so", run, score=0.5, late=True, older_than_code=True)
        rest = [name for name in REPORTS if "older" not in (run / name).read_text()]
        self.ktap.result(not rest, "… in every report", rest)
        self.mark(run, "1")
        self.check_task("marked again, it is not older any more", run, score=1, older_than_code=False)
        (student / "vm.c").write_text("broken")
        self.root.run("--student", student, "-q")
        self.check_task("code that does not build any more keeps its mark", run, score=1, older_than_code=True)
        before = (run / "marks.json").read_bytes()
        self.expect("one task alone", self.root.run("--student", student, "--lab", "small/build"), 0)
        self.ktap.result((run / "marks.json").read_bytes() == before, "a run of another task keeps the mark")
        self.expect("marking what was not run", self.mark(run, "1"), 0, "not part of this run")
        self.root.run("--student", student, "-q")
        self.check_task("it counts again with the whole lab", run, score=1)
        self.ktap.result(len(self.history(run)) == 4, "no rerun added or removed an entry", self.history(run))

    def rejudged(self):
        run = self.graded("rejudged")
        self.mark(run, "0.5")
        before = {name: (run / name).read_bytes() for name in (*REPORTS, "marks.json")}
        self.expect("rejudge", self.root.run("rejudge", run, "-q"), 0)
        after = {name: (run / name).read_bytes() for name in before}
        self.ktap.result(before == after, "rejudging keeps the mark and writes the same bytes",
                         [name for name in before if before[name] != after[name]])
        case = self.root.path / "cases/small"
        text = {name: (case / name).read_text() for name in ("walk.yaml", "lab.yaml")}
        (case / "walk.yaml").write_text(text["walk.yaml"].replace("points: 1", "points: 2"))
        (case / "lab.yaml").write_text(text["lab.yaml"].replace("points: 4", "points: 5"))
        self.root.run("rejudge", run, "-q")
        self.check_task("a task that is worth more now", run, status="partial", score=0.5, max_score=2)
        self.ktap.result("worth 1 points, not 2" in json.dumps(self.task(run)), "… and the report says so", self.task(run))
        for name, old in text.items():
            (case / name).write_text(old)

    def unreadable(self):
        run = self.graded("unreadable")
        (run / "marks.json").write_text('{"schema": "memgrade/marks/v9"}')
        for name, command in (("grade", ("--student", self.root.path / "students/unreadable")), ("rejudge", ("rejudge", run)),
                              ("mark", ("mark", run, "walk", "1", "--by", "G"))):
            self.expect(f"{name} stops at marks that it cannot read", self.root.run(*command), 3, "marks.json")
        self.ktap.result((run / "marks.json").read_text() == '{"schema": "memgrade/marks/v9"}', "and leaves them as they are")

    def at_once(self):
        run = self.graded("at-once")
        student = self.root.path / "students/at-once"
        started = [self.root.start("mark", run, "walk", "0.5", "--by", f"TA {number}") for number in range(6)]
        started += [self.root.start("--student", student, "-q") for _ in range(2)]
        started += [self.root.start("rejudge", run, "-q")]
        started += [self.root.start("mark", run, "walk", "1", "--by", f"TA {number}") for number in range(6, 8)]
        ended = [child.wait(timeout=120) for child in started]
        seen = sorted(entry["by"] for entry in self.history(run))
        self.ktap.result(not any(ended), "marks, reruns and a rejudgement at once all succeed", ended)
        self.ktap.result(seen == [f"TA {number}" for number in range(8)], "no mark is lost", seen)
        last = self.history(run)[-1]
        self.check_task("the reports have the last one", run, by=last["by"], points=last["points"])

    def interrupted(self):
        run = self.graded("interrupted")
        student = self.root.path / "students/interrupted"
        self.mark(run, "1")
        (student / "vm.c").write_text(SLOW)
        before = {path: path.read_bytes() for path in sorted(run.rglob("*")) if path.is_file()}
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            child = self.root.start("--student", student)
            time.sleep(1.5)
            child.send_signal(stop)
            status = child.wait(timeout=30)
            after = {path: path.read_bytes() for path in sorted(run.rglob("*")) if path.is_file()}
            self.ktap.result(status != 0 and before == after, f"{stop.name} in a rerun leaves the run and its mark", status)
        (student / "vm.c").write_text(small_lab.PROGRAM)
        self.root.run("--student", student, "-q")
        self.check_task("the next rerun keeps the mark", run, score=1, by="Ms Grace", older_than_code=False)
        left = [path.name for path in self.root.results.iterdir() if path.name.startswith(".interrupted")]
        self.ktap.result(not left, "nothing is left of what was killed", left)

    def sheet(self):
        run = self.graded("sheet")
        self.expect("the check-off sheet", self.root.run("checkoff", run), 0, "sheet/checkoff.html",
                    "small/walk POINTS --by WHO")
        text = (run / "checkoff.html").read_text()
        for name, part in (("the student", "sheet"), ("what passed", "Builds"), ("the case's questions", "What is a page fault?"),
                           ("a question from the source", "The loop in line 5 goes on while page &lt; 3: why so often?"),
                           ("another one", "Line 6 of vm.c prints to another stream"), ("its place", "vm.c:6"),
                           ("the field for the mark", f"grade mark {run} small/walk POINTS")):
            self.ktap.result(part in text, f"the sheet has {name}", f"no {part!r}")
        self.ktap.result("never asked" not in text and "SECRET" not in text, "and nothing that is not for it")
        again = self.root.path / "elsewhere.html"
        self.expect("a sheet elsewhere", self.root.run("checkoff", "sheet", "--out", again), 0, "elsewhere.html")
        self.ktap.result(again.read_text() == text, "the same student's sheet is the same")
        wrong = small_lab.PROGRAM.replace("page faults: 3", "page faults: 4")
        student = self.root.student("wrong", wrong)
        self.root.run("--student", student, "-q")
        self.root.run("checkoff", "wrong")
        text = (self.root.results / "wrong/checkoff.html").read_text()
        self.ktap.result("page faults: 4 where 3 is expected" in text, "what failed, and why")
        self.ktap.result("You count 4 faults where 3 are right" in text, "a question from the failure")
        self.mark("wrong", "0.5", "Ms Grace", "--note", "SECRET note")
        self.expect("the sheet of a marked task", self.root.run("checkoff", "wrong"), 0)
        text = (self.root.results / "wrong/checkoff.html").read_text()
        self.ktap.result("0.5 of 1, marked by Ms Grace" in text and "SECRET" not in text, "has the mark, and no note of staff")
        elsewhere = self.root.path / "elsewhere run"
        self.root.run("--student", self.root.path / "students/sheet", "--out", elsewhere, "-q")
        self.expect("the sheet of a run elsewhere", self.root.run("checkoff", elsewhere), 0)
        text = html.unescape((elsewhere / "checkoff.html").read_text())
        self.ktap.result(f"grade mark '{elsewhere}' small/walk" in text, "names that run and not the older one of its name", text)
        for name, status, *args in (("no such run", 4, "nobody"), ("no run at all", 2), ("a directory for a file", 2, run, "--out", run),
                                    ("an unknown option", 2, run, "--open")):
            self.expect(f"refused: {name}", self.root.run("checkoff", *args), status)

    def from_another_directory(self):
        run = self.graded("relative")
        for name, command in (("rejudge", ("rejudge", "out/relative")), ("mark", ("mark", "out/relative", "walk", "1", "--by", "G")),
                              ("checkoff", ("checkoff", "out/relative"))):
            done = self.root.run(*command, cwd=self.root.path / "reports")
            self.expect(f"{name} of a relative path", done, 0)
            self.ktap.result(not done.err, "… without a warning", done.err)
        self.ktap.result("marked by G" in (run / "report.html").read_text(), "its page is renewed, too")

    def hostile(self):
        run = self.graded("hostile")
        text = "</script><b>\x1b[31m\n::error::x\n\x00"[:-1]
        self.expect("names and notes may hold anything", self.mark(run, "1", text, "--note", text, "--feedback", text), 0)
        shown = self.root.run("rejudge", run).out
        self.ktap.result("\x1b" not in shown and "\n::" not in shown, "and reach no terminal", shown)
        self.ktap.result("<b>" not in (run / "report.html").read_text(), "and no page")
        self.expect("a name of great length is refused", self.mark(run, "1", "x" * 201), 2, "200 bytes")
        self.expect("so is a note", self.mark(run, "1", "x", "--note", "x" * 4001), 2, "4000 bytes")


def main():
    ktap = support.Ktap()
    with tempfile.TemporaryDirectory(prefix="memgrade-marks-") as scratch:
        suite = Suite(ktap, pathlib.Path(scratch))
        for part in (suite.entered, suite.remarked, suite.refused, suite.named, suite.late, suite.rerun, suite.rejudged,
                     suite.unreadable, suite.at_once, suite.interrupted, suite.sheet, suite.from_another_directory, suite.hostile):
            try:
                part()
            except Exception as error:  # one part that breaks must not hide the others
                ktap.result(False, f"{part.__name__} ran to its end", repr(error))
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
