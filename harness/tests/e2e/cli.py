#!/usr/bin/python3
"""The command line as users meet it: exit codes, messages, reports, rejudging, skeletons."""

import html
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import support
from support import ROOT, Run

FIRST_TRY = ROOT / "cases/samples/first-try"
BOOK = ROOT.parent / "shared/datasets/osc10"
GOOD_NAMES = ["with blanks", 'with "quotes"', "it's", "new\nline", "作业一", "--help", "a&b<c>", "%s%n"]


class Suite:
    def __init__(self, ktap, scratch):
        self.ktap = ktap
        self.scratch = scratch

    def expect(self, name, run, status, *texts):
        good = run.status == status and all(text in run.out + run.err for text in texts)
        self.ktap.result(good, name, f"exit status {run.status}, expected {status} and {texts}\n{run.out}{run.err}")

    def fresh(self, name):
        path = self.scratch / name
        path.mkdir()
        return path

    def usage(self):
        expect = self.expect
        expect("help", Run("--help"), 0, "--student", "Exit codes", "rejudge", "checkoff", "mark")
        expect("help of mark", Run("mark", "--help"), 0, "POINTS", "--by WHO", "--late", "--note", "--feedback")
        expect("help of checkoff", Run("checkoff", "--help"), 0, "RUN", "--out FILE")
        expect("version", Run("--version"), 0, "memgrade ")
        expect("nothing asked", Run(), 2, "--student DIR")
        expect("unknown option", Run("--studnet", "x"), 2, "--studnet")
        expect("unknown command", Run("grde"), 2)
        expect("no such directory", Run("--student", self.scratch / "none"), 2, "no such directory")
        expect("a file for a directory", Run("--student", FIRST_TRY / "vm.c"), 2, "not a directory")
        expect("an empty directory", Run("--student", self.fresh("empty")), 4, "empty")
        other = self.fresh("other")
        (other / "notes.txt").write_text("nothing here")
        expect("no lab in it", Run("--student", other), 4, "no lab was found", "vm.c")
        expect("no such lab", Run("--student", FIRST_TRY, "--lab", "vmsin"), 2, "did you mean 'vmsim'")
        expect("no such task", Run("--student", FIRST_TRY, "--lab", "vmsim/fifo-265"), 2, "did you mean 'fifo-256'")
        expect("a dataset without its files", Run("--student", FIRST_TRY, "--lab", "vmsim", "--dataset", other), 2,
               "BACKING_STORE.bin")
        expect("jobs that are none", Run("--student", FIRST_TRY, "-j", "0"), 2)
        precious = self.fresh("precious")
        (precious / "thesis.txt").write_text("years of work")
        expect("--out holds something else", Run("--student", FIRST_TRY, "--out", precious), 2, "something else")
        self.ktap.result((precious / "thesis.txt").is_file(), "what --out held is still there")

        out = self.scratch / "refused"
        fine = ["--student", FIRST_TRY, "--lab", "vmsim/build", "--out", out]
        for option in ("--out", "--dataset", "--overrides", "--student"):
            expect(f"{option} of nothing", Run("--lab", "vmsim/build", "--student", FIRST_TRY, option, ""), 2, option, "empty")
            expect(f"{option}=, too", Run("--lab", "vmsim/build", "--student", FIRST_TRY, f"{option}=", "-q"), 2, f"{option}=")
        for command in (["skeleton", "vmsim", ""], ["rejudge", ""], ["checkoff", FIRST_TRY, "--out", ""],
                        ["shell", "ktest", "--student", ""]):
            expect(f"{command[0]} of nothing", Run(*command), 2, "empty")
        for number in ("nan", "-nan", "inf", "-1", "101", "1x", "0x10", ""):
            expect(f"--fail-under {number!r}", Run(*fine, f"--fail-under={number}" if number else "--fail-under="), 2, "--fail-under")
        expect("a kernel that is none", Run(*fine, "--lab", "ktest", "--kernel", "/tmp", "-q"), 3, "memgrade: ktest: ", "/tmp")
        expect("a TMPDIR that is none", Run(*fine, env={"TMPDIR": "/nonexistent"}), 3, "memgrade: /nonexistent: TMPDIR names no directory")
        self.ktap.result(not (ROOT / "-q").exists(), "nothing is written under an option's name")

    def commands(self):
        expect = self.expect
        expect("list", Run("list"), 0, "vmsim", "fifo-256")
        self.ktap.result(isinstance(Run("list", "--json").json, list), "list --json is JSON")
        expect("explain a lab", Run("explain", "vmsim"), 0, "Collected", "Judged", "one_of")
        expect("explain a task", Run("explain", "vmsim/random"), 0, "shrunk", "no_difference")
        expect("explain nothing known", Run("explain", "vmsmi"), 2, "did you mean")
        expect("check-cases", Run("check-cases"), 0, "no mistakes")
        expect("doctor", Run("doctor"), 0, "bubblewrap", "Everything")
        page = Run("case-format")
        known = (ROOT / "docs/case-format.md").read_text(encoding="utf-8")
        self.ktap.result(page.out == known, "docs/case-format.md is what case-format prints")
        expect("mark of nothing", Run("mark", "nobody", "vmsim/build", "1", "--by", "me"), 4, "no run")
        expect("check-off of nothing", Run("checkoff", "nobody"), 4, "no run")
        wide = [line for command in (["explain", "vmsim"], ["list"], ["doctor"], ["--help"], ["mark", "--help"],
                                     ["checkoff", "--help"])
                for line in Run(*command).out.splitlines() if len(line) > 80]
        self.ktap.result(not wide, "no line of help, list, explain and doctor is wider than 80", "\n".join(wide))

    def broken_cases(self):
        cases = self.scratch / "broken"
        shutil.copytree(ROOT / "cases/vmsim", cases / "vmsim")
        for name, right, wrong in (("fifo-256", "points: 1.5", "pionts: 1.5"), ("own-data", "fifo-256.tlb_hits", "fifo-256.tlb_hist"),
                                   ("lab", "book.page_faults", "book.page_fault")):
            file = cases / f"vmsim/{name}.yaml"
            file.write_text(file.read_text().replace(right, wrong))
        run = Run("check-cases", cases)
        self.expect("check-cases tells every mistake with its place", run, 2, "fifo-256.yaml:5:1:", "did you mean 'points'",
                    "did you mean 'fifo-256.tlb_hits'", "vmsim/lab.yaml:", "did you mean 'book.page_faults'")
        root = self.fresh("root")
        shutil.copytree(cases, root / "cases")
        (root / "reports").symlink_to(ROOT / "reports")
        broken = Run("--student", FIRST_TRY, env={"MEMGRADE_ROOT": str(root)})
        self.expect("nothing is graded by broken cases", broken, 2, "did you mean 'points'")

    def first_try(self):
        out = self.scratch / "first"
        run = Run("--student", FIRST_TRY, "--out", out)
        self.expect("the sample is graded", run, 0, "vmsim", "report.html")
        wide = [line for line in run.out.splitlines() if len(line) > 80]
        self.ktap.result(not wide, "the report fits in 80 columns", "\n".join(wide))
        self.ktap.result("\x1b" not in run.out, "no colour where there is no terminal")
        report = json.loads((out / "report.json").read_text())
        self.ktap.result(0 < report["score"] < report["max_score"], "the sample has a partial score")
        for name in ("report.html", "report.md", "junit.xml", "evidence/run.json", "student/report.html",
                     "student/report.json", "student/report.md", "student/junit.xml"):
            self.ktap.result((out / name).is_file(), f"{name} is written")
        before = {name: (out / name).read_bytes() for name in ("report.json", "report.html", "report.md", "junit.xml")}
        again = Run("rejudge", out, "-q")
        after = {name: (out / name).read_bytes() for name in before}
        self.ktap.result(again.status == 0 and before == after, "rejudging writes the same bytes",
                         again.err + str([name for name in before if before[name] != after[name]]))
        told = Run("explain", "--student", FIRST_TRY, "--lab", "vmsim").out
        page = html.unescape((out / "report.html").read_text(encoding="utf-8"))
        account = [line for lab in report["labs"] if lab["lab"] == "vmsim" for line in lab["account"]]
        missing = [line for line in account if line not in told or line not in page]
        self.ktap.result(len(account) > 3 and not missing, "explain and the page tell how it was run", missing)
        again = [] if support.FULL else ["--lab", "vmsim", "--lab", "rv64-memory"]
        second = Run("--student", FIRST_TRY, "--json", "--out", self.scratch / "second", *again).json
        labs, first = ({lab["lab"]: lab for lab in one["labs"]} for one in (second, report))
        differ = [name for name, lab in labs.items() if lab != first[name]]
        self.ktap.result(len(labs) >= 2 and not differ, "a second run gives the same report", differ)
        for name, least, status in (("above", 99, 1), ("below", 10, 0)):
            run = Run("--student", FIRST_TRY, "--lab", "vmsim/fifo-256", "--lab", "vmsim/random", "--out", out, "--fail-under", least)
            self.expect(f"--fail-under {name} the score", run, status)
        self.expect("rejudging what is no run", Run("rejudge", ROOT / "docs"), 4, "is no run")
        self.expect("rejudging a name that does not exist", Run("rejudge", "nobody-at-all"), 4, 'no run "nobody-at-all" in')

    def long_outputs(self):
        """All that a program prints is judged and kept, to the limit of its output."""
        data = self.fresh("long data")
        (data / "BACKING_STORE.bin").write_bytes(bytes(number * 31 % 251 for number in range(65536)))
        (data / "addresses.txt").write_text("".join(f"{number * 7919 % 65536}\n" for number in range(74_000)))
        out = self.scratch / "long"
        run = Run("--student", ROOT / "vmsim", "--lab", "vmsim/fifo-256", "--dataset", data, "--out", out, "--json")
        self.ktap.result(run.status == 0 and support.has_full_marks(run.json), "74,000 addresses are judged to the last", run.err)
        before = (out / "report.json").read_bytes()
        kept = sum(path.stat().st_size for path in (out / "evidence").rglob("*"))
        again = Run("rejudge", out, "-q")
        self.ktap.result(again.status == 0 and (out / "report.json").read_bytes() == before and kept < 8 << 20,
                         "and kept whole in little room, so that rejudging says the same", f"{kept} bytes\n{again.err}")
        student = self.fresh("talkative")
        source = (FIRST_TRY / "vm.c").read_text()
        line = "looks at a page of the table, and says so in seventy bytes or so ......"
        talk = f'for (int said = 0; said < 100000; said++) fprintf(stderr, "%d {line}\\n", said);'
        (student / "vm.c").write_text(source.replace('    printf("Number of', f'    {talk}\n    printf("Number of', 1))
        tasks = ("--lab", "vmsim/fifo-256", "--lab", "vmsim/lru-256")
        (_, quiet), (run, talkative) = support.grade(FIRST_TRY, *tasks), support.grade(student, *tasks)
        self.ktap.result(talk in (student / "vm.c").read_text() and talkative is not None and talkative["score"] == quiet["score"] > 0,
                         "7 MB on standard error take nothing from the other stream", run.out + run.err)

    def book(self):
        if not BOOK.is_dir():
            self.ktap.skip("the published data give the same table", "shared/datasets/osc10 is not there")
            return
        tasks = [option for name in ("fifo-256", "lru-256", "fifo-128", "lru-128") for option in ("--lab", f"vmsim/{name}")]
        _, ours = support.grade(ROOT / "vmsim", *tasks)
        _, theirs = support.grade(ROOT / "vmsim", *tasks, "--dataset", BOOK)

        def table(report):
            return [(task["task"], [(check["expected"], check["observed"]) for check in task["checks"]])
                    for task in report["labs"][0]["tasks"]]
        self.ktap.result(table(ours) == table(theirs), "the published data give the same table")

    def skeleton(self):
        target = self.scratch / "skeleton"
        self.expect("skeleton", Run("skeleton", "vmsim", target), 0, "tlb-lookup")
        _, report = support.grade(target, "--lab", "vmsim")
        self.ktap.result(report is not None and report["score"] == 0, "the skeleton scores 0", report)
        seen = support.statuses(report, "vmsim")
        self.ktap.result(seen["build"] != "pass" and "nothing was filled in" in json.dumps(report) and
                         {status for task, status in seen.items() if task != "build"} == {"skipped"},
                         "the skeleton is told as that", seen)
        for lab in ("vmsim", "rv64-memory", "ktest"):
            written = self.scratch / f"skeleton of {lab}"
            Run("skeleton", lab, written)
            solved = [path.name for path in written.rglob("*.md") if re.search("(whole|reference) solution", path.read_text())]
            self.ktap.result(written.is_dir() and not solved, f"the skeleton of {lab} does not call itself the solution", solved)
        self.expect("a skeleton overwrites nothing", Run("skeleton", "vmsim", target), 2, "not empty")

    def names(self):
        for name in GOOD_NAMES:
            student = self.scratch / "names" / name
            shutil.copytree(FIRST_TRY, student)
            out = self.scratch / "out" / name
            run = Run("--student", student, "--lab", "vmsim/build", "--out", out, "-q")
            self.ktap.result(run.status == 0 and (out / "report.html").is_file(), f"a directory named {name!r}", run.err)

    def two_students_of_one_name(self):
        root = self.fresh("two")
        for part in ("cases", "reports"):
            shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("out"))
        for group in ("a", "b"):
            shutil.copytree(FIRST_TRY, root / group / "work")
            Run("--student", root / group / "work", "--lab", "vmsim/build", "-q", env={"MEMGRADE_ROOT": str(root)})
        runs = sorted(path.name for path in (root / "reports/out").iterdir())
        self.ktap.result(len(runs) == 2 and "work" in runs, "two students of one name keep their own results", runs)

    def interrupt(self):
        student = self.fresh("slow")
        (student / "vm.c").write_text("int main(void) { for (;;) ; }\n")
        out = self.scratch / "interrupted"
        child = subprocess.Popen([support.PROGRAM, "--student", student, "--out", out], stderr=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, env=dict(os.environ, MEMGRADE_ROOT=str(ROOT)))
        time.sleep(1.5)
        child.send_signal(signal.SIGINT)
        status = child.wait(timeout=30)
        left = [path.name for path in self.scratch.iterdir() if "interrupted" in path.name]
        self.ktap.result(status == 130 and not left, "an interrupted run leaves nothing", f"{status} {left}")

    def killed(self):
        """What a killed run leaves in TMPDIR goes with the next run; what a living one has there stays."""
        student, temporary = self.fresh("endless"), self.fresh("tmp")
        (student / "vm.c").write_text("int main(void) { for (;;) ; }\n")
        environment = dict(os.environ, MEMGRADE_ROOT=str(ROOT), TMPDIR=str(temporary))

        def folders():
            return {path.name for path in temporary.iterdir()}

        def start(name):
            before = folders()
            child = subprocess.Popen([support.PROGRAM, "--student", student, "--out", self.scratch / name],
                                     stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment)
            deadline = time.monotonic() + 30
            while folders() == before and time.monotonic() < deadline:
                time.sleep(0.05)
            time.sleep(1)
            return child, folders() - before
        living, kept = start("living")
        killed, left = start("killed")
        killed.kill()
        killed.wait(timeout=30)
        other = temporary / "memgrade-of-somebody-else"
        other.mkdir()
        self.ktap.result(bool(kept) and left <= folders(), "a run that was killed leaves a folder", folders())
        Run("--student", FIRST_TRY, "--lab", "vmsim/build", "--out", self.scratch / "next", "-q", env={"TMPDIR": str(temporary)})
        after = folders()
        self.ktap.result(not left & after, "the next run removes it", after)
        self.ktap.result(kept <= after and other.is_dir(), "and nothing of a living run's, nor what is not ours", after)
        living.send_signal(signal.SIGINT)
        self.ktap.result(living.wait(timeout=30) == 130 and folders() == {other.name}, "the living one takes its own away", folders())

    def unwritable_streams(self):
        """Where what is printed goes nowhere: the work is done to its end, nothing is left over, and exit status 3 tells it."""
        temporary = self.fresh("temporary")
        nobody = "exec {0}> >(exec true); wait $!; sleep 0.05"   # a pipe whose reader is gone
        for what, shell in (("standard output is closed", "exec >&-"), ("standard output is full", "exec >/dev/full"),
                            ("nobody reads standard output", nobody.format(1)), ("standard error is closed", "exec 2>&-"),
                            ("standard error is full", "exec 2>/dev/full"), ("nobody reads standard error", nobody.format(2)),
                            ("everything is closed", "exec <&- >&- 2>&-")):
            out = self.scratch / f"unwritable {what}"
            for name, command in (("grading", ["--student", FIRST_TRY, "--lab", "vmsim/build", "--out", out]), ("list", ["list"]),
                                  ("a mistake", ["--studnet"]), ("help", ["--help"])):
                if "error" in what and name in ("list", "help"):
                    continue   # they print nothing there
                if "output" in what and name == "a mistake":
                    continue
                done = subprocess.run(["/bin/bash", "-c", shell + '; exec "$@"', "bash", support.PROGRAM, *command], timeout=120,
                                      capture_output=True, check=False,
                                      env=dict(os.environ, MEMGRADE_ROOT=str(ROOT), TMPDIR=str(temporary)))
                why = f"exit status {done.returncode}\n{done.stderr.decode()}"
                self.ktap.result(done.returncode == 3 and (name == "grading" or "output" not in what or
                                                           b"cannot write to standard output" in done.stderr),
                                 f"{name} ends with 3 where {what}", why)
            whole = (out / "report.html").is_file() and (out / "student/report.json").is_file()
            self.ktap.result(whole, f"the reports are whole where {what}")
        left = [path.name for path in temporary.iterdir()]
        self.ktap.result(not left, "no temporary folder is left", left)
        summary = Run("--student", FIRST_TRY, "--lab", "vmsim/build", "--out", self.scratch / "summary", "--github", "-q",
                      env={"GITHUB_STEP_SUMMARY": "/dev/full"})
        self.expect("a step summary that cannot be written", summary, 3, "GITHUB_STEP_SUMMARY", "No space left")

    def broken_submissions(self):
        student = self.fresh("broken-source")
        (student / "vm.c").write_text("int main(void)\n{\n    return undeclared;\n}\n")
        run, report = support.grade(student)
        seen = support.statuses(report, "vmsim")
        self.ktap.result(run.status == 0 and seen["build"] == "fail" and seen["fifo-256"] == "skipped",
                         "a source that does not compile", seen)
        text = json.dumps(report)
        self.ktap.result("undeclared" in text and '"line": 3' in text, "its first error has a file and a line")
        hostile = self.fresh("makefile")
        (hostile / "vm.c").write_text("int main(void) { return 0; }\n")
        (hostile / "Makefile").write_text(f"all:\n\ttouch {self.scratch}/from-make; rm -rf {self.scratch}/first; ls /root\n")
        support.grade(hostile, "--lab", "vmsim/build")
        self.ktap.result(not (self.scratch / "from-make").exists() and (self.scratch / "first").is_dir(),
                         "a Makefile reaches nothing outside")


def main():
    ktap = support.Ktap()
    with tempfile.TemporaryDirectory(prefix="memgrade-cli-") as scratch:
        suite = Suite(ktap, pathlib.Path(scratch))
        for part in (suite.usage, suite.commands, suite.broken_cases, suite.first_try, suite.long_outputs, suite.book, suite.skeleton,
                     suite.names, suite.two_students_of_one_name, suite.interrupt, suite.killed, suite.unwritable_streams,
                     suite.broken_submissions):
            try:
                part()
            except Exception as error:  # one part that breaks must not hide the others
                ktap.result(False, f"{part.__name__} ran to its end", repr(error))
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
