#!/usr/bin/python3
"""Runs the job files of docs/ci as their platforms would, on submissions that should pass and fail; prints KTAP.

Every `run:` and `script:` step runs in its order, in a clean directory, with the variables that the platform sets. A clone of this
repository's last commit stands in for the URL, and a repository made from a directory for the student's.
The actions (checkout, upload-artifact) and the containers are stood in for; nothing is sent anywhere. What the first job
clones is not compiled again: a hook of Git's puts the programs that are being tested into the clone.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "harness" / "tests"))
import unittest_ktap  # noqa: E402  (beside the folder of this script)

GITHUB, GITLAB = (ROOT / "docs/ci" / name for name in ("github-actions.yml", "gitlab-ci.yml"))
WORK = ROOT / "build/check/ci_jobs"
STEP_TIMEOUT_S = 1200
# What the reference is graded on: everything, or where that takes too long one task.
REFERENCE_LAB = "" if os.environ.get("MEMGRADE_CHECK") == "full" else "vmsim/fifo-256"
TEMPLATE = WORK / "template"
# Git runs it in the clone: `grade` finds its build there, newer than every source.
AFTER_CHECKOUT = f"""#!/bin/sh
mkdir -p build/release
cp "{ROOT}"/build/dev/memgrade "{ROOT}"/build/dev/memgrade-* build/release/
touch build/release.stamp
"""
BROKEN = {"vm.c": "#include <stdio.h>\n\nint main(void) {\n  return undeclared_name;\n}\n"}
# Prints what a runner would obey, to see that it does not.
FORGED = ("::error file=vm.c,line=1::forged", "::add-mask::forged", "::set-output name=a::forged", "::endgroup::forged")
FORGER = {"vm.c": "#include <stdio.h>\nint main(void) {\n" + "".join(
    f'  puts("{line}");\n  fputs("\\n{line}\\n", stderr);\n' for line in FORGED) + "  return 0;\n}\n"}


def git(*words, directory):
    identity = ["-c", "user.name=Student", "-c", "user.email=student@example.org"]
    subprocess.run(["git", *identity, *words], cwd=directory, check=True, capture_output=True)


class Ended:
    """What a job left: its status, its log, the artifacts' folder and GitHub's summary."""

    def __init__(self, status, log, artifacts, summary=""):
        self.status, self.log, self.artifacts, self.summary = status, log, artifacts, summary


def environment(folder, variables, platform):
    """A runner's: PATH, a home of its own, the job's variables with the URL replaced, and the platform's."""
    ours = {"MEMGRADE_URL": str(ROOT), "MEMGRADE_HOME": str(WORK / "memgrade"),
            "MEMGRADE_REVISION": subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, text=True,
                                                capture_output=True).stdout.strip()}
    cache = os.environ.get("CCACHE_DIR", str(Path.home() / ".cache/ccache"))
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "CI": "true", "CCACHE_DIR": cache,
            "GIT_TEMPLATE_DIR": str(TEMPLATE),
            **variables, **ours, **platform}


