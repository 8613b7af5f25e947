"""What a suite did is counted as it was, and anything unclear counts as a failure."""
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "tally.py"


class Tally(unittest.TestCase):
    def count(self, log, status=0, allowed=None, junit=None):
        """(passed, failed, skipped, unexpected) and the explanation."""
        with tempfile.TemporaryDirectory() as folder:
            command = [SCRIPT, "--suite", "s", "--status", str(status)]
            for option, text in (("allowed", allowed), ("junit", junit)):
                if text is not None:
                    Path(folder, option).write_text(text)
                    command += [f"--{option}", str(Path(folder, option))]
            Path(folder, "log").write_text(log)
            done = subprocess.run([*command, str(Path(folder, "log"))], capture_output=True, text=True, check=True)
        return tuple(int(number) for number in done.stdout.split()), done.stderr

    def assert_counts(self, expected, log, **options):
        counts, why = self.count(log, **options)
        self.assertEqual(counts, expected, why)
        return why

    def test_summary_line(self):
        self.assert_counts((3, 0, 0, 0), "noise\n3 passed, 0 failed, 0 skipped\n")
        self.assert_counts((3, 2, 0, 0), "3 passed, 2 failed, 0 skipped\n", status=1)

    def test_no_count_is_a_failure(self):
        self.assert_counts((0, 1, 0, 0), "all fine\n")
        self.assert_counts((0, 1, 0, 0), "")
        self.assert_counts((0, 1, 0, 0), "  3 passed, 0 failed, 0 skipped\n")

    def test_two_counts_are_a_failure(self):
        self.assert_counts((0, 1, 0, 0), "3 passed, 0 failed, 0 skipped\n" * 2)

    def test_nothing_run_is_a_failure(self):
        self.assertIn("no test was run", self.assert_counts((0, 1, 0, 0), "0 passed, 0 failed, 0 skipped\n"))
        self.assert_counts((0, 1, 0, 0), "KTAP version 1\n1..0\n")

    def test_exit_status_without_a_failure_is_a_failure(self):
        why = self.assert_counts((3, 1, 0, 0), "3 passed, 0 failed, 0 skipped\n", status=124)
        self.assertIn("exited with 124", why)

    def test_ktap(self):
        why = self.assert_counts((1, 1, 1, 1), "KTAP version 1\n1..3\nok 1 a\nnot ok 2 b\nok 3 c # SKIP no KVM\n", status=1)
        self.assertIn("failed: s: b", why)
        self.assertIn("skipped unexpectedly: s/c: no KVM", why)

    def test_ktap_counts_leaves(self):
        nested = "KTAP version 1\n1..2\n  KTAP version 1\n  1..2\n  ok 1 x\n  ok 2 y\nok 1 group\nok 2 z\n"
        self.assert_counts((3, 0, 0, 0), nested)
        broken = nested.replace("  ok 2 y", "  not ok 2 y").replace("ok 1 group", "not ok 1 group")
        self.assert_counts((2, 1, 0, 0), broken, status=1)
        parent_alone = nested.replace("ok 1 group", "not ok 1 group")
        self.assert_counts((3, 1, 0, 0), parent_alone, status=1)

    def test_ktap_holds_to_its_plan(self):
        self.assert_counts((1, 1, 0, 0), "KTAP version 1\n1..2\nok 1 a\n")
        self.assert_counts((1, 1, 0, 0), "KTAP version 1\nok 1 a\n")
        self.assert_counts((1, 1, 0, 0), "KTAP version 1\n1..1\nok 1 a\nBail out! no more\n")
        self.assert_counts((2, 0, 0, 0), "TAP version 13\nok 1 - a\nok 2 - b\n1..2\n")

    def test_a_known_failure_is_a_skip(self):
        self.assert_counts((0, 0, 1, 1), "KTAP version 1\n1..1\nnot ok 1 a # TODO later\n")

    def test_allowed_skips(self):
        log = "SKIP boots on KVM: no /dev/kvm\n1 passed, 0 failed, 1 skipped\n"
        self.assert_counts((1, 0, 1, 1), log)
        self.assert_counts((1, 0, 1, 0), log, allowed="# comment\ns/boots on * # needs working KVM\n")
        self.assert_counts((1, 0, 1, 1), log, allowed="other/boots on * # needs working KVM\n")
        self.assertIn("only with a reason", self.assert_counts((1, 1, 1, 1), log, allowed="s/*\n"))

    def test_a_skip_without_a_name_is_unexpected(self):
        self.assert_counts((1, 0, 2, 1), "SKIP a: why\n1 passed, 0 failed, 2 skipped\n", allowed="s/a # why\n")

    def test_times_of_tests_are_kept(self):
        log = "KTAP version 1\nok 1 quick\n# took 0.1 s\nok 2 slow one\n# took 12.5 s\n1..2\n"
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "log").write_text(log)
            subprocess.run([SCRIPT, "--suite", "s", "--status", "0", "--times", str(Path(folder, "times")),
                            str(Path(folder, "log"))], capture_output=True, check=True)
            self.assertEqual(Path(folder, "times").read_text(), "0.1 s/quick\n12.5 s/slow one\n")

    def test_ctest_record(self):
        case = '<testcase name="{}" status="{}">{}<system-out>{}</system-out></testcase>'
        record = "<testsuite>" + case.format("a", "run", "", "") + case.format("b", "fail", "<failure/>", "") + \
            case.format("c", "notrun", "<skipped/>", "x.cpp:1: Skipped\nno bubblewrap") + \
            case.format("d", "disabled", "", "") + "</testsuite>"
        why = self.assert_counts((1, 1, 2, 2), "", status=8, junit=record)
        self.assertIn("s/c: no bubblewrap", why)
        self.assert_counts((0, 1, 0, 0), "100% tests passed", junit="")


if __name__ == "__main__":
    unittest.main()
