"""The check-off sheet: what it holds, that it is harmless, and how many pages of A4 it prints on.

Run with the system's Python: /usr/bin/python3 -m unittest discover -s reports/tests
Screenshots and PDFs go to $MEMGRADE_SCREENSHOTS, else to a temporary directory.
"""

import copy
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
REPORTS = HERE.parent
sys.path[:0] = [str(REPORTS), str(HERE)]

from browser import Browser, find_chromium  # noqa: E402
from memgrade_reports import checkoff  # noqa: E402
from test_page import STYLE, Outline, contrast, golden, screenshots  # noqa: E402

PRINT_STYLE = STYLE.with_name("checkoff.css")
HOSTILE = "</style></script><!--\"'><img src=x onerror=alert(1)>{{ 31337*3 }}{% raw %}\x1b]0;t\x07\ud800\u202e\r\n&"


def check(title, message):
    return {"check": "equals", "title": title, "status": "fail", "fraction": 0, "weight": 1, "gate": False, "cap": 0,
            "expected": "0x7f2a1", "observed": "0x800000007f2a1", "message": message, "detail": "", "hint": "",
            "visibility": "visible"}


def task(name, title, status, score=0.0, max_score=1.0, **more):
    return {"task": name, "title": title, "status": status, "score": score, "max_score": max_score, "informational": False,
            "message": "", "checks": [], "notes": [], "staff_notes": [], "commands": [], "diagnostics": [], "questions": [],
            "mark": None, "evidence": "", **more}


def mark(**more):
    return {"points": 0.5, "by": "Ms Grace", "at": "2026-01-02T03:04:05Z", "late": True, "note": "", "feedback": "",
            "older_than_code": False, **more}


def question(text, line=0, code=""):
    return {"text": text, "file": "ktest.c" if line else "", "line": line, "code": code}


def lab(name, tasks):
    return {"lab": name, "title": f"Lab {name}", "score": 4.0, "max_score": 6.0, "source": ".", "notes": [], "tasks": tasks}


def sheet(labs=None, questions=None):
    """A usual one: a module with two mistakes, and one task for a person."""
    report = golden()
    report["student"] = {"id": "110550001", "name": "Ada Example", "members": [], "late": False}
    report["score"], report["max_score"] = 4.0, 6.0
    report["labs"] = labs if labs is not None else [lab("ktest", [
        task("builds", "Builds and loads", "pass", 0.0, 0.0), task("func1", "Counts the VMAs", "pass", 1.0),
        task("func3", "Page table walk", "fail", checks=[check("frames", "frame 0x800000007f2a1 is none of RAM")]),
        task("leaks", "Gives back what it takes", "crash", message="The module died in scan_hot, ktest.c line 218."),
        task("walk", "Explain your module", "pending", questions=["Which locks are held where?", "Why is a page cold?"])])]
    if questions is None:
        questions = [[question("What does the NX bit do to pte_val?"),
                      question("Line 142 takes the mmap lock: what if not?", 142, "mmap_read_lock(mm);")]]
    return {"schema": "memgrade/checkoff/v1", "run": "/runs/110550001", "report": report, "questions": questions}


def fullest():
    """More of everything than fits, in the widest letters."""
    wide = "頁表" * 300
    labs = []
    for number in range(5):
        tasks = [task(f"lost-{at}", wide, "fail", checks=[check(wide, wide), check(wide, wide)]) for at in range(30)]
        tasks += [task(f"pass-{at}", wide, "pass") for at in range(30)]
        tasks += [task(f"walk-{at}", wide, "pending", questions=[wide] * 30) for at in range(8)]
        tasks[-1]["mark"] = mark(by=wide, feedback=wide, note=wide, older_than_code=True)
        labs.append(lab(f"lab{number}", tasks))
        labs[-1]["title"] = wide
    value = sheet(labs, [[question(wide, at + 1, wide) for at in range(12)] for _ in labs])
    value["run"] = "/" + "頁" * 110
    value["report"]["student"] = {"id": wide, "name": wide, "late": True,
                                  "members": [{"id": wide, "name": wide, "share": 0.5}] * 9}
    return value


class SheetFile(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="memgrade-checkoff-")
        self.addCleanup(shutil.rmtree, self.directory, True)
        self.page = os.path.join(self.directory, "checkoff.html")

    def command(self, value):
        path = pathlib.Path(self.directory, "sheet.json")
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8", errors="surrogatepass")
        return subprocess.run(["/usr/bin/python3", "-B", "-m", "memgrade_reports", "checkoff", str(path), self.page],
                              cwd=REPORTS, text=True, capture_output=True, timeout=60, check=False)

    def made(self, value=None):
        answer = self.command(sheet() if value is None else value)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        return pathlib.Path(self.page).read_text(encoding="utf-8")


