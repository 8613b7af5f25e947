// Trees of other labs are told apart by what stands in them.
#include <gmock/gmock.h>
#include <harness/base/files.hpp>
#include <harness/collect/riscv_kernel/edition.hpp>

namespace memgrade::collect {
namespace {

const Json kTrees = {
    {"has", {"arch/riscv/kernel/*.c"}},
    {"others",
     {{{"is", "lab 7"}, {"has_path", "virtio"}},
      {{"is", "lab 2"}, {"lacks_text", "\\balloc_pages\\b"}},
      {{"is", "the 2022 edition"}, {"lacks_path", "user/lib/"}, {"has_text", "alloc_pages"}}}}};

class Edition : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::make(fs::temp_directory_path(), "edition");
    ASSERT_TRUE(made);
    directory_.emplace(std::move(*made));
    write("arch/riscv/kernel/buddy.c", "uint64_t alloc_pages(unsigned n);\n");
    write("arch/riscv/user/lib/start.S", "_start:\n");
  }
  void write(const std::string& file, const std::string& text) const {
    ASSERT_TRUE(make_directories((directory_->path() / file).parent_path()));
    ASSERT_TRUE(write_file(directory_->path() / file, text));
  }
  [[nodiscard]] std::string is() const { return other_tree_in(other_trees(kTrees), directory_->path()); }

  std::optional<TempDir> directory_;
};

TEST_F(Edition, ATreeOfThisLabIsNoOther) {
  EXPECT_TRUE(is_whole_tree(kTrees, directory_->path()));
  EXPECT_EQ(is(), "");
}

TEST_F(Edition, IsToldByAFile) {
  write("arch/riscv/kernel/virtio.c", "");
  EXPECT_EQ(is(), "lab 7");
}

TEST_F(Edition, IsToldByWhatNoSourceSays) {
  write("arch/riscv/kernel/buddy.c", "int main;\n");
  EXPECT_EQ(is(), "lab 2");
}

TEST_F(Edition, AllThatIsGivenMustHold) {
  ASSERT_TRUE(fs::remove(directory_->path() / "arch/riscv/user/lib/start.S"));
  EXPECT_EQ(is(), "the 2022 edition");
}

TEST_F(Edition, FilesOfTheStarterAreNoTree) {
  EXPECT_FALSE(is_whole_tree({{"has", {"kernel/mm.c"}}}, directory_->path()));
}

}  // namespace
}  // namespace memgrade::collect
