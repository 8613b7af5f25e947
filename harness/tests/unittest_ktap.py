#!/usr/bin/python3
"""Runs the *_test.py and test_*.py of a folder with unittest and prints KTAP, one line a test as it ends.

usage: unittest_ktap.py FOLDER
Exit status 0 only when a test was run and none failed.
"""
import sys
import time
import unittest


class KtapResult(unittest.TestResult):
    """Prints a result line for each test; a subtest that fails fails its test."""

    def __init__(self):
        super().__init__()
        self.number = 0
        self.failed_here = False
        self.started = time.monotonic()

    def startTest(self, test):
        super().startTest(test)
        self.failed_here = False
        self.started = time.monotonic()

    def report(self, word, test, directive=""):
        self.number += 1
        name = test.id().replace("#", "_")
        print(f"{word} {self.number} {name}{directive}\n# took {time.monotonic() - self.started:.1f} s", flush=True)

    def fail(self, test, error):
        text = self._exc_info_to_string(error, test)
        print("".join(f"# {line}\n" for line in text.splitlines()), end="")
        if not self.failed_here:
            self.report("not ok", test)
        self.failed_here = True

    def addSuccess(self, test):
        if not self.failed_here:
            self.report("ok", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.fail(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.fail(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.fail(test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.report("ok", test, f" # SKIP {reason}")

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.report("not ok", test, " # XFAIL expected to fail")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.report("not ok", test, " # ERROR passed, and was expected to fail")


def run(tests):
    """Runs a test suite; the exit status."""
    started = time.monotonic()
    print("KTAP version 1", flush=True)
    result = KtapResult()
    tests.run(result)
    print(f"1..{result.number}")
    print(f"# {result.testsRun} tests in {time.monotonic() - started:.1f} s")
    return 0 if result.testsRun and result.wasSuccessful() else 1


def main(folder):
    return run(unittest.defaultTestLoader.discover(folder, pattern="*test*.py", top_level_dir=folder))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
