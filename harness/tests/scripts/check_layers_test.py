"""The layering script says what is wrong in made-up trees, and nothing where all is in order."""
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "cmake" / "check_layers.py"
MODULES = "memgrade_module(base USES fmt::fmt)\nmemgrade_module(judge USES memgrade_facts re2::re2)\n"


class CheckLayers(unittest.TestCase):
    def run_on(self, files, modules=MODULES):
        """The exit status and output of the script on a tree of these files."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {"CMakeLists.txt": modules, **files}.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            done = subprocess.run([SCRIPT, folder], capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def assert_refused(self, files, expected, modules=MODULES):
        status, output = self.run_on(files, modules)
        self.assertEqual(status, 1, output)
        self.assertIn(expected, output)
        self.assertRegex(output, r"\n[012] passed, [123] failed, 0 skipped\n$")

    def assert_accepted(self, files, modules=MODULES):
        status, output = self.run_on(files, modules)
        self.assertEqual(status, 0, output)
        self.assertTrue(output.endswith("3 passed, 0 failed, 0 skipped\n"), output)
        return output

    def test_a_module_may_include_itself_and_everything_below(self):
        self.assert_accepted({
            "harness/base/text.hpp": "#pragma once\n",
            "harness/judge/near.hpp": "#include <re2/re2.h>\n",
            "harness/judge/near.cpp": "#include <harness/base/text.hpp>\n#include <harness/judge/near.hpp>\n",
            "harness/cli/grade.cpp": "#include <CLI/CLI.hpp>\n#include <harness/exec/sandbox.hpp>\n",
            "harness/exec/process.cpp": "#include <boost/process/v2.hpp>\n",
        })

    def test_an_include_upwards_is_refused_with_its_line(self):
        self.assert_refused({"harness/base/text.cpp": "\n\n#include <harness/model/lab.hpp>\n"},
                            "harness/base/text.cpp:3: includes harness/model/lab.hpp; base may include base")

    def test_modules_side_by_side_do_not_see_each_other(self):
        self.assert_refused({"harness/judge/a.cpp": "#include <harness/exec/process.hpp>\n"},
                            "harness/judge/a.cpp:1: includes harness/exec/process.hpp; judge may include")
        self.assert_refused({"harness/exec/a.cpp": "#include <harness/model/lab.hpp>\n"}, "exec may include base, exec")
        self.assert_refused({"harness/report/a.cpp": "#include <harness/facts/facts.hpp>\n"}, "report may include")

    def test_sibling_folders_see_each_other_only_where_the_table_says(self):
        self.assert_refused({"harness/oracle/paging/a.cpp": "#include <harness/oracle/rv64/b.hpp>\n"},
                            "oracle/paging may not include its sibling rv64")
        self.assert_refused({"harness/vm/qemu/a.cpp": "#include <harness/vm/linux/b.hpp>\n"},
                            "vm/qemu may not include its sibling linux")
        self.assert_accepted({
            "harness/vm/linux/a.cpp": "#include <harness/vm/qemu/b.hpp>\n#include <harness/vm/cache.hpp>\n",
            "harness/collect/collect.cpp": "#include <harness/collect/program/workspace.hpp>\n",
        })

    def test_a_relative_include_counts(self):
        self.assert_refused({"harness/base/a.cpp": '#include "../cli/b.hpp"\n', "harness/cli/b.hpp": ""},
                            "harness/base/a.cpp:1: includes ../cli/b.hpp")

    def test_tests_may_include_anything(self):
        self.assert_accepted({"harness/tests/unit/base/a_test.cpp": "#include <harness/cli/x.hpp>\n#include <CLI/CLI.hpp>\n"})

    def test_an_include_in_a_comment_does_not_count(self):
        self.assert_accepted({"harness/base/a.cpp": "// #include <harness/cli/x.hpp>\n/*\n#include <harness/cli/x.hpp>\n*/\n"})

    def test_an_include_after_a_comment_counts_at_its_line(self):
        self.assert_refused({"harness/base/a.cpp": "/* one\n two */\n#include <harness/cli/x.hpp>\n"},
                            "harness/base/a.cpp:3:")

    def test_a_library_belongs_to_its_modules(self):
        for line, module in (("boost/process.hpp", "judge"), ("yaml-cpp/yaml.h", "report"), ("CLI/CLI.hpp", "grading"),
                           ("re2/re2.h", "base")):
            with self.subTest(line):
                self.assert_refused({f"harness/{module}/a.cpp": f"#include <{line}>\n"}, "is named only in")

    def test_labs_never_include_the_harness_nor_the_harness_them(self):
        self.assert_refused({"vmsim/src/a.cpp": "#include <harness/base/text.hpp>\n"}, "never includes the harness")
        self.assert_refused({"kmod/a/b.c": '#include "../../harness/guest/agent.h"\n', "harness/guest/agent.h": ""},
                            "never includes the harness")
        self.assert_refused({"harness/oracle/a.cpp": "#include <vmsim/lru.hpp>\n", "vmsim/include/vmsim/lru.hpp": ""},
                            "shares no code")

    def test_an_unknown_module_is_refused(self):
        self.assert_refused({"harness/misc/a.cpp": "#include <harness/base/text.hpp>\n"}, "not in the table of modules")
        self.assert_refused({"harness/base/a.cpp": ""}, "module misc is not in the table", "memgrade_module(misc)\n")

    def test_a_cycle_is_shown(self):
        self.assert_refused({"harness/base/a.hpp": "#include <harness/base/b.hpp>\n",
                             "harness/base/b.hpp": "\n#include <harness/base/a.hpp>\n"},
                            "harness/base/b.hpp:2: a cycle: harness/base/a.hpp -> harness/base/b.hpp -> harness/base/a.hpp")

    def test_a_link_against_the_order_is_refused(self):
        self.assert_refused({"harness/base/a.cpp": ""}, "CMakeLists.txt:1: base links model",
                            "memgrade_module(base USES memgrade_model)\n")
        self.assert_refused({"harness/base/a.cpp": ""}, "CMakeLists.txt:1: judge links yaml-cpp",
                            "memgrade_module(judge USES yaml-cpp)\n")

    def test_an_empty_tree_fails(self):
        self.assert_refused({}, "no source file was found")

    def test_a_long_file_is_a_warning_unless_it_says_why(self):
        lines = "int x;\n" * 151
        self.assertIn("warning: harness/base/a.hpp: 151 lines", self.assert_accepted({"harness/base/a.hpp": lines}))
        told = "// A table.\n// Long because the format has 150 keys.\n" + lines
        self.assertNotIn("warning", self.assert_accepted({"harness/base/a.hpp": told}))
        self.assertNotIn("warning", self.assert_accepted({"harness/base/a.cpp": lines}))


if __name__ == "__main__":
    unittest.main()
