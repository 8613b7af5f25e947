"""report.json, read and checked: every value that the page uses is there and has its type, every text can be shown.

Nothing here knows HTML. A file that does not hold the record raises BadReport with the place of the first mistake.
"""

import json
import os
import re

SCHEMA = "memgrade/report/v1"
SHEET_SCHEMA = "memgrade/checkoff/v1"
STATUSES = ("pass", "partial", "fail", "crash", "timeout", "skipped", "pending", "infra_error")


class _Maybe:
    """A value that may be null or missing."""

    def __init__(self, shape):
        self.shape = shape


_FIGURE = {"kind": ("hot_pages",), "scans": [[int]], "regions": [{"name": str, "first": int, "last": int}], "cut": bool}
_CHECK = {
    "check": str, "title": str, "status": str, "fraction": float, "weight": float, "gate": bool, "cap": float,
    "expected": str, "observed": str, "message": str, "detail": str, "hint": str, "visibility": str,
    "figure": _Maybe(_FIGURE),
}
_DIAGNOSTIC = {"file": str, "line": int, "column": int, "severity": str, "message": str, "option": str}
_MARK = {
    "points": float, "by": str, "at": str, "late": bool, "note": str, "feedback": str, "older_than_code": bool,
}
_TASK = {
    "task": str, "title": str, "status": STATUSES, "score": float, "max_score": float, "informational": bool,
    "message": str, "checks": [_CHECK], "notes": [str], "staff_notes": [str], "commands": [str],
    "diagnostics": [_DIAGNOSTIC], "questions": [str], "mark": _Maybe(_MARK), "evidence": str,
    "inputs": _Maybe([str]),
}
_LAB = {
    "lab": str, "title": str, "score": float, "max_score": float, "source": str, "notes": [str], "tasks": [_TASK],
    "account": _Maybe([str]), "undecided": _Maybe(bool),
}
_MEMBER = {"id": str, "name": str, "share": float}
_STUDENT = {"id": str, "name": str, "members": [_MEMBER], "late": bool}
_REPORT = {
    "schema": str, "student": _STUDENT, "score": float, "max_score": float, "provisional": bool, "labs": [_LAB],
    "notes": [str], "environment": dict, "timing": dict,
}
_QUESTION = {"text": str, "file": str, "line": int, "code": str}
_SHEET = {"run": str, "report": _REPORT, "questions": [[_QUESTION]]}

# Terminal sequences go as a whole; other control characters, the marks that turn the direction of text round, and
# halves of surrogate pairs become U+FFFD.
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\))")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class BadReport(Exception):
    """report.json cannot be read as a report; the text is for a person."""


def clean(text):
    """The text as a page may show it."""
    return _CONTROL.sub("\ufffd", _SEQUENCE.sub("", text.replace("\r\n", "\n")))


def _read(value, shape, place):
    """`value` cleaned, with exactly the keys of `shape`; keys that are not known are left out."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise BadReport(f"{place}: not an object")
        return {key: _read(_item(value, key, part, place), part, f"{place}.{key}") for key, part in shape.items()}
    if isinstance(shape, _Maybe):
        return None if value is None else _read(value, shape.shape, place)
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise BadReport(f"{place}: not a list")
        return [_read(item, shape[0], f"{place}[{at}]") for at, item in enumerate(value)]
    if isinstance(shape, tuple):
        if value not in shape:
            raise BadReport(f"{place}: not one of {', '.join(shape)}")
        return value
    return _read_leaf(value, shape, place)


def _item(value, key, shape, place):
    if key not in value:
        if isinstance(shape, _Maybe):
            return None
        raise BadReport(f"{place}: no {key!r}")
    return value[key]


def _read_leaf(value, kind, place):
    if kind is dict:
        if not isinstance(value, dict):
            raise BadReport(f"{place}: not an object")
        return _clean_all(value)
    if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value)
        if number != number or number in (float("inf"), float("-inf")):
            raise BadReport(f"{place}: not a finite number")
        return number
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise BadReport(f"{place}: not a {'number' if kind in (int, float) else 'text' if kind is str else 'truth value'}")
    return clean(value) if kind is str else value


def _clean_all(value):
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): _clean_all(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean_all(item) for item in value]
    return value


def read_record(run_dir):
    """The report in run_dir/report.json."""
    if not os.path.isdir(run_dir):
        raise BadReport(f"{run_dir}: no such directory")
    path = os.path.join(run_dir, "report.json")
    return _read(_load(path, SCHEMA), _REPORT, path)


def read_sheet(path):
    """What a check-off sheet is made of: a report, and for each of its labs the student's own questions."""
    sheet = _read(_load(path, SHEET_SCHEMA), _SHEET, path)
    if len(sheet["questions"]) != len(sheet["report"]["labs"]):
        raise BadReport(f"{path}: questions for another number of labs")
    return sheet


def _load(path, expected):
    """The JSON of a file that says it has this schema."""
    try:
        with open(path, "rb") as file:
            value = json.loads(file.read())
    except FileNotFoundError:
        raise BadReport(f"{path}: no such file; is this a directory that a run was written to?") from None
    except (ValueError, RecursionError) as problem:
        raise BadReport(f"{path}: not JSON: {problem}") from None
    schema = value.get("schema") if isinstance(value, dict) else None
    if schema != expected:
        found = clean(json.dumps(schema))[:80]
        raise BadReport(f"{path}: schema is {found}, this program reads {expected!r}")
    return value
