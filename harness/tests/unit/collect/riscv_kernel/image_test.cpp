#include <gmock/gmock.h>
#include <harness/base/files.hpp>
#include <harness/collect/riscv_kernel/image.hpp>
#include <harness/tests/unit/base/small_elf.hpp>

namespace memgrade::collect {
namespace {

using test::good_file;
using test::put;
using test::segment_at;
using testing::HasSubstr;

class KernelImageFile : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::make(fs::temp_directory_path(), "image");
    ASSERT_TRUE(made);
    directory_.emplace(std::move(*made));
  }
  // What is wrong with a file of these bytes; "" when nothing is.
  [[nodiscard]] std::string wrong(const std::string& bytes, const ImageLimits& limits = {}) const {
    EXPECT_TRUE(write_file(directory_->path() / "vmlinux", bytes));
    const auto image = read_kernel_image(directory_->path(), "vmlinux", limits);
    return image ? "" : image.error();
  }
  std::optional<TempDir> directory_;
};

TEST_F(KernelImageFile, AGoodOneIsRead) {
  EXPECT_EQ(wrong(good_file()), "");
  const auto image = read_kernel_image(directory_->path(), "vmlinux", {});
  ASSERT_TRUE(image);
  EXPECT_EQ(image->bytes, good_file());
  EXPECT_EQ(image->elf.machine, elf_riscv);
}

TEST_F(KernelImageFile, WhatIsNoKernelOfThisMachine) {
  std::string file = good_file();
  put(file, 18, elf_x86_64, 2);
  EXPECT_EQ(wrong(file), "vmlinux is built for x86-64, not for RISC-V");
  file = good_file();
  put(file, 16, 3, 2);
  EXPECT_EQ(wrong(file), "vmlinux is no executable");
  EXPECT_EQ(wrong("#!/bin/sh\n"), "vmlinux cannot be read: is no ELF file");
  EXPECT_THAT(wrong(good_file().substr(0, 70)), HasSubstr("vmlinux cannot be read: "));
}

TEST_F(KernelImageFile, SomethingMustBeThereWhereTheMachineBegins) {
  EXPECT_THAT(wrong(good_file(), {.begins_at = 0x1000}),
              HasSubstr("has nothing at 0x1000, where the machine begins"));
}

// The emulator would try to get as much.
TEST_F(KernelImageFile, MoreMemoryThanTheMachineHas) {
  std::string file = good_file();
  put(file, segment_at + 40, std::uint64_t{1} << 36, 8);
  EXPECT_THAT(wrong(file), HasSubstr("takes 68719476736 bytes of memory"));
}

TEST_F(KernelImageFile, FilesThatAreNone) {
  EXPECT_EQ(read_kernel_image(directory_->path(), "vmlinux", {}).error(), "vmlinux was not made");
  fs::create_symlink("/bin/true", directory_->path() / "vmlinux");
  EXPECT_EQ(read_kernel_image(directory_->path(), "vmlinux", {}).error(), "vmlinux was not made");
  fs::remove(directory_->path() / "vmlinux");
  EXPECT_TRUE(write_file(directory_->path() / "vmlinux", ""));
  fs::resize_file(directory_->path() / "vmlinux", std::uintmax_t{1} << 30);
  EXPECT_THAT(read_kernel_image(directory_->path(), "vmlinux", {}).error(),
              HasSubstr("more than any kernel"));
}

}  // namespace
}  // namespace memgrade::collect
