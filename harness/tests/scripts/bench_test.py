"""The scripts of bench/ run with what ./check installs, or say what they want."""
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class Bench(unittest.TestCase):
    def start(self, script, **environment):
        return subprocess.run([ROOT / "bench" / script], env={**os.environ, **environment}, text=True, capture_output=True,
                              timeout=60, check=False)

    def test_without_a_kernel_it_says_how_to_get_one(self):
        with tempfile.TemporaryDirectory() as cache:
            done = self.start("module_course.sh", MEMGRADE_CACHE=cache)
        self.assertEqual(done.returncode, 1)
        self.assertIn("grade kernels fetch 6.1", done.stderr)

    def test_without_its_driver_it_says_how_to_build_it(self):
        done = self.start("riscv_overhead.sh", RISCV_DRIVER="/nonexistent")
        self.assertEqual(done.returncode, 1)
        self.assertIn("--target riscv_driver", done.stderr)

    def test_archives_are_packed_by_busybox(self):
        """No package of cmake/packages.txt brings a cpio of its own."""
        for script in (ROOT / "bench").glob("*.sh"):
            bare = re.findall(r"(?<!busybox )\bcpio -", script.read_text())
            self.assertEqual(bare, [], script.name)


if __name__ == "__main__":
    unittest.main()
