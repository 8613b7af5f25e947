#!/usr/bin/python3
"""Module labs in real Linux guests: references on every kernel, files in the course's framework, starter code, bad input."""

import pathlib
import sys
import tempfile

import support

KERNELS = ("5.10", "6.1", "6.12")
COURSE = support.ROOT / "cases" / "ktest" / "course"


def task_of(report, name):
    return next(task for lab in report["labs"] for task in lab["tasks"] if task["task"] == name)


def problems(report):
    """What did not pass, for a person."""
    if report is None:
        return "no report"
    return "\n".join(f"{task['task']}: {task['status']} {task['message']} " + "; ".join(
        f"{check['title']}: {check['message']}" for check in task["checks"] if check["status"] != "pass")
        for lab in report["labs"] for task in lab["tasks"] if task["status"] not in ("pass", "pending")) + str(
            [lab["notes"] for lab in report["labs"]])


def check_references(ktap):
    for kernel in KERNELS:
        run, report = support.grade(support.ROOT / "kmod" / "ktest", "--kernel", kernel, timeout_s=900)
        good = report is not None and support.has_full_marks(report) and report["score"] == 5
        ktap.result(good, f"ktest: the reference has 5 of 6 points on {kernel}, one is a person's",
                    run.err + problems(report))
        if good:
            lab = report["labs"][0]
            ktap.result(lab["kernel"].startswith(kernel) and lab["accelerator"] in ("tcg", "kvm"),
                        f"ktest: the report says that it was {kernel}", str(lab.get("kernel")))
    for lab in ("helloworld", "sysfs_test"):
        run, report = support.grade(support.ROOT / "kmod" / lab, timeout_s=600)
        ktap.result(report is not None and report["score"] == report["max_score"], f"{lab}: the reference has full marks",
                    run.err + problems(report))


def check_starter(ktap):
    for lab in ("ktest", "helloworld", "sysfs_test"):
        with tempfile.TemporaryDirectory(prefix="memgrade-skeleton-") as scratch:
            place = pathlib.Path(scratch) / lab
            made = support.Run("skeleton", lab, place)
            _, report = support.grade(place, timeout_s=900) if made.status == 0 else (None, None)
        tasks = [] if report is None else [task for one in report["labs"] for task in one["tasks"]]
        earned = [task["task"] for task in tasks if task["score"] > 0]
        ktap.result(bool(tasks) and not earned, f"{lab}: starter code earns nothing", f"{made.err}{earned}")


def check_course_files(ktap):
    run, report = support.grade(COURSE / "right", timeout_s=900)
    good = report is not None and support.has_full_marks(report)
    ktap.result(good, "a right file in the course's framework has full marks", run.err + problems(report))
    notes = "\n".join(note for lab in report["labs"] for note in lab["notes"]) if report else ""
    ktap.result(all(word in notes for word in ("output-file", "address-of-follow-page", "memcg-of-page")),
                "the report names every edit of a student's file", notes)
    _, report = support.grade(COURSE / "wrong-1", timeout_s=900)
    ktap.result(report is not None and all(task_of(report, name)["status"] != "pass" for name in
                                           ("func2-hot-pages", "func4-data", "func5-code")),
                "pages that are never given back and segments by whole pages are found", problems(report))
    _, report = support.grade(COURSE / "wrong-2", timeout_s=900)
    crashed = report is not None and task_of(report, "func2-hot-pages")
    detail = str(crashed and [check["detail"] for check in crashed["checks"]])
    ktap.result(crashed and crashed["status"] == "crash" and "ktest.c:" in detail and ">" in detail,
                "an oops names the line of the student's file, and shows it", detail)
    ktap.result(report is not None and task_of(report, "func3-page-table")["status"] != "pass",
                "a PFN that was taken from follow_page is found", problems(report))


def check_bad_input(ktap):
    reference = (support.ROOT / "kmod" / "helloworld" / "helloworld.c").read_text()
    with tempfile.TemporaryDirectory(prefix="memgrade-bad-") as scratch:
        student = pathlib.Path(scratch) / "student"
        student.mkdir()
        (student / "helloworld.c").write_text(reference)
        marker = pathlib.Path(scratch) / "made"
        (student / "Makefile").write_text(f"$(shell touch {marker})\nall:\n\ttouch {marker}\n")
        (student / "Kbuild").write_text("$(error never)\n")
        _, report = support.grade(student, timeout_s=600)
        notes = str(report and report["labs"][0]["notes"])
        ktap.result(report is not None and report["score"] == 1 and not marker.exists() and "protected" in notes,
                    "a Makefile and a Kbuild of the student's are not used, and the report says so", notes)
        (student / "helloworld.c").write_text("#error not yet\n")
        _, report = support.grade(student, timeout_s=600)
        ktap.result(report is not None and report["score"] == 0 and
                    any(found["file"] == "helloworld.c" for task in report["labs"][0]["tasks"]
                        for found in task["diagnostics"]), "what does not build says where", problems(report))
        other = pathlib.Path(scratch) / "other"
        other.mkdir()
        (other / "lab3.c").write_text((support.ROOT / "kmod/sysfs_test/sysfs_test.c").read_text())
        _, report = support.grade(other, timeout_s=600)
        notes = str(report and report["labs"][0]["notes"])
        ktap.result(report is not None and report["score"] == 1 and "lab3.c holds the one module" in notes,
                    "one file of another name is taken, and the report says so", notes + problems(report))
        (other / "lab4.c").write_text((other / "lab3.c").read_text())
        _, report = support.grade(other, timeout_s=600)
        notes = str(report and report["labs"][0]["notes"])
        ktap.result(report is not None and report["score"] == 0 and "lab3.c, lab4.c" in notes,
                    "of several files none is taken, and the report names them", notes)
        (student / "helloworld.c").unlink()
        (student / "helloworld.c").symlink_to("/etc/passwd")
        run, report = support.grade(student, timeout_s=600)
        ktap.result(run.status in (0, 4) and "root:" not in run.out, "a link in the place of the file is not followed",
                    run.out[-500:])
        run = support.Run("--student", support.ROOT / "kmod" / "helloworld", "--kernel", "4.4", "--out",
                          pathlib.Path(scratch) / "out")
        ktap.result(run.status in (2, 3) and "4.4" in run.out + run.err, "a kernel that is not known is an error",
                    f"{run.status} {run.out} {run.err}")


def main():
    ktap = support.Ktap()
    check_references(ktap)
    check_starter(ktap)
    check_course_files(ktap)
    check_bad_input(ktap)
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
