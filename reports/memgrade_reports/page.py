"""The report of one student as one HTML file that needs nothing else: no script, no font, no picture from outside.

The same report.json gives the same bytes. Every text of the report passes through Jinja's autoescape; the only
addresses are fragments of the page and relative links to the evidence.
"""

import base64
import math
import os
import re
import tempfile
from urllib.parse import quote

import jinja2

from memgrade_reports.record import read_record

MAX_DETAIL_LINES = 2000  # of one check: past it the page is no help, and slow on a phone
STATUS_WORDS = {"infra_error": "not observed"}
SYMBOLS = {
    "pass": "✓", "partial": "~", "fail": "✗", "crash": "✗", "timeout": "✗", "skipped": "–", "pending": "?",
    "infra_error": "!",
}


def points(value):
    """At most two decimals, as in the other reports: "1.5", "0.33"."""
    rounded = math.floor(abs(value) * 100 + 0.5) / 100
    return f"{math.copysign(rounded, value) if rounded else 0:.2f}".rstrip("0").rstrip(".")


def evidence_link(path):
    """A relative address below the report, or "" for a path that leads elsewhere."""
    parts = path.split("/")
    if not path or path.startswith("/") or "\\" in path or ".." in parts or ":" in parts[0]:
        return ""
    return quote(path)


def detail_lines(text):
    """(kind, line) of a check's detail; kind is "add" or "del" for the lines of a diff."""
    kinds = {"+": "add", "-": "del"}
    lines = text.rstrip("\n").split("\n") if text.strip() else []
    shown = [(kinds.get(line[:1], ""), line) for line in lines[:MAX_DETAIL_LINES]]
    if len(lines) > MAX_DETAIL_LINES:
        shown.append(("", f"… {len(lines) - MAX_DETAIL_LINES} lines more, in report.json"))
    return shown


def _remarks(check):
    found = []
    if check["status"] != "pass" and check["gate"]:
        if check["cap"] < 1:  # else it only follows from another check, which limits the task
            found.append(f"limits the task to {points(check['cap'] * 100)} %")
    elif check["status"] != "pass" and check["fraction"] > 0:
        found.append(f"{points(check['fraction'] * 100)} % right")
    if check["visibility"] != "visible":
        found.append("staff only")
    return found


def picture_of(figure, title):
    """(address, caption) of what is drawn beside a check: the picture itself, as a data: address; "" when it cannot be drawn."""
    regions = [(one["name"], one["first"], one["last"]) for one in figure["regions"]]
    scans = figure["scans"]
    caption = f"{title}: {_counted(len(scans), 'scan')}{', later ones left out' if figure['cut'] else ''}"
    try:
        from plot import hot_pages  # loads matplotlib, which few reports need
        drawn = hot_pages.picture(scans, regions, "Pages that were used, scan by scan")
    except ImportError as problem:
        return "", f"{caption}: not drawn, because {problem.name or 'a library'} is missing (python3-matplotlib)"
    return "data:image/png;base64," + base64.b64encode(drawn).decode("ascii"), caption


def _check_view(check):
    figure = check["figure"]
    drawn = picture_of(figure, check["title"]) if figure and figure["scans"] else None
    return {**check, "picture": drawn, "title": check["title"].strip() or check["check"], "remarks": _remarks(check),
            "lines": detail_lines(check["detail"])}


def _finding(task, failed):
    """What a row of the table says about a task that lost points: one sentence."""
    if task["message"]:
        return task["message"]
    if failed:
        return f"{failed[0]['title']}: {failed[0]['message']}" if failed[0]["message"] else failed[0]["title"]
    return ""


def mark_line(mark):
    """Who marked a task and when, as in the other reports."""
    at = mark["at"]
    when = f"{at[:10]} at {at[11:16]} UTC" if re.fullmatch(r".{10}T.{8}Z", at) else at
    return f"marked by {mark['by']} on {when}{', late' if mark['late'] else ''}"


def _mark_remarks(mark):
    found = []
    if mark["older_than_code"]:
        found.append("the mark is older than the code: the submission has changed since")
    if mark["feedback"]:
        found.append(f"feedback: {mark['feedback']}")
    if mark["note"]:
        found.append(f"note, staff only: {mark['note']}")
    return found


