// Trees that look like a kernel's, a few bytes large, for the tests of kernels.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <harness/base/files.hpp>
#include <optional>
#include <string>

namespace memgrade::vm {

class KernelTrees : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::make(fs::temp_directory_path(), "memgrade-kernels-");
    ASSERT_TRUE(made) << made.error().text();
    directory_.emplace(std::move(*made));
    root_ = directory_->path();
  }

  static void put(const fs::path& path, const std::string& text, bool executable = false) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    fs::permissions(path, fs::perms(executable ? 0755 : 0644));
  }

  // The header of the boot protocol, and the version where it points to.
  static std::string image(const std::string& release) {
    std::string bytes(0x4000, '\0');
    bytes.replace(0x1fe, 2, "\x55\xaa");
    bytes.replace(0x202, 4, "HdrS");
    bytes[0x20e] = '\x00';
    bytes[0x20f] = '\x12';
    return bytes.replace(0x1400, release.size() + 9, release + " (nobody)");
  }

  static std::string module(const std::string& depends) {
    return std::string(
               "\x7f"
               "ELF text ") +
           '\0' + "license=GPL" + '\0' + "depends=" + depends + '\0' + "name=x" + '\0';
  }

  static std::string config() {
    std::string text = "# Automatically generated\n";
    for (const char* name : {"X86_64", "MODULES", "MODULE_UNLOAD", "BLK_DEV_INITRD", "SERIAL_8250_CONSOLE",
                             "DEVTMPFS", "PROC_PAGE_MONITOR", "KALLSYMS", "SYSFS"})
      text += std::string("CONFIG_") + name + "=y\n";
    return text + "CONFIG_VIRTIO_MMIO=m\nCONFIG_VIRTIO_BLK=m\n";
  }

  static void put_build(const fs::path& build, const std::string& makefile) {
    put(build / "Makefile", makefile);
    put(build / "Module.symvers", "0x1\tprintk\tvmlinux\tEXPORT_SYMBOL\n");
    put(build / ".config", config());
    put(build / "include/generated/autoconf.h", "#define CONFIG_MODULES 1\n");
    put(build / "scripts/mod/modpost", "#!/bin/sh\n", true);
    put(build / "scripts/basic/fixdep", "#!/bin/sh\n", true);
  }

  static void put_modules(const fs::path& modules) {
    put(modules / "modules.builtin", "kernel/drivers/char/hw_random/rng-core.ko\n");
    put(modules / "kernel/drivers/virtio/virtio.ko", module(""));
    put(modules / "kernel/drivers/virtio/virtio_ring.ko", module("virtio"));
    put(modules / "kernel/drivers/virtio/virtio_mmio.ko", module("virtio_ring,virtio"));
    put(modules / "kernel/drivers/block/virtio_blk.ko", module("virtio,virtio_ring"));
    put(modules / "kernel/drivers/char/hw_random/virtio-rng.ko", module("virtio,rng-core"));
    put(modules / "kernel/sound/drum.ko", module("stick"));
  }

  // As unpacked packages: the same kernel in three parts.
  static void put_packages(const fs::path& root, const std::string& release = "6.1.0-9-amd64") {
    put(root / "boot" / ("vmlinuz-" + release), image(release));
    put_modules(root / "lib/modules" / release);
    put_build(root / "usr/src" / ("linux-headers-" + release),
              "include $(dir $(lastword $(MAKEFILE_LIST)))x\n");
  }

  std::optional<TempDir> directory_;
  fs::path root_;
};

}  // namespace memgrade::vm
