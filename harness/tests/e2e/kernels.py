#!/usr/bin/python3
"""`grade kernels` against a made-up mirror in a directory: signed lists and tiny packages that have the shape of a
kernel's, so that apt, dpkg-deb and the cache are the real ones and no network is needed. It prints KTAP."""
import gzip
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "harness" / "tests"))
import unittest_ktap  # noqa: E402  (beside the folder of this script)
from support import PROGRAM  # noqa: E402  (beside this script)

OPTIONS = ("X86_64 MODULES MODULE_UNLOAD BLK_DEV_INITRD SERIAL_8250_CONSOLE DEVTMPFS PROC_PAGE_MONITOR KALLSYMS "
           "SYSFS VIRTIO_BLK").split()


def image(release):
    """A file with the header of a bzImage that says `release`."""
    data = bytearray(0x8000)
    data[0x1fe:0x200] = b"\x55\xaa"
    data[0x202:0x206] = b"HdrS"
    data[0x20e:0x210] = b"\x00\x20"
    text = f"{release} (nobody@nowhere)".encode()
    data[0x2200:0x2200 + len(text)] = text
    return bytes(data)


class Mirror:
    """Two suites of a distribution in a directory, signed with a key of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.keys = folder / "gpg"
        self.keys.mkdir(mode=0o700)
        self.gpg("--quick-gen-key", "--passphrase", "", "Test <test@example.invalid>", "rsa2048", "sign", "never")
        self.keyring = folder / "keyring.gpg"
        self.keyring.write_bytes(self.gpg("--export"))
        self.packages = {}

    def gpg(self, *args, stdin=b""):
        done = subprocess.run(["gpg", "--batch", "--quiet", "--homedir", str(self.keys), *args], input=stdin,
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode())
        return done.stdout

    def stop(self):
        subprocess.run(["gpgconf", "--homedir", str(self.keys), "--kill", "all"], check=False)

    def add(self, suite, name, version, files, depends=""):
        """Builds a package; `files` are {path: bytes, or (bytes, mode), or the str of a link's target}."""
        tree = self.folder / "tree" / f"{name}_{version}"
        for path, content in files.items():
            place = tree / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                place.symlink_to(content)
                continue
            data, mode = content if isinstance(content, tuple) else (content, 0o644)
            place.write_bytes(data)
            place.chmod(mode)
        control = f"Package: {name}\nVersion: {version}\nArchitecture: amd64\nMaintainer: nobody\n" \
                  f"Installed-Size: 100\n" + (f"Depends: {depends}\n" if depends else "")
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "DEBIAN" / "control").write_text(control + "Description: made up\n")
        pool = self.folder / "debian" / "pool"
        pool.mkdir(parents=True, exist_ok=True)
        package = pool / f"{name}_{version}_amd64.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", str(tree), str(package)], check=True,
                       capture_output=True)
        data = package.read_bytes()
        self.packages.setdefault(suite, []).append(
            control + f"Filename: pool/{package.name}\nSize: {len(data)}\n"
            f"SHA256: {hashlib.sha256(data).hexdigest()}\nDescription: made up\n")
        return package

    def publish(self, suite):
        """Writes and signs the lists of a suite."""
        dist = self.folder / "debian" / "dists" / suite
        (dist / "main" / "binary-amd64").mkdir(parents=True, exist_ok=True)
        text = "\n".join(self.packages.get(suite, [])).encode()
        lists = {"main/binary-amd64/Packages": text, "main/binary-amd64/Packages.gz": gzip.compress(text)}
        release = f"Origin: Test\nSuite: {suite}\nCodename: {suite}\nArchitectures: amd64\nComponents: main\n" \
                  f"Date: {time.strftime('%a, %d %b %Y %H:%M:%S UTC', time.gmtime())}\nSHA256:\n"
        for path, data in lists.items():
            (dist / path).write_bytes(data)
            release += f" {hashlib.sha256(data).hexdigest()} {len(data)} {path}\n"
        (dist / "InRelease").write_bytes(self.gpg("--clearsign", stdin=release.encode()))

    def add_kernel(self, suite, release, version):
        """The four packages of a kernel. Returns the file of the image's."""
        short, src = release.removesuffix("-amd64"), "usr/src/linux-headers-"
        module = lambda depends: b"\x7fELF text\0license=GPL\0depends=" + depends + b"\0"  # noqa: E731
        modules = f"lib/modules/{release}"
        image_package = self.add(suite, f"linux-image-{release}", version, {
            f"boot/vmlinuz-{release}": image(release),
            f"{modules}/modules.builtin": b"",
            f"{modules}/kernel/drivers/virtio/virtio_ring.ko": module(b""),
            f"{modules}/kernel/drivers/virtio/virtio_mmio.ko": module(b"virtio_ring"),
            f"{modules}/kernel/drivers/block/virtio_blk.ko": module(b"virtio_ring"),
            f"{modules}/kernel/sound/drum.ko": module(b""),
            f"usr/share/doc/linux-image-{release}/changelog": b"long"})
        self.add(suite, f"linux-headers-{release}", version, {
            f"{src}{release}/Makefile": f"include /{src}{short}-common/Makefile\n".encode(),
            f"{src}{release}/.config": "".join(f"CONFIG_{o}=y\n" for o in OPTIONS).encode() + b"CONFIG_VIRTIO_MMIO=m\n",
            f"{src}{release}/Module.symvers": b"0x1\tprintk\tvmlinux\tEXPORT_SYMBOL\n",
            f"{src}{release}/include/generated/autoconf.h": b"#define CONFIG_MODULES 1\n",
            f"{src}{release}/vmlinux": b"types",
            f"{src}{release}/scripts": "../../lib/linux-kbuild-test/scripts",
            f"{modules}/build": f"/{src}{release}"}, f"linux-kbuild-test (>= {version}), gcc")
        self.add(suite, f"linux-headers-{short}-common", version, {
            f"{src}{short}-common/Makefile": b"all:\n\t@echo made in $(CURDIR)\n"})
        return image_package

    def add_kbuild(self, suite, version):
        self.add(suite, "linux-kbuild-test", version, {
            "usr/lib/linux-kbuild-test/scripts/mod/modpost": (b"#!/bin/sh\n", 0o755),
            "usr/lib/linux-kbuild-test/scripts/basic/fixdep": (b"#!/bin/sh\n", 0o755)})