class Content(SheetFile):
    def test_says_what_passed_what_failed_and_what_is_asked(self):
        text = "".join(Outline(self.made()).texts)
        for part in ("Ada Example", "110550001", "4 of 6 points", "provisional", "2 passed: Builds and loads · Counts the VMAs",
                     "Page table walk", "frames: frame 0x800000007f2a1 is none of RAM", "0 / 1", "fail",
                     "The module died in scan_hot, ktest.c line 218.", "crash", "Which locks are held where?",
                     "Why is a page cold?", "What does the NX bit do to pte_val?", "Line 142 takes the mmap lock",
                     "ktest.c:142", "mmap_read_lock(mm);"):
            self.assertIn(part, text)

    def test_has_the_fields_and_says_how_a_mark_is_entered(self):
        outline = Outline(self.made())
        text = "".join(outline.texts)
        for part in ("Mark", "/ 1", "TA", "Date", "late", "Notes",
                     "grade mark /runs/110550001 ktest/walk POINTS --by WHO [--late]"):
            self.assertIn(part, text)
        boxes = [one for one in outline.named("span") if one.get("class") == "box"]
        self.assertEqual(len(boxes), 2 + 2 + 1)  # a box a question, and one for late

    def test_the_command_has_the_path_of_the_run_as_it_was_quoted(self):
        value = sheet()
        value["run"] = "'/runs/it is'"
        self.assertIn("grade mark &#39;/runs/it is&#39; ktest/walk", self.made(value))

    def test_a_path_that_a_page_cannot_show_is_not_in_the_command(self):
        value = sheet()
        for text in ("", "/a\nb", "/a" * 500):
            value["run"] = text
            self.assertIn("grade mark RUN ktest/walk", self.made(value))

    def test_a_task_for_a_person_is_neither_passed_nor_lost(self):
        value = sheet()
        value["report"]["labs"][0]["tasks"][4].update(status="partial", score=0.5, mark=mark(older_than_code=True))
        text = "".join(Outline(self.made(value)).texts)
        self.assertEqual(text.count("Explain your module"), 1)
        self.assertIn("0.5 of 1, marked by Ms Grace on 2026-01-02 at 03:04 UTC, late; the submission has changed since", text)

    def test_other_labs_of_the_run_are_named_with_their_points(self):
        value = sheet()
        value["report"]["labs"].append(lab("vmsim", [task("fifo", "FIFO", "fail")]))
        value["questions"].append([question("never asked here")])
        text = "".join(Outline(self.made(value)).texts)
        self.assertIn("Also in this run: Lab vmsim 4 / 6", text)
        self.assertNotIn("never asked here", text)

    def test_without_a_task_for_a_person_all_labs_are_shown(self):
        value = sheet([lab("vmsim", [task("fifo", "FIFO", "fail")])], [[question("why?")]])
        text = "".join(Outline(self.made(value)).texts)
        self.assertIn("why?", text)
        self.assertNotIn("Date", text)

    def test_an_empty_run_is_a_sheet(self):
        value = sheet([], [])
        value["report"]["student"] = {"id": "", "name": "", "members": [], "late": False}
        self.assertIn("(no name)", self.made(value))

    def test_a_message_that_begins_with_its_checks_title_says_it_once(self):
        value = sheet()
        value["report"]["labs"][0]["tasks"][2]["checks"] = [check("page faults", "Page faults: 4 where 3 is expected")]
        text = "".join(Outline(self.made(value)).texts)
        self.assertIn("Page faults: 4 where 3 is expected", text)
        self.assertNotIn("page faults: Page faults", text)

    def test_what_is_left_out_is_counted(self):
        many = [task(f"t{at}", f"Task {at}", "fail") for at in range(20)]
        value = sheet([lab("ktest", many + [task("walk", "Walk", "pending", questions=["?"] * 10)])], [[]])
        text = "".join(Outline(self.made(value)).texts)
        self.assertIn("… and 8 more, in the report", text)
        self.assertIn("… and 2 more questions, in the report", text)

    def test_cutting_counts_columns(self):
        self.assertEqual(checkoff.cut("a  b\nc", 10), "a b c")
        self.assertEqual(checkoff.cut("abcdef", 6), "abcdef")
        self.assertEqual(checkoff.cut("abcdefg", 6), "abcde…")
        self.assertEqual(checkoff.cut("頁表頁表", 7), "頁表頁…")
        self.assertEqual(checkoff.width("e\u0301頁"), 3)

    def test_the_same_sheet_gives_the_same_bytes(self):
        self.assertEqual(self.made(), self.made())


