// What makes a tree of packages one that may stand anywhere, and a directory of the user's own one that
// serves.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <harness/tests/unit/vm/kernels/kernel_trees.hpp>
#include <harness/vm/kernels/kernel_check.hpp>
#include <harness/vm/kernels/kernel_store.hpp>
#include <harness/vm/kernels/loadable_modules.hpp>
#include <harness/vm/kernels/package_tree.hpp>

namespace memgrade::vm {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* release = "6.1.0-9-amd64";

class KernelTree : public KernelTrees {
 protected:
  // The message of kernel_in for the directory, which must be refused.
  std::string refused() {
    const auto kernel = kernel_in(root_);
    EXPECT_FALSE(kernel);
    if (kernel) return {};
    EXPECT_EQ(kernel.error().kind, ErrorKind::infrastructure);
    return kernel.error().text();
  }
  void put_source(const std::string& config) {
    put(root_ / "arch/x86/boot/bzImage", image("6.6.9-mine"));
    put(root_ / "include/config/kernel.release", "6.6.9-mine\n");
    put_build(root_, "VERSION = 6\n");
    put(root_ / ".config", config);
  }
  fs::path build() const { return root_ / "usr/src" / (std::string("linux-headers-") + release); }
  fs::path modules() const { return root_ / "lib/modules" / release; }
};

std::vector<std::string> names_of(const std::vector<ModuleImage>& modules) {
  std::vector<std::string> names;
  for (const ModuleImage& module : modules) names.push_back(module.name);
  return names;
}

TEST_F(KernelTree, UnpackedPackagesAreAKernel) {
  put_packages(root_);
  const auto kernel = kernel_in(root_);
  ASSERT_TRUE(kernel) << kernel.error().text();
  EXPECT_EQ(kernel->series, "6.1");
  EXPECT_EQ(kernel->release, release);
  EXPECT_EQ(kernel->build, build());
  EXPECT_EQ(kernel->modules, modules());
  const std::string identity = kernel->identity;
  EXPECT_EQ(kernel_in(root_)->identity, identity);
  put(build() / "Module.symvers", "0x2\tprintk\tvmlinux\tEXPORT_SYMBOL\n");
  EXPECT_NE(kernel_in(root_)->identity, identity);
}

TEST_F(KernelTree, ABuiltSourceTreeWithItsDriversBuiltInIsAKernel) {
  put_source(config() + "CONFIG_VIRTIO_MMIO=y\nCONFIG_VIRTIO_BLK=y\n");
  const auto kernel = kernel_in(root_);
  ASSERT_TRUE(kernel) << kernel.error().text();
  EXPECT_EQ(kernel->series, "6.6");
  EXPECT_EQ(kernel->image, root_ / "arch/x86/boot/bzImage");
  EXPECT_EQ(kernel->build, root_);
  EXPECT_EQ(kernel->modules, "");
  EXPECT_THAT(names_of(*module_images(kernel->modules, {"virtio_blk"})), IsEmpty());
}

TEST_F(KernelTree, ASourceTreeWhoseDriversAreModulesNeedsThem) {
  put_source(config());
  EXPECT_THAT(refused(), AllOf(HasSubstr("CONFIG_VIRTIO_MMIO=y"), HasSubstr("CONFIG_VIRTIO_BLK=y")));
  put_modules(root_ / "lib/modules/6.6.9-mine");
  const auto kernel = kernel_in(root_);
  ASSERT_TRUE(kernel) << kernel.error().text();
  EXPECT_EQ(kernel->modules, root_ / "lib/modules/6.6.9-mine");
}

TEST_F(KernelTree, AnUnbuiltSourceTreeSaysHowToBuildIt) {
  fs::create_directories(root_ / "arch/x86");
  EXPECT_THAT(refused(), HasSubstr("make bzImage"));
}

TEST_F(KernelTree, AnImageOfAnotherReleaseIsNamed) {
  put_source(config() + "CONFIG_VIRTIO_MMIO=y\nCONFIG_VIRTIO_BLK=y\n");
  put(root_ / "arch/x86/boot/bzImage", image("6.6.8"));
  EXPECT_THAT(refused(),
              HasSubstr("arch/x86/boot/bzImage is Linux 6.6.8, but the headers are of 6.6.9-mine"));
}

TEST_F(KernelTree, EverythingThatIsMissingIsNamedAtOnce) {
  put_packages(root_);
  fs::remove(build() / "Module.symvers");
  fs::permissions(build() / "scripts/mod/modpost", fs::perms(0644));
  put(build() / ".config", config() + "# CONFIG_X is not set\n");
  put(root_ / "boot" / (std::string("vmlinuz-") + release), "not an image");
  EXPECT_THAT(refused(), AllOf(HasSubstr("Module.symvers is missing"), HasSubstr("modpost"),
                               HasSubstr("is no kernel image"), Not(HasSubstr("CONFIG"))));
}

TEST_F(KernelTree, PartsOfPackagesAreMissed) {
  put(root_ / "boot" / (std::string("vmlinuz-") + release), image(release));
  EXPECT_THAT(refused(), AllOf(HasSubstr("lib/modules/6.1.0-9-amd64/kernel is missing"),
                               HasSubstr("usr/src/linux-headers-6.1.0-9-amd64 is missing")));
  fs::remove(root_ / "boot" / (std::string("vmlinuz-") + release));
  EXPECT_THAT(refused(), HasSubstr("boot/vmlinuz-* is missing"));
}

TEST_F(KernelTree, SeveralKernelsAreNotGuessedAmong) {
  put_packages(root_);
  put_packages(root_, "6.1.0-10-amd64");
  EXPECT_THAT(refused(), HasSubstr("several: 6.1.0-10-amd64, 6.1.0-9-amd64"));
}

TEST_F(KernelTree, WhatLeadsOutOfTheDirectoryIsNamed) {
  put_packages(root_);
  put(build() / "Makefile", "include /usr/src/linux-headers-6.1.0-9-common/Makefile\n");
  fs::rename(build() / "scripts", root_ / "scripts");
  fs::create_symlink(root_ / "scripts", build() / "scripts");
  EXPECT_THAT(refused(), AllOf(HasSubstr("Makefile leads out"), HasSubstr("scripts is a link out")));
}

TEST_F(KernelTree, ADirectoryWithoutAKernelAndTheMachinesRootAreRefused) {
  EXPECT_THAT(refused(), AllOf(HasSubstr("boot/vmlinuz-*"), HasSubstr("arch/x86/boot/bzImage")));
  EXPECT_FALSE(kernel_in("/"));
  EXPECT_FALSE(kernel_in(root_ / "missing"));
}

TEST_F(KernelTree, AnImageSaysItsRelease) {
  EXPECT_EQ(image_release(image("6.12.117+deb12-amd64")), "6.12.117+deb12-amd64");
  EXPECT_EQ(image_release(image("6.1").substr(0, 0x1403)), "6.1");
  EXPECT_EQ(image_release(image("6.1").substr(0, 0x1200)), "");
  EXPECT_EQ(image_release(std::string(0x4000, '\0')), "");
  EXPECT_EQ(image_release("\x7f"
                          "ELF"),
            "");
}

TEST_F(KernelTree, ModulesComeInTheOrderInWhichTheyAreLoaded) {
  put_modules(root_);
  const auto modules = module_images(root_, {"virtio_mmio", "virtio_blk"}, {"virtio_rng", "virtio_absent"});
  ASSERT_TRUE(modules) << modules.error().text();
  // rng-core is built in.
  EXPECT_THAT(names_of(*modules),
              ElementsAre("virtio", "virtio_ring", "virtio_mmio", "virtio_blk", "virtio_rng"));
  EXPECT_EQ(modules->back().file, "kernel/drivers/char/hw_random/virtio-rng.ko");
  EXPECT_EQ(modules->back().bytes, module("virtio,rng-core"));
}

TEST_F(KernelTree, AModuleOrADependencyThatIsMissingIsNamed) {
  put_modules(root_);
  for (const char* name : {"virtio_absent", "drum"}) {
    const auto modules = module_images(root_, {name});
    ASSERT_FALSE(modules);
    EXPECT_EQ(modules.error().kind, ErrorKind::infrastructure);
  }
  EXPECT_THAT(module_images(root_, {"drum"}).error().message, HasSubstr("no module stick"));
  // A dependency of what may be missing may not.
  EXPECT_FALSE(module_images(root_, {}, {"drum"}));
}

TEST_F(KernelTree, CompressedModulesAreGivenUncompressed) {
  put_modules(root_);
  // What `printf '\177ELF\0depends=\0' | xz` gives.
  static constexpr unsigned char compressed[] = {
      0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21,
      0x01, 0x16, 0x00, 0x00, 0x00, 0x74, 0x2f, 0xe5, 0xa3, 0x01, 0x00, 0x0d, 0x7f, 0x45, 0x4c,
      0x46, 0x00, 0x64, 0x65, 0x70, 0x65, 0x6e, 0x64, 0x73, 0x3d, 0x00, 0x00, 0x00, 0x00, 0x7c,
      0xfc, 0x5f, 0x99, 0x3b, 0xe8, 0xff, 0x28, 0x00, 0x01, 0x26, 0x0e, 0x08, 0x1b, 0xe0, 0x04,
      0x1f, 0xb6, 0xf3, 0x7d, 0x01, 0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5a};
  put(root_ / "kernel/drivers/net/tiny.ko.xz", std::string(std::begin(compressed), std::end(compressed)));
  const auto modules = module_images(root_, {"tiny"});
  ASSERT_TRUE(modules) << modules.error().text();
  EXPECT_EQ(modules->front().file, "kernel/drivers/net/tiny.ko");
  EXPECT_EQ(modules->front().bytes, std::string("\x7f"
                                                "ELF\0depends=\0",
                                                14));
  put(root_ / "kernel/drivers/net/tiny.ko.xz", "not compressed");
  EXPECT_FALSE(module_images(root_, {"tiny"}));
}

TEST_F(KernelTree, TrimmingLeavesWhatAGuestAndABuildNeed) {
  put_packages(root_);
  put(root_ / "usr/share/doc/linux/changelog", "");
  put(root_ / "boot" / (std::string("System.map-") + release), "");
  put(build() / "vmlinux", "");
  const fs::path common = root_ / "usr/src/linux-headers-6.1.0-9-common";
  put(common / "arch/x86/include/a.h", "");
  put(common / "arch/arm64/include/a.h", "");
  ASSERT_TRUE(trim_tree(root_, release, {}));
  for (const fs::path& gone : {root_ / "usr/share", build() / "vmlinux", common / "arch/arm64",
                               modules() / "kernel/sound", root_ / "boot/System.map-6.1.0-9-amd64"})
    EXPECT_FALSE(fs::exists(gone)) << gone;
  for (const fs::path& kept :
       {common / "arch/x86/include/a.h", build() / "Makefile", modules() / "modules.builtin",
        modules() / "kernel/drivers/block/virtio_blk.ko",
        modules() / "kernel/drivers/char/hw_random/virtio-rng.ko"})
    EXPECT_TRUE(fs::exists(kept)) << kept;
  EXPECT_TRUE(kernel_of_packages(root_));
}

TEST_F(KernelTree, AKernelWithoutItsDisksDriversIsNotKept) {
  put_packages(root_);
  fs::remove(modules() / "kernel/drivers/block/virtio_blk.ko");
  EXPECT_FALSE(trim_tree(root_, release, {}));
}

TEST_F(KernelTree, NothingInATreeLeadsOutOfIt) {
  put_packages(root_);
  put(build() / "Makefile", "# by hand\ninclude /usr/src/linux-headers-6.1.0-9-common/Makefile\n");
  put(root_ / "usr/src/linux-headers-6.1.0-9-common/Makefile", "all:\n");
  fs::create_symlink("/usr/src/linux-headers-6.1.0-9-amd64", modules() / "build");
  fs::create_symlink("/usr/src/not-here", modules() / "source");
  fs::create_symlink("../../boot", root_ / "usr/src/boot");
  ASSERT_TRUE(make_relocatable(root_, release));
  EXPECT_EQ(
      *read_file(build() / "Makefile"),
      "# by hand\ninclude $(dir $(lastword $(MAKEFILE_LIST)))../linux-headers-6.1.0-9-common/Makefile\n");
  EXPECT_EQ(fs::read_symlink(modules() / "build"), "../../../usr/src/linux-headers-6.1.0-9-amd64");
  EXPECT_TRUE(fs::exists(modules() / "build/Module.symvers"));
  EXPECT_FALSE(fs::exists(fs::symlink_status(modules() / "source")));
  EXPECT_EQ(fs::read_symlink(root_ / "usr/src/boot"), "../../boot");
  EXPECT_TRUE(kernel_in(root_));
}

TEST_F(KernelTree, AnybodyMayReadATree) {
  put_packages(root_);
  fs::permissions(build(), fs::perms(0700));
  fs::permissions(build() / "Makefile", fs::perms(0600));
  fs::permissions(build() / "scripts/mod/modpost", fs::perms(0700));
  ASSERT_TRUE(make_relocatable(root_, release));
  EXPECT_EQ(fs::status(root_).permissions(), fs::perms(0755));
  EXPECT_EQ(fs::status(build()).permissions(), fs::perms(0755));
  EXPECT_EQ(fs::status(build() / "Makefile").permissions(), fs::perms(0644));
  EXPECT_EQ(fs::status(build() / "scripts/mod/modpost").permissions(), fs::perms(0755));
}

}  // namespace
}  // namespace memgrade::vm
