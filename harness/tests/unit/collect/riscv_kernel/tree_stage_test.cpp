#include <gmock/gmock.h>
#include <harness/base/files.hpp>
#include <harness/collect/riscv_kernel/tree_stage.hpp>

namespace memgrade::collect {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Json kEdit = {{"edit", "no-u"},
                    {"files", {"kernel/vm.c"}},
                    {"match", "perm & \\(PTE_U\\)"},
                    {"replace", "PTE_V"},
                    {"why", "it is\nreserved"}};

class StageTree : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::make(fs::temp_directory_path(), "stage");
    ASSERT_TRUE(made);
    directory_.emplace(std::move(*made));
    write("kernel/vm.c", "int a;\nx = perm & (PTE_U);\ny = perm & (PTE_U) | 1;\n");
    write("Makefile", "CF = -mcmodel=medany\n");
  }
  void write(const std::string& file, const std::string& text) const {
    const fs::path path = directory_->path() / "from" / file;
    ASSERT_TRUE(make_directories(path.parent_path()));
    ASSERT_TRUE(write_file(path, text));
  }
  [[nodiscard]] fs::path staged(const std::string& file = "") const {
    return directory_->path() / "to" / file;
  }
  [[nodiscard]] std::string text_of(const std::string& file) const {
    return read_file(staged(file)).value_or("(none)");
  }
  [[nodiscard]] std::vector<std::string> notes(const Json& settings,
                                               const std::string& toolchain = "a-") const {
    const auto done = stage_tree(directory_->path() / "from", staged(), settings, toolchain);
    return done ? done->notes : std::vector<std::string>{"error: " + done.error().text()};
  }

  std::optional<TempDir> directory_;
};

TEST_F(StageTree, EveryEditIsTold) {
  EXPECT_THAT(notes({{"edits", {kEdit}}}),
              ElementsAre("edited by us: kernel/vm.c:2, 3: no-u (it is reserved)"));
  EXPECT_EQ(text_of("kernel/vm.c"), "int a;\nx = PTE_V;\ny = PTE_V | 1;\n");
  EXPECT_EQ(text_of("Makefile"), "CF = -mcmodel=medany\n");
}

TEST_F(StageTree, TheSubmissionItselfIsNotTouched) {
  (void)notes({{"edits", {kEdit}}});
  EXPECT_THAT(read_file(directory_->path() / "from/kernel/vm.c").value_or(""), HasSubstr("perm & (PTE_U)"));
}

TEST_F(StageTree, AnEditWithoutAPlaceIsTold) {
  Json edit = kEdit;
  edit["match"] = "nothing like this";
  EXPECT_THAT(notes({{"edits", {edit}}}), ElementsAre(HasSubstr("the edit no-u found no place")));
  edit["files"] = Json::array({"kernel/no.c"});
  EXPECT_THAT(notes({{"edits", {edit}}}), ElementsAre(HasSubstr("the edit no-u found no place")));
}

TEST_F(StageTree, OneOfSeveralOfANameIsEnough) {
  Json other = kEdit;
  other["files"] = Json::array({"kernel/no.c"});
  EXPECT_THAT(notes({{"edits", {kEdit, other}}}), Not(Contains(HasSubstr("found no place"))));
}

TEST_F(StageTree, AnEditMayBeForOneToolchain) {
  Json edit = kEdit;
  edit["toolchain"] = "b-";
  EXPECT_THAT(notes({{"edits", {edit}}}, "a-"), IsEmpty());
  EXPECT_THAT(notes({{"edits", {edit}}}, "b-"), ElementsAre(HasSubstr("edited by us")));
}

TEST_F(StageTree, WhatWasCompiledElsewhereIsMadeAnew) {
  write("vmlinux",
        "\x7f"
        "ELF…");
  write("lib.a", "!<arch>\n…");
  write("user/test1.bin", "forged");
  write("notes.txt", "mine");
  EXPECT_THAT(notes({{"compiled", {"*.bin"}}}), ElementsAre(HasSubstr("lib.a, user/test1.bin, vmlinux")));
  EXPECT_FALSE(fs::exists(staged("vmlinux")));
  EXPECT_FALSE(fs::exists(staged("user/test1.bin")));
  EXPECT_EQ(text_of("notes.txt"), "mine");
}

TEST_F(StageTree, LinksAreLeftOutAndNotFollowed) {
  fs::create_symlink("/etc/passwd", directory_->path() / "from/kernel/passwd.c");
  Json edit = kEdit;
  edit["files"] = Json::array({"kernel/*"});
  EXPECT_THAT(notes({{"edits", {edit}}}), Contains(HasSubstr("passwd.c: a symbolic link")));
  EXPECT_FALSE(fs::exists(fs::symlink_status(staged("kernel/passwd.c"))));
}

TEST_F(StageTree, WhatWasDoneCanBeDoneByHand) {
  write("vmlinux",
        "\x7f"
        "ELF…");
  Json edit = kEdit;
  edit["replace"] = "PTE_V & '\\\\'";
  const auto done = stage_tree(directory_->path() / "from", staged(), {{"edits", {edit}}}, "a-");
  ASSERT_TRUE(done);
  std::string script = "cd '" + (directory_->path() / "from").string() + "'";
  for (const std::string& command : done->commands) script += " && " + command;
  ASSERT_EQ(std::system(script.c_str()), 0) << script;
  EXPECT_EQ(read_file(directory_->path() / "from/kernel/vm.c").value_or(""), text_of("kernel/vm.c"));
  EXPECT_FALSE(fs::exists(directory_->path() / "from/vmlinux"));
}

}  // namespace
}  // namespace memgrade::collect
