#!/usr/bin/python3
"""The launchers `grade` and `check` in a made-up tree: a tiny program stands in for memgrade, and commands that
only write down how they were called for dpkg-query, apt-get and sudo. Nothing is installed; it prints KTAP."""
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "harness" / "tests"))
import unittest_ktap  # noqa: E402  (beside the folder of this script)

NOBODY = 65534
PRESETS = """{"version": 6, "configurePresets": [
  {"name": "release", "generator": "Ninja", "binaryDir": "${sourceDir}/build/release"},
  {"name": "dev", "generator": "Ninja", "binaryDir": "${sourceDir}/build/dev"}],
 "buildPresets": [{"name": "release", "configurePreset": "release"}, {"name": "dev", "configurePreset": "dev"}]}"""
CMAKE = """cmake_minimum_required(VERSION 3.25)
project(trial LANGUAGES CXX)
add_executable(memgrade harness/main.cpp)
"""
MAIN = """#include <cstdio>
#include <cstdlib>
int main(int count, char** words) {
  std::printf("%s\\n", std::getenv("MEMGRADE_ROOT"));
  for (int i = 1; i < count; i++) std::printf("[%s]\\n", words[i]);
  return 7;
}
"""
# What stands in for the commands of the distribution; $FAKES is their folder.
FAKES = {
    "dpkg-query": """
while IFS= read -r name; do
  grep -qx "$name" "$FAKES/absent" || echo "installed $name"
done < <(printf '%s\\n' "${@:4}")""",
    "apt-get": """
echo "$*" >>"$FAKES/calls"
if [[ -s $FAKES/failures ]]; then
  sed -i 1d "$FAKES/failures"
  echo "E: the mirror is out"
  exit 100
fi
[[ " $* " != *" install "* ]] || : >"$FAKES/absent" """,
    "sudo": """
[[ -e $FAKES/no-password ]] || exit 1
echo "sudo" >>"$FAKES/calls"
shift
exec "$@" """,
    "apt-cache": """grep -qx "$2" "$FAKES/known" && printf '%s:\\n  Installed: (none)\\n  Candidate: 1.0\\n' "$2" """,
    "sleep": "exit 0",
}


class Tree(unittest.TestCase):
    """A tree with the launchers and a folder of fakes, both in a path with a space."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="memgrade trial ")
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        self.root, self.fakes = Path(folder.name, "the tree"), Path(folder.name, "fakes")
        self.calls = self.fakes / "calls"
        for name in ("grade", "check", "cmake/provide.sh", "cmake/packages.txt", "harness/tests/tally.py"):
            target = self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        for name, text in (("CMakeLists.txt", CMAKE), ("CMakePresets.json", PRESETS), ("harness/main.cpp", MAIN),
                           ("harness/tests/allowed-skips.txt", "one/allowed # not on this machine\n")):
            (self.root / name).write_text(text)
        self.fakes.mkdir()
        for name in ("absent", "known", "failures", "calls"):
            (self.fakes / name).write_text("")
        for name, text in FAKES.items():
            self.write_script(self.fakes / name, text)

    def write_script(self, path, text):
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)

    def environment(self, **more):
        plain = {key: value for key, value in os.environ.items() if key != "CI"}
        return {**plain, "PATH": f"{self.fakes}:{os.environ['PATH']}", "FAKES": str(self.fakes), **more}

    def launch(self, *words, program="grade", directory=None, environment=None, **options):
        return subprocess.run([self.root / program, *words], capture_output=True, text=True, check=False, timeout=240,
                              cwd=directory or self.root, stdin=subprocess.DEVNULL,
                              env=environment or self.environment(), **options)

    def as_nobody(self):
        """Options that run a launcher without root's rights, on a tree that such a user may write to."""
        if os.geteuid() != 0:
            return {}
        for folder, _, files in os.walk(self.root.parent):
            os.chown(folder, NOBODY, NOBODY)
            for file in files:
                os.chown(Path(folder, file), NOBODY, NOBODY)
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