def run_shell(script, options, directory, variables):
    """One step, and what it printed; the shell is called as the runner calls it."""
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(["bash", "--noprofile", "--norc", *options, file.name], cwd=directory, env=variables,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", timeout=STEP_TIMEOUT_S, check=False)
    return done.returncode, done.stdout


def run_github(student, folder, lab=""):
    """The workflow's job as an Actions runner does it, for a pull request."""
    job = yaml.safe_load(GITHUB.read_text())
    workspace, temp, summary = folder / "workspace", folder / "temp", folder / "summary.md"
    workspace.mkdir()
    temp.mkdir()
    summary.touch()
    variables = environment(folder, job["env"], {
        "LAB": lab, "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(workspace), "RUNNER_TEMP": str(temp),
        "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_REF": "refs/pull/1/merge", "GITHUB_REPOSITORY": "course/student"})
    status, log, artifacts = 0, "", None
    for step in job["jobs"]["grade"]["steps"]:
        if step.get("if") not in (None, "always()"):
            raise ValueError(f"this test does not know the condition {step['if']}")
        if status and "if" not in step:
            continue
        if "run" in step:
            if "${{" in step["run"]:
                raise ValueError("an expression inside a script: a title or a branch name could become a command")
            code, output = run_shell(step["run"], ["-eo", "pipefail"], workspace, variables)
            status, log = status or code, log + output
        elif step["uses"].startswith("actions/checkout@"):
            git("clone", "-q", str(student), str(workspace), directory=folder)
        elif step["uses"].startswith("actions/upload-artifact@"):
            artifacts = folder / "artifacts"
            uploaded = workspace / step["with"]["path"]
            if not uploaded.is_dir():
                raise FileNotFoundError(f"{uploaded}; the log is:\n{log}")
            shutil.copytree(uploaded, artifacts, symlinks=True)
        else:
            raise ValueError(f"this test does not know {step['uses']}")
    return Ended(status, log, artifacts, summary.read_text())


def run_gitlab(student, folder, lab=""):
    """The job as a GitLab runner does it: before_script and script are one script."""
    file = yaml.safe_load(GITLAB.read_text())
    job, project = file["grade"], folder / "project"
    git("clone", "-q", str(student), str(project), directory=folder)
    variables = environment(folder, file["variables"], {
        "LAB": lab, "GITLAB_CI": "true", "CI_PROJECT_DIR": str(project), "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_JOB_ID": "1", "CI_COMMIT_REF_SLUG": "main"})
    script = "\n".join(["set -eo pipefail", *job["before_script"], *job["script"]])
    status, log = run_shell(script, [], project, variables)
    if job["artifacts"]["when"] != "always":
        raise ValueError("the artifacts of a failing job must be kept")
    artifacts = folder / "artifacts"
    for path in [*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]]:
        if not (project / path).exists():
            raise FileNotFoundError(f"{project / path}; the log is:\n{log}")
    shutil.copytree(project / job["artifacts"]["paths"][0], artifacts, symlinks=True)
    return Ended(status, log, artifacts)


def obeyed(log):
    """The workflow commands that a runner would obey: lines that begin with :: outside stop-commands."""
    token, commands = None, []
    for line in log.splitlines():
        line = line.lstrip()
        if token is not None:
            token = None if line.startswith(f"::{token}::") else token
        elif match := re.match(r"::stop-commands::(.+)$", line):
            token = match[1]
        elif re.match(r"::[\w-]+[^:]*::", line) or line.startswith("##["):
            commands.append(line)
    return commands, token is None