class Safety(SheetFile):
    def test_hostile_text_stays_text(self):
        def spoil(value, key=""):
            if isinstance(value, dict):
                return {name: spoil(item, name) for name, item in value.items()}
            if isinstance(value, list):
                return [spoil(item, key) for item in value]
            return HOSTILE if isinstance(value, str) and key not in ("schema", "status") else value

        text = self.made(spoil(sheet()))
        outline = Outline(text)
        self.assertEqual((outline.mistakes, outline.stack, outline.named("img"), outline.named("script")), ([], [], [], []))
        self.assertNotIn("<!--", text)
        self.assertFalse("94011" in text, "a text was run as a template")
        self.assertNotRegex(text, "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

    def test_nothing_from_outside(self):
        outline = Outline(self.made())
        self.assertFalse({tag for tag, _ in outline.tags} & {"script", "iframe", "img", "link", "a", "form", "input"})
        style = PRINT_STYLE.read_text(encoding="utf-8")
        self.assertNotIn("url(", style)
        self.assertNotIn("@import", style)
        self.assertTrue(outline.named("meta")[1]["content"].startswith("default-src 'none'; style-src 'unsafe-inline'"))

    def test_ink_has_enough_contrast_on_paper(self):
        colour = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", PRINT_STYLE.read_text(encoding="utf-8")))
        for ink in ("text", "quiet", "late"):
            self.assertGreaterEqual(contrast(colour[ink], "#ffffff"), 4.5, ink)

    def test_broken_sheets_are_one_line_and_leave_the_old_page(self):
        old = self.made()
        missing = copy.deepcopy(sheet())
        del missing["report"]["labs"][0]["tasks"][0]["title"]
        for value, saying in (("{", "not JSON"), (golden(), "memgrade/report/v1"), (missing, "no 'title'"),
                              ({**sheet(), "questions": []}, "another number of labs"),
                              ({**sheet(), "questions": [[{"text": "x"}]]}, "questions[0][0]: no 'file'")):
            with self.subTest(saying):
                answer = self.command(value)
                self.assertEqual((answer.returncode, answer.stdout, answer.stderr.count("\n")), (2, "", 1), answer)
                self.assertIn(saying, answer.stderr)
                self.assertEqual(pathlib.Path(self.page).read_text(encoding="utf-8"), old)


@unittest.skipUnless(find_chromium(), "chromium is not installed (Debian: apt-get install chromium)")
class Print(SheetFile):
    def pages(self, value, name):
        """How many A4 pages the browser prints; the PDF stays with the screenshots."""
        self.made(value)
        target = os.path.join(screenshots(), name)
        profile = os.path.join(self.directory, "profile")
        subprocess.run([find_chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update", "--disable-sync",
                        "--disable-dev-shm-usage", f"--user-data-dir={profile}", "--no-pdf-header-footer",
                        f"--print-to-pdf={target}", "file://" + self.page], stdin=subprocess.DEVNULL, timeout=120,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        pdf = pathlib.Path(target).read_bytes()
        for size in re.findall(rb"/MediaBox\s*\[([^\]]*)\]", pdf):
            _, _, across, down = map(float, size.split())
            self.assertAlmostEqual(across, 595, delta=2)  # A4 in points
            self.assertAlmostEqual(down, 842, delta=2)
        return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))

    def test_a_usual_sheet_prints_on_one_page(self):
        self.assertEqual(self.pages(sheet(), "checkoff-usual.pdf"), 1)

    def test_the_fullest_sheet_prints_on_two_pages(self):
        self.assertEqual(self.pages(fullest(), "checkoff-fullest.pdf"), 2)

    def test_one_lab_with_more_than_fits_prints_on_two_pages(self):
        value = fullest()
        value["report"]["labs"], value["questions"] = value["report"]["labs"][:1], value["questions"][:1]
        self.assertLessEqual(self.pages(value, "checkoff-one-lab.pdf"), 2)

    def test_latin_text_without_blanks_prints_on_two_pages(self):
        text = json.dumps(fullest()).replace(json.dumps("頁表")[1:-1], "Wm")
        self.assertLessEqual(self.pages(json.loads(text), "checkoff-latin.pdf"), 2)

    def test_nothing_is_wider_than_the_paper(self):
        for name, value in (("usual", sheet()), ("fullest", fullest())):
            self.made(value)
            with Browser(find_chromium()) as browser:
                for width in (680, 375):  # the paper between its margins, and a phone
                    browser.open(self.page, width, "light", media="print" if width == 680 else "screen")
                    self.assertLessEqual(browser.evaluate("document.documentElement.scrollWidth"), width, name)
                browser.screenshot(os.path.join(screenshots(), f"checkoff-{name}.png"))


if __name__ == "__main__":
    unittest.main()