class Grade(Tree):
    def test_builds_runs_and_hands_on_words_and_status(self):
        done = self.launch("--student", "a b/c", directory=self.fakes)
        self.assertEqual((done.returncode, done.stdout), (7, f"{self.root}\n[--student]\n[a b/c]\n"), done.stderr)
        self.assertIn("building (release", done.stderr)

    def test_second_start_says_nothing_and_is_quick(self):
        self.launch()
        times = []
        for _ in range(5):
            started = time.monotonic()
            done = self.launch()
            times.append(time.monotonic() - started)
            self.assertEqual((done.returncode, done.stderr), (7, ""))
        self.assertLess(min(times), 0.2)

    def test_starts_through_a_link(self):
        link = self.fakes / "linked grade"
        link.symlink_to(self.root / "grade")
        done = subprocess.run([link], capture_output=True, text=True, check=False, env=self.environment())
        self.assertEqual((done.returncode, done.stdout), (7, f"{self.root}\n"), done.stderr)

    def test_builds_again_for_sources_and_not_for_tests(self):
        self.launch()
        (self.root / "harness/tests/new_test.cpp").write_text("")
        self.assertEqual(self.launch().stderr, "")
        (self.root / "harness/main.cpp").write_text(MAIN.replace("return 7", "return 8"))
        self.assertEqual(self.launch().returncode, 8)
        (self.root / "cmake/added.cmake").write_text("")
        self.assertIn("building", self.launch().stderr)
        (self.root / "cmake/added.cmake").unlink()
        self.assertIn("building", self.launch().stderr)
        self.assertEqual(self.launch().stderr, "")

    def as_another_user(self):
        """Options that run a launcher as somebody who may read the tree and not write to it."""
        for folder, _, files in os.walk(self.root):
            for name in ("", *files):
                path = Path(folder, name)
                path.chmod(path.stat().st_mode & ~0o222)
                self.addCleanup(path.chmod, path.stat().st_mode | stat.S_IWUSR)
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}

    def age(self):
        """Makes everything older than what dpkg did last; the sources older than what was built."""
        for folder, folders, files in os.walk(self.root):
            for name in ("", *folders, *files):
                built = Path(folder, name).is_relative_to(self.root / "build")
                os.utime(Path(folder, name), (built, built))

    def test_what_another_user_built_is_used_whatever_packages_came_since(self):
        self.launch()
        self.age()
        options = self.as_another_user()
        for _ in range(2):
            done = self.launch(**options)
            self.assertEqual((done.returncode, done.stderr), (7, ""))

    def test_a_library_that_is_gone_is_a_reason_to_build(self):
        self.launch()
        self.age()
        self.write_script(self.fakes / "ldd", "echo 'libgone.so.1 => not found'")
        self.assertIn("building", self.launch().stderr)
        self.age()
        done = self.launch(**self.as_another_user())
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("belongs to another user", done.stderr)

    def test_a_broken_source_is_infrastructure_and_shows_why(self):
        self.launch()
        (self.root / "harness/main.cpp").write_text("int main() { return missing; }\n")
        for _ in range(2):  # the old binary is there, and must not be run
            done = self.launch()
            self.assertEqual((done.returncode, done.stdout), (3, ""))
            self.assertRegex(done.stderr, r"main\.cpp:1:\d+: error: .missing. was not declared")
        (self.root / "harness/main.cpp").write_text(MAIN)
        self.assertEqual(self.launch().returncode, 7)

    def test_two_at_once_build_once(self):
        command = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment())
        both = [subprocess.Popen([self.root / "grade"], **command) for _ in range(2)]
        said = [process.communicate(timeout=240)[1] for process in both]
        self.assertEqual([process.returncode for process in both], [7, 7], said)
        self.assertEqual("".join(said).count("building (release"), 1, said)

    def test_a_killed_build_is_taken_up_again(self):
        with subprocess.Popen([self.root / "grade"], stderr=subprocess.PIPE, text=True, env=self.environment(),
                              stdout=subprocess.DEVNULL) as process:
            process.stderr.readline()
            process.kill()
        self.assertEqual(self.launch().returncode, 7)


class Progress(Tree):
    LINES = "[1/8] Building a\n-- said by CMake\n[6/8] Building b\n"

    def watch(self, every_s):
        script = f'root=$1; source "$1/cmake/provide.sh"; progress_every_s={every_s}; watch_build'
        return subprocess.run(["bash", "-c", script, "grade", self.root], input=self.LINES, capture_output=True, text=True,
                              check=True, env=self.environment())

    def test_a_build_says_how_far_it_is_now_and_then(self):
        done = self.watch(every_s=0)
        self.assertEqual(done.stdout, self.LINES)
        self.assertEqual(done.stderr, "grade: 12 % built (1 of 8 steps)\ngrade: 75 % built (6 of 8 steps)\n")
        self.assertEqual(self.watch(every_s=20).stderr, "")


