"""Which checks a mutant tells apart, and which mutants a short run begins with."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
import mutants  # noqa: E402  (in the folder beside)

LAB = Path("cases/demo")


def report(*statuses):
    checks = [{"title": f"check {number}", "status": status} for number, status in enumerate(statuses)]
    return {"labs": [{"lab": "demo", "tasks": [{"task": "t", "checks": checks}]}]}


class Mutants(unittest.TestCase):
    def told(self, *statuses):
        return sorted(int(title[-1]) for _, title in mutants.told_apart(LAB, report(*statuses)))

    def test_what_does_not_build_tells_the_first_check_alone(self):
        self.assertEqual(self.told("fail", "fail", "fail"), [0])

    def test_a_check_behind_one_that_passed_is_told(self):
        self.assertEqual(self.told("pass", "fail", "partial"), [1, 2])
        self.assertEqual(self.told("fail", "fail", "pass", "fail"), [0, 3])
        self.assertEqual(self.told("pass", "pass"), [])

    def test_the_quickest_that_tell_all_are_chosen(self):
        record = {"a/both": {"seconds": 10, "tells": [["t", "0"], ["t", "1"]]},
                  "a/quick": {"seconds": 1, "tells": [["t", "0"]]},
                  "a/slow": {"seconds": 30, "tells": [["t", "1"]]},
                  "b/other": {"seconds": 40, "tells": [["t", "0"]]}}
        self.assertEqual(mutants.chosen(record), ["a/quick", "a/both", "b/other"])

    def test_a_mutant_runs_the_tasks_that_it_names(self):
        self.assertEqual(mutants.named_tasks("# breaks\n# run: one two\n# rule: R1\n"), ["one", "two"])
        self.assertEqual(mutants.named_tasks("# breaks\n# expect: one=partial\n# expect: two=fail\n"), ["one", "two"])


if __name__ == "__main__":
    unittest.main()
