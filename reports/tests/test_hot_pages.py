"""The plot of hot pages: what it reads, what it refuses and where, and that the picture shows the points.

Run with the system's Python: /usr/bin/python3 -m unittest discover -s reports/tests
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

import matplotlib.image

REPORTS = pathlib.Path(__file__).resolve().parent.parent
SCRIPT = REPORTS / "plot/hot_pages.py"
sys.path.insert(0, str(REPORTS / "plot"))

import hot_pages  # noqa: E402

GREY = (0x7D, 0x86, 0x90)
ORANGE = (0xC2, 0x41, 0x0C)


def refusal(text, unit=1):
    try:
        hot_pages.read_scans(text.splitlines(keepends=True), "f", unit)
    except hot_pages.BadInput as problem:
        return str(problem)
    return "accepted"


class Reading(unittest.TestCase):
    def scans(self, text, unit=1):
        return hot_pages.read_scans(text.splitlines(keepends=True), "f", unit)

    def test_a_line_is_a_scan(self):
        self.assertEqual(self.scans("4096,8192\n173510656\n"), [[4096, 8192], [173510656]])

    def test_an_empty_line_is_a_scan_without_hot_pages(self):
        self.assertEqual(self.scans("4096\n\n8192\n"), [[4096], [], [8192]])

    def test_the_last_newline_may_be_missing(self):
        self.assertEqual(self.scans("4096\n8192"), [[4096], [8192]])

    def test_zero_is_an_address(self):
        self.assertEqual(self.scans("0\n"), [[0]])

    def test_frame_numbers_become_addresses(self):
        self.assertEqual(self.scans("1,42360\n", 4096), [[4096, 173506560]])

    def test_last_address_of_x86_64_is_taken_and_the_next_refused(self):
        self.assertEqual(self.scans(f"{(1 << 52) - 4096}\n"), [[(1 << 52) - 4096]])
        self.assertIn("f:1:1: ", refusal(f"{1 << 52}\n"))


class Refusing(unittest.TestCase):
    def test_every_mistake_has_its_place(self):
        for text, place in [
                ("4096,x\n", "f:1:6: 'x' where"), ("4096\n8192, 4096\n", "f:2:6: ' ' where"), ("0x1000\n", "f:1:2: 'x' where"),
                ("-4096\n", "f:1:1: '-' where"), ("4096\r\n", "f:1:5: '\\r' where"), ("4096,8192,\n", "f:1:11: a number is missing"),
                (",4096\n", "f:1:1: a number is missing"), ("4096,,8192\n", "f:1:6: a number is missing"),
                ("4096,4097\n", "f:1:6: 4097 is not the address of a page"), ("4096\n" + "9" * 5000 + "\n", "f:2:1: 99999999999999999999…"),
                ("", "f:1:1: no scan"), ("٤٠٩٦\n", "f:1:1: '٤' where")]:
            with self.subTest(text[:20]):
                self.assertIn(place, refusal(text))

    def test_frame_numbers_without_the_option_are_named_as_such(self):
        self.assertIn("--frames", refusal("42361,42362\n"))


class Regions(unittest.TestCase):
    def test_a_region_is_a_name_and_two_addresses(self):
        self.assertEqual(hot_pages.region("hot:0x1000:8191"), ("hot", 4096, 8191))
        self.assertEqual(hot_pages.region("a:b:0:1"), ("a:b", 0, 1))

    def test_other_texts_are_refused(self):
        for text in ["", "hot", "hot:1", "hot:x:2", ":1:2", "hot:2:1", "hot:-1:2"]:
            with self.subTest(text), self.assertRaises(argparse.ArgumentTypeError):
                hot_pages.region(text)

    def test_both_ends_belong_to_a_region_and_the_first_one_counts(self):
        points = hot_pages.split_by_region([[0, 4096, 8192, 12288]], [("a", 4096, 8192), ("b", 8192, 8192)])
        self.assertEqual(points, {"": ([1, 1], [0, 3 / 256]), "a": ([1, 1], [1 / 256, 2 / 256]), "b": ([], [])})


class Picture(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = pathlib.Path(self.directory.name)

    def plot(self, text, *options):
        (self.path / "f.txt").write_text(text, encoding="utf-8")
        return subprocess.run([SCRIPT, self.path / "f.txt", *options], capture_output=True, text=True, check=False)

    def columns(self, name, colour):
        """Which of the picture's columns, as shares of its width, have that very colour below its upper quarter."""
        pixels = (matplotlib.image.imread(self.path / name)[:, :, :3] * 255).round().astype(int)
        lower = pixels[pixels.shape[0] // 4:]
        hits = (lower == colour).all(axis=2).any(axis=0)
        return [index / pixels.shape[1] for index in hits.nonzero()[0]]

    def test_points_stand_in_the_column_of_their_scan(self):
        self.assertEqual(self.plot("4096\n\n\n40960000\n", "-o", self.path / "a.png").returncode, 0)
        seen = self.columns("a.png", GREY)
        self.assertTrue(any(share < 0.3 for share in seen) and any(share > 0.8 for share in seen), seen)
        self.assertFalse(any(0.4 < share < 0.7 for share in seen), seen)

    def test_pages_of_a_region_have_a_colour_of_their_own(self):
        text = "4096,40960000\n4096\n"
        self.assertEqual(self.plot(text, "-o", self.path / "a.png").returncode, 0)
        self.assertEqual(self.columns("a.png", ORANGE), [])
        self.assertEqual(self.plot(text, "-o", self.path / "b.png", "--region", "hot:40960000:40964095").returncode, 0)
        self.assertTrue(any(0.1 < share < 0.5 for share in self.columns("b.png", ORANGE)))

    def test_the_same_scans_give_the_same_bytes(self):
        for name in ["a.png", "b.png"]:
            self.assertEqual(self.plot("4096,8192\n4096\n", "-o", self.path / name).returncode, 0)
        self.assertEqual((self.path / "a.png").read_bytes(), (self.path / "b.png").read_bytes())

    def test_the_picture_stands_beside_the_file_unless_told_otherwise(self):
        self.assertEqual(self.plot("4096\n").returncode, 0)
        self.assertEqual(sorted(path.name for path in self.path.iterdir()), ["f.png", "f.txt"])

    def test_signs_of_mathematics_in_a_title_are_text(self):
        run = self.plot("4096\n", "--title", r"$\frac{ <b>", "--region", "$x^:0:4096")
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_scans_without_any_hot_page_make_an_empty_picture(self):
        self.assertEqual(self.plot("\n\n").returncode, 0)

    def test_a_mistake_leaves_no_picture_and_says_where(self):
        run = self.plot("4096\n8192,\n")
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertEqual(run.stderr, f"hot_pages: {self.path}/f.txt:2:6: a number is missing here\n")
        self.assertEqual([path.name for path in self.path.iterdir()], ["f.txt"])

    def test_bytes_that_are_no_text_are_refused_with_their_place(self):
        (self.path / "f.txt").write_bytes(b"4096\n\xff\x00\n")
        run = subprocess.run([SCRIPT, self.path / "f.txt"], capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 2)
        self.assertIn("f.txt:2:1: ", run.stderr)

    def test_files_that_cannot_be_read_or_written_are_named(self):
        run = subprocess.run([SCRIPT, self.path / "none.txt"], capture_output=True, text=True, check=False)
        self.assertEqual((run.returncode, run.stderr), (2, f"hot_pages: {self.path}/none.txt: No such file or directory\n"))
        run = self.plot("4096\n", "-o", self.path / "no/a.png")
        self.assertEqual(run.returncode, 2)
        self.assertIn("No such file or directory", run.stderr)

    def test_help_tells_the_options(self):
        run = subprocess.run([SCRIPT, "--help"], capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0)
        for option in ["--output", "--title", "--region", "--frames"]:
            self.assertIn(option, run.stdout)


if __name__ == "__main__":
    unittest.main()
