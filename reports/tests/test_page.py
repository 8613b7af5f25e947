"""The page of one student: what it holds, what it never holds, and how it looks in a browser.

Run with the system's Python: /usr/bin/python3 -m unittest discover -s reports/tests
The record is the approved report.json of the harness, which has every status and hostile text. Screenshots go to
$MEMGRADE_SCREENSHOTS, else to a temporary directory whose name is printed.
"""

import base64
import copy
import functools
import html.parser
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
REPORTS = HERE.parent
sys.path[:0] = [str(REPORTS), str(HERE)]

from browser import Browser, find_chromium  # noqa: E402
from memgrade_reports import page, record  # noqa: E402

GOLDEN = REPORTS.parent / "harness/tests/golden/report/report.json"
STYLE = REPORTS / "memgrade_reports/templates/style.css"
VOID = {"meta", "br", "hr", "img", "input", "link", "rect"}


def golden():
    return json.loads(GOLDEN.read_text(encoding="utf-8"))


class Outline(html.parser.HTMLParser):
    """Every tag with its attributes, the texts, and whether tags close in the order in which they were opened."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.stack, self.mistakes = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.mistakes.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        self.texts.append(data)

    def named(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


class RunDirectory(unittest.TestCase):
    def setUp(self):
        self.run_dir = tempfile.mkdtemp(prefix="memgrade-page-")
        self.addCleanup(shutil.rmtree, self.run_dir, True)

    def put(self, value):
        text = value if isinstance(value, str) else json.dumps(value)
        pathlib.Path(self.run_dir, "report.json").write_text(text, encoding="utf-8", errors="surrogatepass")

    def made(self, value=None):
        self.put(golden() if value is None else value)
        page.write_page(self.run_dir)
        return pathlib.Path(self.run_dir, "report.html").read_text(encoding="utf-8")

    def command(self, *arguments):
        return subprocess.run(["/usr/bin/python3", "-m", "memgrade_reports", *arguments], cwd=REPORTS, text=True,
                              capture_output=True, timeout=60, check=False)


class Content(RunDirectory):
    def test_says_what_is_wrong_with_every_task(self):
        text = "".join(Outline(self.made()).texts)
        for part in ("Ada Example 示例", "2.25", "of 10 points", "late", "Bo Sample", "Provisional.",
                     "From row 189 on a page is found", "812 of 1000 rows agree", "25927 (truth)",
                     "frames may be handed out in any order", "src/vm.c:10:5", "expected ';' before '}' token",
                     "Killed by signal 11 (SIGSEGV)", "为什么需要脏位?", "cd submission && ./vm -n 128 -p lru",
                     "results were read from out.txt", "limits the task to 50 %", "staff only", "bubblewrap 0.8.0"):
            self.assertIn(part, text)

    def test_a_mark_says_who_when_late_and_that_the_code_has_changed(self):
        value = golden()
        mark = {"points": 0.5, "by": "Ms Grace", "at": "2026-01-02T03:04:05Z", "late": True, "note": "asked twice",
                "feedback": "read about dirty bits", "older_than_code": True}
        value["labs"][0]["tasks"][1]["mark"] = mark
        text = "".join(Outline(self.made(value)).texts)
        for part in ("marked by Ms Grace on 2026-01-02 at 03:04 UTC, late", "older than the code",
                     "feedback: read about dirty bits", "note, staff only: asked twice"):
            self.assertIn(part, text)
        value["labs"][0]["tasks"][1]["mark"] = {**mark, "late": False, "older_than_code": False, "note": "", "at": "then"}
        text = "".join(Outline(self.made(value)).texts)
        self.assertIn("marked by Ms Grace on then", text)
        for part in ("older than the code", "staff only: ", "on then, late"):
            self.assertNotIn(part, text)

    def test_a_figure_is_a_picture_with_a_caption_inside_the_page(self):
        value = golden()
        figure = {"kind": "hot_pages", "scans": [[4096, 8192], [], [8192]], "cut": True,
                  "regions": [{"name": "hot & <b>", "first": 8192, "last": 12287}]}
        value["labs"][0]["tasks"][0]["checks"][0]["figure"] = figure
        outline = Outline(self.made(value))
        (picture,) = outline.named("img")
        self.assertTrue(picture["src"].startswith("data:image/png;base64,"))
        drawn = base64.b64decode(picture["src"].partition(",")[2], validate=True)
        self.assertTrue(drawn.startswith(b"\x89PNG"))
        self.assertIn("3 scans, later ones left out", picture["alt"])
        value["labs"][0]["tasks"][0]["checks"][0]["figure"] = {**figure, "scans": []}
        self.assertFalse(Outline(self.made(value)).named("img"))

    def test_a_figure_that_is_none_is_refused_with_its_place(self):
        value = golden()
        value["labs"][0]["tasks"][0]["checks"][0]["figure"] = {"kind": "hot_pages", "scans": [["1"]], "cut": False, "regions": []}
        with self.assertRaisesRegex(record.BadReport, r"checks\[0\]\.figure\.scans\[0\]\[0\]: not a number"):
            self.made(value)

    def test_a_report_of_before_there_were_marks_is_a_page(self):
        value = golden()
        for lab in value["labs"]:
            for task in lab["tasks"]:
                task.pop("mark", None)
        self.assertFalse(" UTC" in self.made(value))

    def test_every_status_is_a_word_and_not_a_colour_alone(self):
        text = "".join(Outline(self.made()).texts)
        for status in record.STATUSES:
            self.assertIn(f"1 {page.STATUS_WORDS.get(status, status)}".replace("1 fail", "3 fail")
                          .replace("1 pass", "2 pass"), text)

    def test_tasks_that_lost_points_are_open_and_passed_ones_are_folded(self):
        outline = Outline(self.made())
        tasks = [one for one in outline.named("details") if "task" in one.get("class", "").split()]
        self.assertEqual(len(tasks), 12)
        for one in tasks:
            self.assertEqual("open" in one, "s-pass" not in one["class"].split(), one)

    def test_is_whole_html_with_headings_in_order(self):
        text = self.made()
        outline = Outline(text)
        self.assertEqual(outline.mistakes, [])
        self.assertEqual(outline.stack, [])
        self.assertTrue(text.startswith("<!DOCTYPE html>\n<html lang=\"en\">"))
        levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
        self.assertEqual(levels.count(1), 1)
        for before, after in zip(levels, levels[1:]):
            self.assertLessEqual(after, before + 1)
        for cell in outline.named("th"):
            self.assertIn(cell.get("scope"), ("row", "col"))
        self.assertEqual(len(outline.named("title")), 1 + sum(len(lab["segments"]) for lab in self.labs()))

    def labs(self):
        return [page._lab_view(lab, at) for at, lab in enumerate(record.read_record(self.run_dir)["labs"], 1)]

    def test_points_read_as_in_the_other_reports(self):
        for value, text in ((0, "0"), (1.5, "1.5"), (1 / 3, "0.33"), (0.125, "0.13"), (100, "100"), (-0.001, "0"),
                            (-1.25, "-1.25")):
            self.assertEqual(page.points(value), text)

    def test_segments_fill_the_bar_by_points(self):
        self.made()
        pieces = self.labs()[0]["segments"]
        self.assertEqual(len(pieces), 8)  # without the build and the task that is not counted
        end = float(pieces[-1]["x"]) + float(pieces[-1]["width"])
        self.assertAlmostEqual(end, 1000, delta=0.3)
        self.assertAlmostEqual(float(pieces[1]["filled"]) / float(pieces[1]["width"]), 0.5, places=2)

    def test_an_empty_report_is_a_page(self):
        value = golden()
        value.update(labs=[], notes=[], environment={}, timing={}, score=0, max_score=0, provisional=False)
        value["student"] = {"id": "", "name": "", "members": [], "late": False}
        self.assertIn("(no name)", self.made(value))


class Safety(RunDirectory):
    def test_nothing_from_outside_and_no_script(self):
        text = self.made()
        outline = Outline(text)
        used = {tag for tag, _ in outline.tags}
        self.assertFalse(used & {"script", "iframe", "object", "embed", "img", "link", "base", "form", "audio", "video"})
        ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
        self.assertEqual(len(ids), len(set(ids)))
        for tag, attributes in outline.tags:
            self.assertFalse([name for name in attributes if name.startswith("on") or name in ("src", "srcset", "style")])
            link = attributes.get("href")
            if link is not None and link.startswith("#"):
                self.assertIn(link[1:], ids)
            elif link is not None:
                self.assertRegex(link, r"\Aevidence/vmsim/[a-z0-9-]+\.json\Z")
        style = STYLE.read_text(encoding="utf-8")
        self.assertNotIn("url(", style)
        self.assertNotIn("@import", style)
        policy = outline.named("meta")[1]
        self.assertEqual(policy["http-equiv"], "Content-Security-Policy")
        self.assertTrue(policy["content"].startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:"))

    def test_hostile_text_stays_text(self):
        text = self.made()
        self.assertNotIn("<script", text)
        self.assertNotRegex(text, "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
        self.assertIn("]]>\"'<script>alert(1)</script>&amp; red |", "".join(Outline(text).texts))

    def test_every_text_of_the_record_may_be_hostile(self):
        hostile = "</style></script><!--\"'><img src=x onerror=alert(1)>{{ 31337*3 }}{% raw %}\x1b]0;t\x07\ud800\u202e\r\n&"

        def spoil(value, key=""):
            if isinstance(value, dict):
                return {name: spoil(item, name) for name, item in value.items()}
            if isinstance(value, list):
                return [spoil(item, key) for item in value]
            return hostile if isinstance(value, str) and key not in ("schema", "status") else value

        value = spoil(golden())
        value["environment"][hostile] = {hostile: [hostile, {hostile: hostile}]}
        text = self.made(value)
        outline = Outline(text)
        self.assertEqual((outline.mistakes, outline.stack), ([], []))
        self.assertEqual(outline.named("img"), [])
        self.assertNotIn("<!--", text)
        self.assertFalse("94011" in text, "a text was run as a template")
        self.assertTrue("{{ 31337*3 }}{% raw %}" in "".join(outline.texts))

    def test_evidence_links_stay_below_the_report(self):
        for path in ("javascript:alert(1)", "//host/x", "/etc/passwd", "a/../../b", "https://example.org", "..", "",
                     "a\\b", "data:text/html,x"):
            self.assertEqual(page.evidence_link(path), "", path)
        self.assertEqual(page.evidence_link("evidence/x/a b?#.json"), "evidence/x/a%20b%3F%23.json")

    def test_colours_have_enough_contrast_in_both_schemes(self):
        blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text(encoding="utf-8"), re.S)
        for block in blocks[:2]:
            colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
            pairs = [(name, f"{name}-tint") for name in ("green", "amber", "red", "blue", "violet", "grey")]
            pairs += [("amber", "card"), ("red", "card")]
            pairs += [(ink, under) for ink in ("text", "quiet") for under in ("page", "card", "code")]
            pairs += [("link", "page"), ("link", "card")]
            pairs += [("text", f"{name}-tint") for name in ("amber", "red", "blue", "violet", "grey")]
            for ink, under in pairs:
                self.assertGreaterEqual(contrast(colour[ink], colour[under]), 4.5, (ink, under))


def contrast(one, other):
    """The contrast ratio of WCAG 2.1 of two colours, #rrggbb."""
    def luminance(colour):
        parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