def _task_view(task, anchor):
    checks = [_check_view(check) for check in task["checks"]]
    failed = [check for check in checks if check["status"] != "pass"]
    unknown = task["status"] in ("pending", "infra_error")
    if task["informational"]:
        score = "not counted"
    elif task["max_score"] == 0 and task["score"] == 0:
        score = "no points"
    else:
        score = f"{'?' if unknown else points(task['score'])} / {points(task['max_score'])}"
    return {
        **task, "anchor": anchor, "title": task["title"].strip() or task["task"], "failed": failed,
        "passed": [check for check in checks if check["status"] == "pass"],
        "words": STATUS_WORDS.get(task["status"], task["status"]), "symbol": SYMBOLS[task["status"]],
        "points": score, "finding": _finding(task, failed), "open": task["status"] != "pass" or bool(failed),
        "link": evidence_link(task["evidence"]), "unknown": unknown,
        "mark": task["mark"] and {**task["mark"], "line": mark_line(task["mark"]), "remarks": _mark_remarks(task["mark"])},
    }


def segments(tasks, width=1000.0, gap=6.0):
    """The bar of a lab: one piece a task, as long as its points, filled as far as they were earned."""
    counted = [task for task in tasks if task["max_score"] > 0 and not task["informational"]]
    total = sum(task["max_score"] for task in counted)
    room = width - gap * max(len(counted) - 1, 0)
    pieces, x = [], 0.0
    for task in counted:
        length = room * task["max_score"] / total
        share = 0 if task["unknown"] else min(max(task["score"] / task["max_score"], 0), 1)
        pieces.append({"x": f"{x:.1f}", "width": f"{length:.1f}", "filled": f"{length * share:.1f}",
                       "status": task["status"], "unknown": task["unknown"],
                       "text": f"{task['title']}: {task['points']}"})
        x += length + gap
    return pieces


def _lab_view(lab, number):
    tasks = [_task_view(task, f"t{number}-{at}") for at, task in enumerate(lab["tasks"], 1)]
    return {**lab, "anchor": f"lab{number}", "tasks": tasks, "segments": segments(tasks),
            "title": lab["title"].strip() or lab["lab"],
            "points": f"{points(lab['score'])} / {points(lab['max_score'])}"}


def _tally(labs):
    counted = [task for lab in labs for task in lab["tasks"] if not task["informational"]]
    return [{"status": status, "symbol": symbol, "words": STATUS_WORDS.get(status, status),
             "count": sum(task["status"] == status for task in counted)}
            for status, symbol in SYMBOLS.items() if any(task["status"] == status for task in counted)]


def _counted(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _provisional(report, labs):
    if not report["provisional"]:
        return ""
    tasks = [task for lab in labs for task in lab["tasks"]]
    pending = sum(task["status"] == "pending" for task in tasks)
    unobserved = sum(task["status"] == "infra_error" for task in tasks)
    reasons = []
    if pending:
        reasons.append(f"{_counted(pending, 'task')} still to be marked by a person")
    if unobserved:
        reasons.append(f"{_counted(unobserved, 'task')} not observed through no fault of the submission, which costs"
                       " no points")
    reasons += [f"a person must say which work is meant for {lab['lab']}" for lab in labs if lab["undecided"]]
    return "; ".join(reasons)


def flatten(value, prefix=""):
    """(name, text) of every leaf of a JSON object: the tables of the environment and of the timing."""
    if isinstance(value, dict):
        items = [(f"{prefix}{' · ' if prefix else ''}{key}", item) for key, item in value.items()]
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        items = [(f"{prefix} {at}", item) for at, item in enumerate(value, 1)]
    else:
        return [(prefix, _leaf(value))]
    return [row for name, item in items for row in flatten(item, name)]


def _leaf(value):
    if isinstance(value, list):
        return ", ".join(_leaf(item) for item in value)
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "–"}[value]
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def template(name):
    """One of templates/; every text that is put into it is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True)
    return environment.get_template(name)


def render(report):
    """The page, as text, of a record that read_record() returned."""
    labs = [_lab_view(lab, number) for number, lab in enumerate(report["labs"], 1)]
    student = report["student"]
    share = report["score"] / report["max_score"] if report["max_score"] > 0 else 0
    return template("report.html.j2").render(
        report=report, labs=labs, name=student["name"].strip() or student["id"].strip() or "(no name)",
        student=student, members=[{**member, "share": points(member["share"])} for member in student["members"]],
        score=points(report["score"]), max_score=points(report["max_score"]),
        filled=f"{100 * min(max(share, 0), 1):.1f}", tally=_tally(labs), provisional=_provisional(report, labs),
        settings=flatten(report["environment"]), timing=flatten(report["timing"]))


def write_page(run_dir):
    """Writes run_dir/report.html."""
    save(render(read_record(run_dir)), os.path.join(run_dir, "report.html"))


def save(text, path):
    """Writes the file: the old content or the new one, never a part."""
    directory, name = os.path.split(path)
    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=directory or ".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
