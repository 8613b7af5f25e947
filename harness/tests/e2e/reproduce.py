#!/usr/bin/python3
"""The commands that a report prints reproduce what it tells, in a folder with the program and the report's inputs.

A small vm.c with one mistake (bytes without their sign) is called by options, by fixed names and by standard input. Each
command of a student's report is executed by a shell where nothing but the program and the folder `inputs` of that report
stands, and must print what the graded run printed; the shortened traces must show what their checks say.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

import support

BASE = support.ROOT / "cases/vmsim/dialects/base.c"
MISTAKE = ("static signed char memory", "static unsigned char memory")
OPTIONS = """int main(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "n:p:")) != -1) {
		if (option == 'n')
			frames_n = atoi(optarg);
		else
			is_lru = !strcmp(optarg, "lru");
	}
	return run(FILES);
}
"""
HABITS = {
    "by options": ("argv[optind], argv[optind + 1]", ()),
    "by fixed names": ('"BACKING_STORE.bin", "addresses.txt"', ()),
    "by other names": ('"store.bin", "addresses.txt"', ()),
    "by standard input": ("argv[optind], NULL", (('*trace = fopen(trace_name, "r")',
                                                 '*trace = trace_name ? fopen(trace_name, "r") : stdin'),)),
}
TASKS = ("own-data", "odd-inputs", "random")


def source(habit):
    files, edits = HABITS[habit]
    text = BASE.read_text()
    for old, new in (MISTAKE, *edits, ("/* main */", OPTIONS.replace("FILES", files))):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def printed_by(command, folder):
    done = subprocess.run(["sh", "-c", command], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                          check=False)
    return done.stdout.decode("utf-8", "replace")


def number_at_the_end(line):
    return int(re.search(r"(-?\d+)\s*$", line).group(1))


def wrong_runs(task, out, folder):
    """What is wrong with the commands of a task's runs."""
    if not task["commands"]:
        return [f"{task['task']}: no command"]
    stored = {path.read_text() for path in (out / "evidence/vmsim" / task["task"]).glob("*/stdout.txt")}
    return [f"{task['task']}: {command} prints what no run printed" for command in task["commands"]
            if printed_by(command, folder) not in stored]


def wrong_details(task, folder):
    """What is wrong with the commands beside shortened traces: the value that is told must be printed."""
    told = [check for check in task["checks"] if check["status"] != "pass" and "command: " in check["detail"]]
    if not told:
        return [f"{task['task']}: no check tells a command"]
    wrong = []
    for check in told:
        command = re.search(r"^command: (.*)$", check["detail"], re.MULTILINE).group(1)
        values = [number_at_the_end(line) for line in printed_by(command, folder).splitlines() if "Value:" in line]
        if int(check["observed"]) not in values or int(check["expected"]) in values:
            wrong.append(f"{check['title']}: {command} prints {values}, told is {check['observed']}")
    return wrong


def complaints(habit):
    with tempfile.TemporaryDirectory(prefix="memgrade-reproduce-") as scratch:
        scratch = pathlib.Path(scratch)
        student, out, folder = scratch / "student", scratch / "out", scratch / "by hand"
        student.mkdir()
        (student / "vm.c").write_text(source(habit))
        selected = [word for task in TASKS for word in ("--lab", f"vmsim/{task}")]
        run = support.Run("--student", student, *selected, "--out", out, "--json")
        if run.status != 0:
            return [f"exit status {run.status}: {run.err}"]
        tasks = {task["task"]: task for task in run.json["labs"][0]["tasks"]}
        support.copy_tree(out / "student/inputs", folder / "inputs")
        subprocess.run(["gcc", "-w", "-O1", "-o", folder / "vm", student / "vm.c"], check=True)
        wrong = [f"{name}: passed, though its values are wrong" for name in TASKS if tasks[name]["status"] == "pass"]
        wrong += wrong_runs(tasks["own-data"], out, folder) + wrong_runs(tasks["odd-inputs"], out, folder)
        return wrong + wrong_details(tasks["random"], folder)


def main():
    ktap = support.Ktap()
    for habit in HABITS:
        wrong = complaints(habit)
        ktap.result(not wrong, habit, "\n".join(wrong))
    return ktap.finish()


if __name__ == "__main__":
    sys.exit(main())