class Packages(Tree):
    def lack(self, *names):
        (self.fakes / "absent").write_text("".join(f"{name}\n" for name in names))

    def said_by_apt(self):
        return [line.removeprefix("-q -o DPkg::Lock::Timeout=120 ") for line in self.calls.read_text().splitlines()]

    def root_options(self):
        """As root apt-get is called at once; everybody else needs a sudo that asks for nothing."""
        if os.geteuid() != 0:
            (self.fakes / "no-password").touch()

    def without_sudo_lines(self):
        return [line for line in self.said_by_apt() if line != "sudo"]

    def test_only_what_is_missing_is_installed_and_remembered(self):
        self.root_options()
        self.lack("libre2-dev", "bubblewrap")
        done = self.launch()
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("installing 2 packages: libre2-dev bubblewrap", done.stderr)
        self.assertEqual(self.without_sudo_lines(),
                         ["update", "install -y --no-install-recommends libre2-dev bubblewrap"])
        self.lack("libre2-dev")  # remembered: not even asked
        self.assertEqual(self.launch().stderr, "")

    def test_a_changed_list_is_looked_at_again(self):
        self.launch()
        with open(self.root / "cmake/packages.txt", "a", encoding="utf-8") as file:
            file.write("grade  libnew-dev  something\ncheck  other  nothing for grade\n")
        self.root_options()
        self.lack("libnew-dev", "other")
        self.assertIn("installing 1 packages: libnew-dev", self.launch().stderr)

    def test_of_alternatives_the_first_that_the_system_has_is_installed(self):
        with open(self.root / "cmake/packages.txt", "a", encoding="utf-8") as file:
            file.write("grade  liba1|liba1t64|liba2  first\ngrade  tool-14|nothing  may be missing\n")
        self.root_options()
        self.lack("liba1", "liba1t64", "liba2", "tool-14")
        (self.fakes / "known").write_text("liba1t64\nliba2\n")
        self.assertIn("installing 1 packages: liba1t64\n", self.launch().stderr)

    def test_one_failure_of_apt_is_tried_again(self):
        self.root_options()
        self.lack("libre2-dev")
        (self.fakes / "failures").write_text("one\n")
        self.assertEqual(self.launch().returncode, 7)
        self.assertEqual(self.without_sudo_lines()[:2], ["update", "update"])

    def test_two_failures_of_apt_are_infrastructure(self):
        self.root_options()
        self.lack("libre2-dev")
        (self.fakes / "failures").write_text("one\ntwo\n")
        done = self.launch()
        self.assertEqual(done.returncode, 3)
        self.assertIn("E: the mirror is out", done.stderr)
        self.assertIn("cannot install libre2-dev", done.stderr)

    def test_without_root_the_line_to_run_is_said(self):
        self.lack("libre2-dev", "bubblewrap")
        done = self.launch(**self.as_nobody())
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("  sudo apt-get update && sudo apt-get install --no-install-recommends libre2-dev bubblewrap\n",
                      done.stderr)
        self.assertEqual(self.calls.read_text(), "")

    def test_sudo_is_used_only_when_it_asks_nothing_and_it_is_said(self):
        self.lack("libre2-dev")
        (self.fakes / "no-password").touch()
        done = self.launch(**self.as_nobody())
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("sudo asks for no password here: using it for apt-get", done.stderr)
        self.assertEqual([line for line in self.said_by_apt() if line != "sudo"],
                         ["update", "install -y --no-install-recommends libre2-dev"])

    def test_another_system_is_told_what_is_needed(self):
        tools = self.fakes / "tools"
        tools.mkdir()
        for name in ("bash", "env", "readlink", "find", "flock", "mkdir"):
            (tools / name).symlink_to(shutil.which(name))
        done = self.launch(environment=self.environment(PATH=str(tools)))
        self.assertEqual(done.returncode, 3)
        self.assertIn("no Debian or Ubuntu. Install what Debian calls: g++ cmake", done.stderr)


