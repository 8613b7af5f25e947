"""The check-off sheet: one HTML file that prints on at most two A4 pages, whatever a submission holds.

Texts are cut and lists are ended so that two pages always hold them; what is left out stands in the report. The budget is
in lines of the print: a text takes as many as its width needs, an East Asian character counting twice.
"""

import math
import unicodedata

from memgrade_reports.page import mark_line, points, save, template
from memgrade_reports.record import read_sheet

LINES = 100           # of two pages at the size of the print, some kept for what a page break leaves empty
COLUMNS = 72          # of a question's line, in the widest of the fonts that the page asks for
WHY_COLUMNS = 62      # of the line under a task that lost points
HEAD_LINES = 6
LAB_LINES = 9         # headings of one lab, and what says how much was left out
FIELD_LINES = 8       # heading, mark, notes and command of one task that a person marks
MOST_LABS = 3
MOST_FIELDS = 4       # tasks with fields for a mark, on the whole sheet
MOST_RUN = 240        # columns of a run's path
MOST_ROWS = 12        # tasks that lost points, of a lab
MOST_ASKED = 8        # of the case's questions for one task
LOST = ("partial", "fail", "crash", "timeout", "skipped", "infra_error")
WORDS = {"infra_error": "not observed"}


def width(text):
    """Columns: an East Asian wide character and a broad Latin letter take two, a combining one none."""
    return sum(0 if unicodedata.combining(one) else 2 if one in "MWmw@%" or unicodedata.east_asian_width(one) in "WF" else 1
               for one in text)


def cut(text, columns):
    """One line of at most so many columns, with … where something was left out."""
    text = " ".join(text.split())
    if width(text) <= columns:
        return text
    kept, used = [], 1
    for one in text:
        used += width(one)
        if used > columns:
            break
        kept.append(one)
    return "".join(kept).rstrip() + "…"


class Budget:
    """What is left of the sheet: lines, and fields for marks."""

    def __init__(self, lines):
        self.lines = lines
        self.fields = MOST_FIELDS

    def take(self, text, columns=COLUMNS, more=0):
        """Whether the text still fits, with `more` lines; then they are taken."""
        need = math.ceil(width(text) / columns) + more
        if need > self.lines:
            return False
        self.lines -= need
        return True


def _why(task):
    """Short: why a task lost points."""
    failed = [check for check in task["checks"] if check["status"] != "pass"]
    if task["message"]:
        return task["message"]
    said = []
    for check in failed:
        title, message = check["title"], check["message"] or "not right"
        # Many messages begin with what they are about.
        said.append(message if message.lower().startswith(title.lower()) else f"{title}: {message}")
    return "; ".join(said)


def _score(task):
    if task["informational"]:
        return "not counted"
    return f"{points(task['score'])} / {points(task['max_score'])}"


def _for_a_person(task):
    return task["status"] == "pending" or task["mark"] is not None or bool(task["questions"])


def _rows(lab, budget):
    """What lost points, and how many rows there was no room for."""
    lost = [task for task in lab["tasks"] if task["status"] in LOST and not _for_a_person(task)]
    rows = []
    for task in lost[:MOST_ROWS]:
        why = cut(_why(task), 180)
        title = cut(task["title"] or task["task"], 60)
        if not budget.take(why, WHY_COLUMNS, more=1):
            break
        rows.append({"title": title, "status": task["status"], "words": WORDS.get(task["status"], task["status"]),
                     "points": _score(task), "why": why})
    return rows, len(lost) - len(rows)


def _passed(lab, budget):
    titles = [cut(task["title"] or task["task"], 50) for task in lab["tasks"]
              if task["status"] == "pass" and not _for_a_person(task)]
    text = cut(" · ".join(titles), 3 * COLUMNS)
    return {"count": len(titles), "text": text if budget.take(text) else ""}