class Bytes(RunDirectory):
    def test_the_same_report_gives_the_same_bytes(self):
        self.put(golden())
        pages = []
        for seed in ("1", "2"):
            answer = subprocess.run(["/usr/bin/python3", "-m", "memgrade_reports", "html", self.run_dir], cwd=REPORTS,
                                    env={**os.environ, "PYTHONHASHSEED": seed}, timeout=60, check=True)
            self.assertEqual(answer.returncode, 0)
            pages.append(pathlib.Path(self.run_dir, "report.html").read_bytes())
        self.assertEqual(pages[0], pages[1])

    def test_only_the_timing_block_changes_with_the_timing(self):
        value = golden()
        one = self.made(value)
        value["timing"] = {"finished": "2031-05-05T00:00:00Z", "wall_s": 99}
        other = self.made(value)
        self.assertNotEqual(one, other)
        block = re.compile(r'<section id="timing".*?</section>', re.S)
        self.assertEqual(block.sub("", one), block.sub("", other))

    def test_takes_little_time(self):
        self.put(golden())
        best = 10.0
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.assertEqual(self.command("html", self.run_dir).returncode, 0)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        self.assertLess(best, 0.25, "seconds of CPU time")


class Mistakes(RunDirectory):
    def fails(self, *arguments, saying):
        answer = self.command(*arguments)
        self.assertEqual(answer.returncode, 2, answer)
        self.assertEqual(answer.stdout, "")
        self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
        self.assertIn(saying, answer.stderr)

    def test_usage(self):
        self.fails(saying="usage: ")
        self.fails("pdf", self.run_dir, saying="usage: ")

    def test_no_directory_and_no_report(self):
        self.fails("html", self.run_dir + "/none", saying="no such directory")
        self.fails("html", self.run_dir, saying="no such file")

    def test_broken_reports(self):
        unknown, missing, mistyped, status, infinite = (golden() for _ in range(5))
        unknown["schema"] = "memgrade/report/v9"
        del missing["labs"][0]["tasks"][2]["title"]
        mistyped["labs"][0]["tasks"][0]["checks"][0]["fraction"] = "1"
        status["labs"][0]["tasks"][0]["status"] = "splendid"
        infinite["score"] = float("inf")
        for value, saying in (("{", "not JSON"), ("[]", "schema is null"), (unknown, "memgrade/report/v9"),
                              (missing, "labs[0].tasks[2]: no 'title'"),
                              (mistyped, "labs[0].tasks[0].checks[0].fraction: not a number"),
                              (status, "not one of pass, partial"), (infinite, "score: not a finite number"),
                              ("[" * 100000, "not JSON"), ({**golden(), "environment": []}, "environment: not an object")):
            with self.subTest(saying):
                self.put(value)
                self.fails("html", self.run_dir, saying=saying)

    def test_a_failure_leaves_the_old_page_and_nothing_else(self):
        old = self.made()
        self.put("{")
        self.fails("html", self.run_dir, saying="not JSON")
        self.assertEqual(sorted(os.listdir(self.run_dir)), ["report.html", "report.json"])
        self.assertEqual(pathlib.Path(self.run_dir, "report.html").read_text(encoding="utf-8"), old)

    def test_a_page_that_cannot_be_written(self):
        self.put(golden())
        os.mkdir(os.path.join(self.run_dir, "report.html"))
        self.fails("html", self.run_dir, saying="report.html")
        self.assertEqual(sorted(os.listdir(self.run_dir)), ["report.html", "report.json"])