class Check(Tree):
    def check(self, suites, *words, **more):
        """`check` on made-up suites: a name and the shell commands that it runs."""
        cases = "".join(f"  {name}) {commands} ;;\n" for name, commands in suites.items())
        self.write_script(self.root / "harness/tests/suites.sh",
                          f'[[ $1 != list ]] || printf "%s\\n" {" ".join(suites)}\n[[ $1 == run ]] || exit 0\n'
                          f"case $2 in\n{cases}esac")
        return self.launch(*words, program="check", environment=self.environment(**more))

    def assert_ends(self, done, status, last):
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (status, last), done.stdout + done.stderr)

    def test_suites_are_added_up(self):
        done = self.check({"one": "echo 2 passed, 0 failed, 0 skipped",
                           "two": "printf 'KTAP version 1\\n1..1\\nok 1 a\\n'"})
        self.assert_ends(done, 0, "3 passed, 0 failed, 0 skipped")

    def test_the_slowest_tests_and_what_was_left_out_are_said(self):
        suites = {"one": "printf 'KTAP version 1\\n1..2\\nok 1 a\\n# took 0.5 s\\nok 2 b\\n# took 12.0 s\\n# left out: 3 mutants\\n'"}
        done = self.check(suites)
        self.assertIn("in seconds:\n  12.0 one/b\n  0.5 one/a\n", done.stdout)
        self.assertIn("left out (./check --full runs it)", done.stdout)
        self.assertIn("\n  3 mutants\n", done.stdout)
        self.assertNotIn("left out", self.check(suites, "--full").stdout)
        self.assertNotIn("left out", self.check(suites, "one").stdout)

    def test_a_failing_suite_fails_and_its_end_is_shown(self):
        done = self.check({"one": "echo 2 passed, 0 failed, 0 skipped", "two": "echo the reason; exit 5"})
        self.assert_ends(done, 1, "2 passed, 1 failed, 0 skipped")
        self.assertIn("| the reason", done.stdout)

    def test_no_suite_and_no_test_fail(self):
        self.assert_ends(self.check({"one": "echo 0 passed, 0 failed, 0 skipped"}), 1, "0 passed, 1 failed, 0 skipped")
        self.assert_ends(self.check({"one": "printf 'SKIP a: b\\n0 passed, 0 failed, 1 skipped\\n'"}), 1,
                         "0 passed, 0 failed, 1 skipped")

    def test_a_skip_fails_in_ci_unless_it_is_allowed(self):
        count = "1 passed, 0 failed, 1 skipped"
        unexpected = {"one": f"printf 'SKIP kvm: none\\n{count}\\n'"}
        allowed = {"one": f"printf 'SKIP allowed: none\\n{count}\\n'"}
        self.assert_ends(self.check(unexpected), 0, count)
        self.assert_ends(self.check(unexpected, "--ci"), 1, count)
        self.assert_ends(self.check(unexpected, CI="true"), 1, count)
        self.assert_ends(self.check(allowed, "--ci"), 0, count)

    def test_suites_are_chosen_by_name_and_folder(self):
        suites = {name: "echo 1 passed, 0 failed, 0 skipped" for name in ("unit", "e2e", "e2e/a.sh", "e2e/b.py")}
        self.assert_ends(self.check(suites, "--quick"), 0, "1 passed, 0 failed, 0 skipped")
        self.assert_ends(self.check(suites, "e2e"), 0, "3 passed, 0 failed, 0 skipped")
        self.assert_ends(self.check(suites, "e2e/b.py", "unit"), 0, "2 passed, 0 failed, 0 skipped")
        for words in (["uni"], ["--nope"], ["-j", "many"], ["-j"]):
            self.assertEqual(self.check(suites, *words).returncode, 2, words)

    def test_a_build_that_fails_still_ends_with_the_count(self):
        (self.root / "harness/main.cpp").write_text("int main() { return missing; }\n")
        self.assert_ends(self.check({"one": "echo 1 passed, 0 failed, 0 skipped"}), 3, "0 passed, 1 failed, 0 skipped")

    def test_an_interrupt_ends_the_suite_too(self):
        left = self.fakes / "left"
        self.check({"one": "echo 1 passed, 0 failed, 0 skipped"})
        self.write_script(self.root / "harness/tests/suites.sh",
                          f'[[ $1 != list ]] || echo one\n[[ $1 == run ]] || exit 0\n/bin/sleep 3; touch "{left}"')
        with subprocess.Popen([self.root / "check"], env=self.environment(), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 60
            log = self.root / "build/check/one.log"
            before = log.stat().st_mtime_ns
            while log.stat().st_mtime_ns == before and time.monotonic() < deadline:
                time.sleep(0.05)
            process.terminate()
            self.assertEqual(process.wait(timeout=60), 130)
        time.sleep(4)
        self.assertFalse(left.exists(), "the suite outlived check")


if __name__ == "__main__":
    sys.exit(unittest_ktap.run(unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])))