def _asked(task, budget):
    """The case's questions of a task that a person marks."""
    kept = []
    for question in task["questions"][:MOST_ASKED]:
        text = cut(question, 240)
        if not budget.take(text):
            break
        kept.append(text)
    return {"title": cut(task["title"] or task["task"], 70), "task": task["task"], "questions": kept,
            "left_out": len(task["questions"]) - len(kept), "max": points(task["max_score"]),
            "mark": task["mark"] and cut(f"{points(task['mark']['points'])} of {points(task['max_score'])}, "
                                         f"{mark_line(task['mark'])}", 150),
            "older": bool(task["mark"] and task["mark"]["older_than_code"])}


def _own(questions, budget):
    """Questions made from this student's work."""
    kept = []
    for question in questions:
        text, code = cut(question["text"], 240), cut(question["code"], 88)
        place = cut(f"{question['file']}:{question['line']}", 60) if question["line"] else ""
        if not budget.take(text, more=1 if place else 0):
            break
        kept.append({"text": text, "code": code, "place": place})
    return kept


def _run(sheet):
    """The run as `grade mark` takes it; a path that cannot be shown as it is, is left for the person to fill in."""
    run = sheet["run"]
    return run if run.isprintable() and 0 < width(run) <= MOST_RUN else "RUN"


def _fields(lab, budget, more):
    """The tasks of a lab that a person marks, as far as the sheet has room for their fields."""
    tasks = []
    for task in (one for one in lab["tasks"] if _for_a_person(one)):
        if budget.fields == 0 or not budget.take("", more=FIELD_LINES + more):
            break
        budget.fields -= 1
        tasks.append(task)
    return tasks


def _lab_view(lab, questions, tasks, budget):
    manual = sum(_for_a_person(task) for task in lab["tasks"])
    half = Budget(budget.lines // 2)
    rows, left_out = _rows(lab, half)
    budget.lines -= budget.lines // 2 - half.lines
    asked = [_asked(task, budget) for task in tasks]
    own = _own(questions, budget)
    return {"name": lab["lab"], "title": cut(lab["title"] or lab["lab"], 70), "score": points(lab["score"]),
            "max_score": points(lab["max_score"]), "asked": asked, "own": own, "rows": rows, "rows_left_out": left_out,
            "tasks_left_out": manual - len(asked), "passed": _passed(lab, budget)}


def _lab_views(chosen, more):
    """Room is given out in the order of need: fields for the marks first, then each lab in its turn gets an equal share."""
    budget = Budget(LINES - HEAD_LINES - LAB_LINES * len(chosen))
    fields = [_fields(lab, budget, more) for lab, _ in chosen]
    views, rest = [], budget.lines
    for at, (lab, questions) in enumerate(chosen):
        budget.lines = rest // (len(chosen) - at)
        rest -= budget.lines
        views.append(_lab_view(lab, questions, fields[at], budget))
        rest += budget.lines
    return views


def render(sheet):
    """The page, as text, of a sheet that read_sheet() returned."""
    report = sheet["report"]
    pairs = list(zip(report["labs"], sheet["questions"]))
    # What a person marks is what the sheet is for; other labs of the run are named with their points.
    chosen = ([pair for pair in pairs if any(_for_a_person(task) for task in pair[0]["tasks"])] or pairs)[:MOST_LABS]
    # A long path takes a second and a third line below each task.
    labs = _lab_views(chosen, width(_run(sheet)) // COLUMNS)
    shown = {id(lab) for lab, _ in chosen}
    others = ", ".join(f"{cut(lab['title'] or lab['lab'], 50)} {points(lab['score'])} / {points(lab['max_score'])}"
                       for lab in report["labs"] if id(lab) not in shown)
    student = report["student"]
    name = cut(student["name"], 60) or cut(student["id"], 60) or "(no name)"
    members = ", ".join(cut(member["name"] or member["id"], 40) for member in student["members"])
    return template("checkoff.html.j2").render(
        name=name, id=cut(student["id"], 60) if student["id"].strip() != name else "", members=cut(members, 200),
        late=student["late"], score=points(report["score"]), max_score=points(report["max_score"]),
        provisional=report["provisional"], run=_run(sheet), labs=labs, others=cut(others, 200))


def write_sheet(path, page):
    """Writes the page of the sheet in the file `path`."""
    save(render(read_sheet(path)), page)