@functools.cache
def screenshots():
    """The directory for screenshots, made; it stays when the tests end."""
    path = os.environ.get("MEMGRADE_SCREENSHOTS") or tempfile.mkdtemp(prefix="memgrade-screenshots-")
    os.makedirs(path, exist_ok=True)
    print(f"screenshots: {path}", file=sys.stderr)
    return path


@unittest.skipUnless(find_chromium(), "chromium is not installed (Debian: apt-get install chromium)")
class Looks(RunDirectory):
    WIDE_PAGE = """(() => {
        const outside = [...document.querySelectorAll('body *')].filter(one =>
            !one.closest('.scroll, pre, .hidden, svg, thead') && one.getBoundingClientRect().right > innerWidth + 1);
        return outside.map(one => one.outerHTML.slice(0, 120));
    })()"""

    def setUp(self):
        super().setUp()
        value = golden()
        long = copy.deepcopy(value["labs"][0]["tasks"][2])
        long["title"] = "AVeryLongWord" * 12
        long["commands"] = ["x" * 500]
        long["checks"][1]["observed"] = "0123456789abcdef" * 40
        long["checks"][1]["figure"] = {"kind": "hot_pages", "scans": [[4096 * at] for at in range(30)], "cut": False,
                                       "regions": []}
        value["labs"][0]["tasks"].append(long)
        value["labs"][0]["source"] = "deep/" * 60
        value["environment"]["a" * 80] = "b" * 300
        value["student"]["name"] = "Ada Example 示例"
        self.made(value)
        self.page = os.path.join(self.run_dir, "report.html")

    def test_fits_a_phone_and_a_desk_in_light_and_dark(self):
        shots = screenshots()
        backgrounds = set()
        with Browser(find_chromium()) as browser:
            for width in (320, 375, 1200):
                for scheme in ("light", "dark"):
                    with self.subTest(width=width, scheme=scheme):
                        browser.open(self.page, width, scheme)
                        self.assertEqual(browser.evaluate("innerWidth"), width)
                        self.assertLessEqual(browser.evaluate("document.documentElement.scrollWidth"), width)
                        self.assertEqual(browser.evaluate(self.WIDE_PAGE), [])
                        backgrounds.add((scheme, browser.evaluate("getComputedStyle(document.body).backgroundColor")))
                        shot = os.path.join(shots, f"page-{width}-{scheme}.png")
                        browser.screenshot(shot)
                        self.assertGreater(os.path.getsize(shot), 10_000)
        self.assertEqual(len(backgrounds), 2, "one background for each scheme")

    def test_folds_open_without_a_script_and_all_is_printed(self):
        with Browser(find_chromium()) as browser:
            visible = "document.querySelector('.task.s-pass .body').checkVisibility()"
            browser.open(self.page, 1200, "light")
            self.assertFalse(browser.evaluate(visible))
            browser.evaluate("document.querySelector('.task.s-pass summary').click()")
            self.assertTrue(browser.evaluate(visible))
            browser.open(self.page, 800, "light", media="print")
            self.assertTrue(browser.evaluate(visible))
            browser.screenshot(os.path.join(screenshots(), "page-print.png"))


if __name__ == "__main__":
    unittest.main()
