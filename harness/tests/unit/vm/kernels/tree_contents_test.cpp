#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <harness/base/files.hpp>
#include <harness/base/trees.hpp>
#include <harness/vm/kernels/tree_contents.hpp>

namespace memgrade::vm {
namespace {

using testing::ElementsAre;
using testing::Optional;

class TreeContents : public testing::Test {
 protected:
  void SetUp() override {
    put("include/linux/module.h", "#define MODULE\n");
    put("scripts/fixdep", "#!/bin/sh\n");
    fs::permissions(tree_ / "scripts/fixdep", fs::perms::owner_exec, fs::perm_options::add);
    fs::create_symlink("include", tree_ / "headers");
    put(contents_name, contents_of(tree_).value());
  }
  void put(const fs::path& name, const std::string& text) {
    ASSERT_TRUE(make_directories((tree_ / name).parent_path()));
    ASSERT_TRUE(write_file(tree_ / name, text));
  }

  TempDir folder_ = TempDir::make(fs::temp_directory_path(), "contents-").value();
  fs::path tree_ = folder_.path();
};

TEST_F(TreeContents, NothingIsSaidOfAWholeTree) {
  EXPECT_THAT(damage_of(tree_), Optional(ElementsAre()));
}

TEST_F(TreeContents, WithoutAListNobodyKnows) {
  fs::remove(tree_ / contents_name);
  EXPECT_EQ(damage_of(tree_), std::nullopt);
}

TEST_F(TreeContents, EmptiedGoneAndNewFilesAreNamed) {
  put("include/linux/module.h", "");
  fs::remove(tree_ / "scripts/fixdep");
  put("scripts/new", "");
  EXPECT_THAT(damage_of(tree_),
              Optional(ElementsAre("include/linux/module.h", "scripts/fixdep", "scripts/new")));
}

TEST_F(TreeContents, RightsAndLinksCount) {
  fs::permissions(tree_ / "scripts/fixdep", fs::perms::owner_exec, fs::perm_options::remove);
  fs::remove(tree_ / "headers");
  fs::create_symlink("elsewhere", tree_ / "headers");
  EXPECT_THAT(damage_of(tree_), Optional(ElementsAre("headers", "scripts/fixdep")));
}

}  // namespace
}  // namespace memgrade::vm
