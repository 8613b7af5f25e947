#!/usr/bin/python3
"""Counts what one suite of tests did, for `check`. harness/tests/README.md says what a suite may print.

Fails closed: a suite that prints no count, counts nothing, contradicts its own plan or ends with a status other
than 0 without naming a failure has at least one failure.

usage: tally.py --suite NAME --status N [--junit FILE] [--allowed FILE] [--times FILE] LOG
Prints `passed failed skipped unexpected` to standard output: unexpected are the skips that the file of allowed
skips does not name. Each test's seconds go to the file of times, where they are known. What failed or was skipped, and why, goes to standard error.
"""
import argparse
import fnmatch
import re
import sys
import xml.etree.ElementTree
from pathlib import Path

SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")
NAMED_SKIP = re.compile(r"^SKIP ([^:]+): (.*)$")
RESULT = re.compile(r"^( *)(ok|not ok)\b *(\d*) *(?:- )?([^#]*)(?:# *(\w+) *(.*))?$")
PLAN = re.compile(r"^( *)1\.\.(\d+)\s*(?:#.*)?$")
VERSION = re.compile(r"^K?TAP version \d+$")
TOOK = re.compile(r"^ *# took (\d+(?:\.\d+)?) s$")  # behind a result


class Count:
    """What a suite did: how many passed, the failures as text, the skips as (name, reason), the times as (seconds, name)."""

    def __init__(self):
        self.passed, self.failures, self.skips, self.times = 0, [], [], []

    def executed(self):
        return self.passed + len(self.failures) + len(self.skips)


def count_ktap(lines):
    """Leaves alone are counted: the line that sums up a subtest is a failure only when no leaf of it failed."""
    count = Count()
    last = ""  # the name of the last result
    levels = []  # one for each open depth: its indentation, plan, results seen, and failures in it

    def close_deeper(indent):
        """Ends the levels deeper than this; True when there were any, with the failures inside."""
        inside, closed = 0, False
        while levels and levels[-1]["indent"] > indent:
            level = levels.pop()
            closed = True
            if level["plan"] is None:
                count.failures.append(f"results at indentation {level['indent']} without a plan")
                level["failed"] += 1
            elif level["plan"] != level["seen"]:
                count.failures.append(f"the plan is 1..{level['plan']}, the results are {level['seen']}")
                level["failed"] += 1
            inside += level["failed"]
            if levels:
                levels[-1]["failed"] += level["failed"]
        return closed, inside

    def level_at(indent):
        if not levels or levels[-1]["indent"] < indent:
            levels.append({"indent": indent, "plan": None, "seen": 0, "failed": 0})
        return levels[-1]

    for line in lines:
        if line.strip().startswith("Bail out!"):
            count.failures.append(line.strip())
        elif plan := PLAN.match(line):
            # A plan at the end of a level stands after the levels inside it.
            close_deeper(len(plan[1]))
            level_at(len(plan[1]))["plan"] = int(plan[2])
        elif took := TOOK.match(line):
            count.times.append((float(took[1]), last))
        elif result := RESULT.match(line):
            indent, word, _, name, directive, why = result.groups()
            parent, inside = close_deeper(len(indent))
            level = level_at(len(indent))
            level["seen"] += 1
            name, directive = name.strip() or f"test {level['seen']}", (directive or "").upper()
            last = name
            skipped = directive == "SKIP" or (word == "not ok" and directive in ("TODO", "XFAIL"))
            if skipped and not inside:
                count.skips.append((name, (why or "").strip()))
            elif word == "not ok" and not inside:
                count.failures.append(f"{name} {directive} {why or ''}".strip())
                level["failed"] += 1
            elif word == "ok" and not parent:
                count.passed += 1
    close_deeper(-1)
    return count


def count_summary(lines):
    """The one line `N passed, N failed, N skipped`; lines `SKIP name: reason` name the skips."""
    count = Count()
    found = [match for line in lines if (match := SUMMARY.match(line.rstrip()))]
    if len(found) != 1:
        count.failures.append(f"{len(found)} lines say `N passed, N failed, N skipped`; one must")
        return count
    passed, failed, skipped = (int(number) for number in found[0].groups())
    count.passed = passed
    count.failures = [f"failure {number + 1} of {failed}" for number in range(failed)]
    named = [(match[1].strip(), match[2]) for line in lines if (match := NAMED_SKIP.match(line.rstrip()))]
    count.skips = (named + [("unnamed", "no reason given")] * skipped)[:skipped]
    return count


def count_junit(path):
    """ctest's own record: a test that was disabled or could not be run was skipped."""
    count = Count()
    try:
        cases = list(xml.etree.ElementTree.parse(path).getroot().iter("testcase"))
    except (OSError, xml.etree.ElementTree.ParseError) as error:
        count.failures.append(f"ctest left no record: {error}")
        return count
    for case in cases:
        name, output = case.get("name", "?"), case.findtext("system-out") or ""
        count.times.append((float(case.get("time") or 0), name))
        if case.get("status") == "run" and case.find("failure") is None:
            count.passed += 1
        elif case.get("status") in ("notrun", "disabled"):
            reason = re.search(r"Skipped\n(.*)", output)
            count.skips.append((name, reason[1].strip() if reason else case.get("status")))
        else:
            count.failures.append(name)
    return count


def read_allowed(path):
    """The (pattern, reason) of each line of the file; a line without a reason is an error."""
    allowed = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        pattern, _, reason = line.partition(" # ")
        if not reason.strip():
            raise ValueError(f"{path}:{number}: a skip is allowed only with a reason: `suite/name # reason`")
        allowed.append((pattern.strip(), reason.strip()))
    return allowed


def main():
    parser = argparse.ArgumentParser(description="Counts what one suite of tests did")
    parser.add_argument("--suite", required=True)
    parser.add_argument("--status", required=True, type=int, help="what the suite exited with")
    parser.add_argument("--junit", help="ctest's record, counted in place of the log")
    parser.add_argument("--allowed", help="the file of allowed skips")
    parser.add_argument("--times", help="where to write what each test took: lines `SECONDS suite/name`")
    parser.add_argument("log")
    options = parser.parse_args()

    lines = Path(options.log).read_text(encoding="utf-8", errors="replace").split("\n")
    if options.junit:
        count = count_junit(options.junit)
    else:
        is_ktap = any(VERSION.match(line.rstrip()) for line in lines)
        count = (count_ktap if is_ktap else count_summary)(lines)
    if count.executed() == 0:
        count.failures.append("no test was run")
    if options.status != 0 and not count.failures:
        count.failures.append(f"exited with {options.status} without naming a failure")

    try:
        allowed = read_allowed(options.allowed) if options.allowed else []
    except ValueError as error:
        allowed = []
        count.failures.append(str(error))
    unexpected = 0
    for failure in count.failures:
        print(f"  failed: {options.suite}: {failure}", file=sys.stderr)
    for name, reason in count.skips:
        full = f"{options.suite}/{name}"
        expected = any(fnmatch.fnmatchcase(full, pattern) for pattern, _ in allowed)
        unexpected += not expected
        print(f"  skipped{'' if expected else ' unexpectedly'}: {full}: {reason}", file=sys.stderr)
    if options.times:
        Path(options.times).write_text("".join(f"{seconds:.1f} {options.suite}/{name}\n" for seconds, name in count.times),
                                       encoding="utf-8")
    print(count.passed, len(count.failures), len(count.skips), unexpected)


if __name__ == "__main__":
    main()