class Jobs(unittest.TestCase):
    """The first job clones memgrade; the others find it in MEMGRADE_HOME."""

    @classmethod
    def setUpClass(cls):
        if not (ROOT / ".git").exists():
            raise unittest.SkipTest("this tree is no clone, so there is nothing to clone")
        confined = subprocess.run(["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"], check=False,
                                  capture_output=True, text=True)
        if confined.returncode:
            raise unittest.SkipTest(f"bubblewrap does not work here: {confined.stderr.strip()}")
        shutil.rmtree(WORK, ignore_errors=True)
        (TEMPLATE / "hooks").mkdir(parents=True)
        hook = TEMPLATE / "hooks/post-checkout"
        hook.write_text(AFTER_CHECKOUT)
        hook.chmod(0o755)

    def student(self, folder, files):
        """A repository of these files; None means the reference of the lab vmsim."""
        student = folder / "student"
        student.mkdir()
        if files is None:
            archive = subprocess.run(["git", "archive", "HEAD:vmsim"], cwd=ROOT, check=True, capture_output=True)
            subprocess.run(["tar", "x"], cwd=student, input=archive.stdout, check=True)
        for name, text in (files or {}).items():
            (student / name).write_text(text)
        git("init", "-q", directory=student)
        git("add", "-A", directory=student)
        git("commit", "-q", "-m", "Hand in", directory=student)
        return student

    def run_job(self, run, files):
        folder = Path(tempfile.mkdtemp(prefix="job-", dir=WORK))
        ended = run(self.student(folder, files), folder, REFERENCE_LAB if files is None else "")
        reports = {"report.json", "report.html", "report.md", "junit.xml"}
        for name in reports:
            self.assertTrue((ended.artifacts / name).exists(), f"no {name} among the artifacts:\n{ended.log}")
        self.assertNotIn("building (", ended.log)
        # What only staff may see stays with the runner; the inputs are those that the student's report names.
        self.assertLessEqual({path.name for path in ended.artifacts.iterdir()}, {*reports, "inputs"})
        return ended

    def assert_graded(self, ended, status):
        self.assertEqual(ended.status, status, ended.log)
        root = xml.etree.ElementTree.parse(ended.artifacts / "junit.xml").getroot()
        tests = list(root.iter("testcase"))
        self.assertGreater(len(tests), 1)
        self.assertEqual(bool(list(root.iter("failure"))), status != 0)
        self.assertEqual(list(root.iter("error")), [])
        self.assertIn("<html", (ended.artifacts / "report.html").read_text())

    def test_github_passes_the_reference(self):
        ended = self.run_job(run_github, None)
        self.assert_graded(ended, 0)
        self.assertEqual([line for line in obeyed(ended.log)[0] if line.startswith("::error")], [])
        self.assertEqual(ended.summary, (ended.artifacts / "report.md").read_text())

    def test_github_fails_a_program_that_does_not_compile_at_its_line(self):
        ended = self.run_job(run_github, BROKEN)
        self.assert_graded(ended, 1)
        commands, closed = obeyed(ended.log)
        self.assertTrue(closed)
        self.assertTrue(any(re.match(r"::error file=vm\.c,line=4,", line) for line in commands), ended.log)
        self.assertEqual(ended.summary, (ended.artifacts / "report.md").read_text())

    def test_github_obeys_nothing_that_a_program_prints(self):
        ended = self.run_job(run_github, FORGER)
        self.assert_graded(ended, 1)
        commands, closed = obeyed(ended.log)
        self.assertTrue(closed)
        self.assertTrue(commands)
        for line in commands:
            self.assertRegex(line, r"^::(error|warning) (file|title)=")
            self.assertFalse(line.startswith(FORGED), line)

    def test_gitlab_passes_the_reference(self):
        self.assert_graded(self.run_job(run_gitlab, None), 0)

    def test_gitlab_fails_a_program_that_does_not_compile(self):
        self.assert_graded(self.run_job(run_gitlab, BROKEN), 1)


class Files(unittest.TestCase):
    """What makes the workflow safe on pull requests of forks, read from the file."""

    def setUp(self):
        self.text = GITHUB.read_text()
        self.job = yaml.safe_load(self.text)

    def test_no_rights_and_no_secrets(self):
        events = self.job[True]  # YAML 1.1 reads the key `on` as true
        self.assertEqual(set(events), {"push", "pull_request", "workflow_dispatch"})
        self.assertEqual(self.job["permissions"], {"contents": "read"})
        self.assertNotIn("secrets.", self.text)
        self.assertNotIn("permissions", self.job["jobs"]["grade"])

    def test_actions_are_the_platforms_own_and_pinned(self):
        used = [step for step in self.job["jobs"]["grade"]["steps"] if "uses" in step]
        self.assertEqual(len(used), 2)
        for step in used:
            self.assertRegex(step["uses"], r"^actions/(checkout|upload-artifact)@[0-9a-f]{40}$")
        self.assertIs(used[0]["with"]["persist-credentials"], False)

    def test_everything_has_a_deadline(self):
        self.assertLessEqual(self.job["jobs"]["grade"]["timeout-minutes"], 60)
        self.assertIn("cancel-in-progress", self.job["concurrency"])
        self.assertIn("timeout", yaml.safe_load(GITLAB.read_text())["grade"])


if __name__ == "__main__":
    sys.exit(unittest_ktap.run(unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])))