class Kernels(unittest.TestCase):
    """Each test has an empty cache, and the machine's apt configuration replaced by one with the mirror."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="memgrade-mirror-")
        cls.addClassCleanup(cls.scratch.cleanup)
        folder = pathlib.Path(cls.scratch.name)
        folder.chmod(0o755)
        cls.mirror = Mirror(folder)
        cls.addClassCleanup(cls.mirror.stop)
        cls.mirror.add_kernel("bookworm", "6.1.0-9-amd64", "6.1.27-1")
        cls.mirror.add_kernel("bookworm-updates", "6.1.0-10-amd64", "6.1.38-1")
        cls.mirror.add_kbuild("bookworm", "6.1.38-1")
        for suite in ("bookworm", "bookworm-updates"):
            cls.mirror.publish(suite)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="memgrade kernels ")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.cache = self.folder / "cache"
        self.use(f"deb [signed-by={self.mirror.keyring}] file:{self.mirror.folder}/debian trixie main\n")

    def use(self, line):
        """The machine's only package source."""
        (self.folder / "sources.list").write_text(line)
        (self.folder / "parts").mkdir(exist_ok=True)
        (self.folder / "apt.conf").write_text(f'Dir::Etc::SourceList "{self.folder}/sources.list";\n'
                                              f'Dir::Etc::SourceParts "{self.folder}/parts";\n')

    def start(self, *words):
        environment = {**os.environ, "MEMGRADE_ROOT": str(ROOT), "MEMGRADE_CACHE": str(self.cache),
                       "APT_CONFIG": str(self.folder / "apt.conf")}
        return subprocess.Popen([str(PROGRAM), "kernels", *words], env=environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def kernels(self, *words, status=0):
        child = self.start(*words)
        out, err = child.communicate(timeout=300)
        self.assertEqual(child.returncode, status, out + err)
        return out, err

    def names(self):
        """What stands in the cache, locks left out."""
        return sorted(p.name for p in (self.cache / "kernels").iterdir() if not p.name.endswith(".lock"))

    def test_the_newest_kernel_is_fetched_whole_and_stays(self):
        out, err = self.kernels("fetch", "6.1")
        self.assertIn("6.1.0-10-amd64", out)
        self.assertIn("unpacking", err)
        self.assertEqual(self.names(), ["6.1"])
        root = self.cache / "kernels" / "6.1"
        self.assertEqual((root / "boot/vmlinuz-6.1.0-10-amd64").read_bytes(), image("6.1.0-10-amd64"))
        self.assertTrue((root / "lib/modules/6.1.0-10-amd64/kernel/drivers/block/virtio_blk.ko").is_file())
        self.assertFalse((root / "lib/modules/6.1.0-10-amd64/kernel/sound").exists())
        self.assertFalse((root / "usr/share").exists())
        self.assertIn("was here already", self.kernels("fetch", "6.1")[0])
        # Without a mirror, too: what is here needs none.
        self.use("")
        self.assertIn("was here already", self.kernels("fetch", "6.1")[0])

    def test_the_tree_works_wherever_it_stands(self):
        self.kernels("fetch", "6.1")
        moved = self.folder / "elsewhere"
        (self.cache / "kernels" / "6.1").rename(moved)
        for build in (moved / "usr/src/linux-headers-6.1.0-10-amd64", moved / "lib/modules/6.1.0-10-amd64/build"):
            done = subprocess.run(["make", "-C", str(build)], capture_output=True, text=True, check=False)
            self.assertIn("made in", done.stdout, done.stderr)
        absolute = [p for p in moved.rglob("*") if p.is_symlink() and os.readlink(p).startswith("/")]
        self.assertEqual(absolute, [])

    def test_the_list_says_what_is_here(self):
        self.assertIn("6.1   not here; 'grade kernels fetch 6.1' gets it", self.kernels()[0])
        self.kernels("fetch", "6.1")
        listed = {one["series"]: one for one in json.loads(self.kernels("--json")[0])}
        self.assertEqual(list(listed), ["5.10", "6.1", "6.12"])
        self.assertEqual(listed["6.1"]["release"], "6.1.0-10-amd64")
        self.assertIn("linux-kbuild-test 6.1.38-1", listed["6.1"]["identity"])
        self.assertNotIn("release", listed["6.12"])

    def test_removing_makes_room_for_a_new_fetch(self):
        self.kernels("fetch", "6.1")
        self.assertIn("removed", self.kernels("remove", "6.1")[0])
        self.assertEqual(self.names(), [])
        self.assertIn("was not here", self.kernels("remove", "6.1")[0])
        self.assertIn("fetched", self.kernels("fetch", "6.1")[0])

    def test_a_damaged_kernel_is_fetched_again(self):
        self.kernels("fetch", "6.1")
        with open(self.cache / "kernels/6.1/boot/vmlinuz-6.1.0-10-amd64", "r+b") as file:
            file.truncate(100)
        self.assertIn("6.1   not here", self.kernels()[0])
        self.assertIn("fetched", self.kernels("fetch", "6.1")[0])
        self.assertEqual(self.names(), ["6.1"])

    def test_lists_without_our_key_are_refused(self):
        other = self.folder / "other"
        other.mkdir()
        stranger = Mirror(other)
        self.addCleanup(stranger.stop)
        self.use(f"deb [trusted=yes signed-by={stranger.keyring}] file:{self.mirror.folder}/debian bookworm main\n")
        _, err = self.kernels("fetch", "6.1", status=3)
        self.assertIn("debian-archive-keyring", err)
        self.assertEqual(self.names(), [])

    def test_a_package_that_was_changed_is_refused(self):
        package = next((self.mirror.folder / "debian/pool").glob("linux-image-6.1.0-10-*"))
        before = package.read_bytes()
        self.addCleanup(package.write_bytes, before)
        package.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        _, err = self.kernels("fetch", "6.1", status=3)
        self.assertIn("grade kernels fetch 6.1", err)
        self.assertEqual(self.names(), [])

    def test_what_cannot_be_had_says_the_way_out(self):
        _, err = self.kernels("fetch", "6.12", status=3)
        self.assertIn("--kernel DIR", err)
        self.assertIn("grade kernels fetch 6.12", err)
        self.use("deb http://other.invalid/ubuntu jammy main\n")
        self.assertIn("no mirror of Debian", self.kernels("fetch", "6.1", status=3)[1])
        self.assertIn("5.10, 6.1, 6.12", self.kernels("fetch", "5.9", status=2)[1])
        self.assertEqual(self.names(), [])

    def test_of_two_graders_one_fetches(self):
        children = [self.start("fetch", "6.1") for _ in range(2)]
        said = [child.communicate(timeout=300) for child in children]
        self.assertEqual([child.returncode for child in children], [0, 0], said)
        self.assertEqual(sum("unpacking" in err for _, err in said), 1, said)
        self.assertEqual(sum("waiting for it" in err for _, err in said), 1, said)
        self.assertEqual(self.names(), ["6.1"])

    def test_an_interrupted_fetch_leaves_nothing(self):
        child = self.start("fetch", "6.1")
        self.assertIn("package lists", child.stderr.readline())
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=60)
        self.assertEqual(child.returncode, 130)
        self.assertEqual(self.names(), [])

    def test_what_a_killed_fetch_left_is_swept(self):
        child = self.start("fetch", "6.1")
        self.assertIn("package lists", child.stderr.readline())
        child.kill()
        child.communicate(timeout=60)
        self.assertEqual(len(self.names()), 1)
        self.assertIn("6.1   not here", self.kernels()[0])
        self.kernels("fetch", "6.1")
        self.assertEqual(self.names(), ["6.1"])


if __name__ == "__main__":
    sys.exit(unittest_ktap.run(unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])))
