// How a submission is built: which recipe is taken, what is left out, and what becomes of a broken source.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <harness/base/files.hpp>
#include <harness/collect/program/build.hpp>

namespace memgrade::collect {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kMain = "int main(void) { return 0; }\n";
constexpr const char* kBroken = "int main(void) { return }\n";

class BuildProgram : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::make(fs::temp_directory_path(), "memgrade-build-");
    ASSERT_TRUE(made.has_value());
    scratch_.emplace(std::move(*made));
    fs::create_directories(student_ = scratch_->path() / "student");
    fs::create_directories(scratch_->path() / "work");
    lab_.ignore = {"addresses.txt"};
    lab_.settings = {{"recognise", Json::object()}};
    settings_.recipes = {{.name = "make",
                          .needs = {"Makefile"},
                          .argv = {"make"},
                          .sources = {},
                          .compiler = {},
                          .libraries = {}},
                         {.name = "c-sources",
                          .needs = {},
                          .argv = {},
                          .sources = {"*.c"},
                          .compiler = {"gcc", "-std=gnu11"},
                          .libraries = {}}};
  }
  void file(const std::string& name, const std::string& text) const {
    fs::create_directories((student_ / name).parent_path());
    std::ofstream(student_ / name, std::ios::binary) << text;
  }
  void executable(const std::string& name) const {
    fs::create_directories((student_ / name).parent_path());
    fs::copy_file("/bin/true", student_ / name);
    fs::permissions(student_ / name, fs::perms(0755));
  }
  Result<Built> try_to_build(BuildOrder order = {}) {
    order.source = student_;
    order.name = "build";
    return build_program(lab_, settings_, order, context());
  }
  Built built(BuildOrder order = {}) {
    auto result = try_to_build(std::move(order));
    EXPECT_TRUE(result) << result.error().text();
    return result ? std::move(*result) : Built{};
  }
  [[nodiscard]] Context context() const {
    Context made{exec::Sandbox::none(), "/", scratch_->path() / "work", {}, {}, {}, {}};
    made.progress = [](const std::string&) {};
    return made;
  }
  static BuildOrder told(std::vector<Instruction> commands) {
    BuildOrder order;
    order.told = std::move(commands);
    return order;
  }

  std::optional<TempDir> scratch_;
  fs::path student_;
  Lab lab_;
  ProgramSettings settings_;
};

// What the compiler says of a file below `make -C` is said of the file as the submission has it.
TEST_F(BuildProgram, ErrorsBelowAnotherMakeNameTheFileAsItIsCalledFromTheTop) {
  file("Makefile", "all:\n\t$(MAKE) -C src/one\n\t$(MAKE) -C src/two\n");
  for (const char* name : {"one", "two"})
    file(fmt::format("src/{}/Makefile", name), fmt::format("all:\n\tgcc -c {0}.c -o ../../{0}.o\n", name));
  file("src/one/one.c", "int unfinished(void) { int unused; return 0; }\n#warning one\n");
  file("src/two/two.c", "#include \"../two.h\"\nint main(void) { return }\n");
  file("src/two.h", "#warning two\n");
  const Built made = built();
  std::vector<std::string> files;
  for (const Diagnostic& one : made.record.diagnostics)
    if (one.severity != "note") files.push_back(one.file);
  EXPECT_THAT(files, ::testing::UnorderedElementsAre("src/one/one.c", "src/two.h", "src/two/two.c"));
}

TEST_F(BuildProgram, TheFirstRecipeThatFitsIsTaken) {
  file("Makefile", "pager: vm.c\n\t$(CC) -o pager vm.c\n");
  file("vm.c", kMain);
  const Built made = built();
  EXPECT_TRUE(made.record.succeeded);
  EXPECT_EQ(made.record.recipe, "make");
  EXPECT_THAT(made.programs, ElementsAre("pager"));
  EXPECT_TRUE(fs::exists(made.directory / "pager"));
  EXPECT_FALSE(fs::exists(student_ / "pager")) << "it is built in a copy";
}

TEST_F(BuildProgram, AMakefileThatMakesNothingLeavesItToTheNextRecipe) {
  file("Makefile", "all:\n\t@true\n");
  file("vm.c", kMain);
  const Built made = built();
  EXPECT_EQ(made.record.recipe, "c-sources");
  EXPECT_THAT(made.record.tried, ElementsAre("make: made no program"));
  EXPECT_THAT(made.programs, ElementsAre("vm"));
}

TEST_F(BuildProgram, WhenNothingWorksTheFirstRecipesWordsAreKept) {
  file("Makefile", "vm: vm.c\n\t$(CC) -o vm vm.c\n");
  file("vm.c", kBroken);
  const Built made = built();
  EXPECT_FALSE(made.record.succeeded);
  EXPECT_THAT(made.programs, IsEmpty());
  EXPECT_THAT(made.record.tried, ElementsAre("make: failed", HasSubstr("c-sources: ")));
  ASSERT_FALSE(made.record.steps.empty());
  EXPECT_EQ(made.record.steps[0].command, "make");
  ASSERT_FALSE(made.record.diagnostics.empty());
  EXPECT_EQ(made.record.diagnostics[0].file, "vm.c");
}

TEST_F(BuildProgram, WithoutAnyFileItSaysSo) {
  file("essay.txt", "pages");
  const Built made = built();
  EXPECT_FALSE(made.record.succeeded);
  EXPECT_THAT(made.record.tried, ElementsAre(HasSubstr("no file")));
}

TEST_F(BuildProgram, EachMainIsAProgramWithWhatTheyShare) {
  file("a.c", "int shared(void);\nint main(void) { return shared(); }\n");
  file("b.c", "int shared(void);\nint main(void) { return shared(); }\n");
  file("shared.c", "int shared(void) { return 0; }\n");
  EXPECT_THAT(built().programs, ElementsAre("a", "b"));
}

TEST_F(BuildProgram, ABrokenSourceDoesNotHideTheOthers) {
  file("good.c", kMain);
  file("old.c", kBroken);
  const Built made = built();
  EXPECT_THAT(made.programs, ElementsAre("good"));
  ASSERT_FALSE(made.record.diagnostics.empty());
  EXPECT_EQ(made.record.diagnostics[0].file, "old.c");
}

TEST_F(BuildProgram, AMainThatDoesNotGoWithTheOthersIsLinkedAlone) {
  file("alone.c", "int helper(void) { return 0; }\nint main(void) { return helper(); }\n");
  file("helper.c", "int helper(void) { return 1; }\n");
  EXPECT_THAT(built().programs, ElementsAre("alone"));
}

TEST_F(BuildProgram, NamesThatLookLikeOptionsAreFiles) {
  file("-o.c", kMain);
  EXPECT_THAT(built().programs, ElementsAre("-o"));
}

TEST_F(BuildProgram, WhatWasCompiledElsewhereAndOurDataIsLeftOut) {
  executable("vm");
  executable("bin/helper");
  file("addresses.txt", "1\n");
  file("vm.c", kMain);
  fs::create_symlink("/etc/passwd", student_ / "link.c");
  const Built made = built();
  EXPECT_THAT(made.left_out, Contains("vm: compiled elsewhere"));
  EXPECT_THAT(made.left_out, Contains("bin/helper: compiled elsewhere"));
  EXPECT_THAT(made.left_out, Contains("addresses.txt: ours is used"));
  EXPECT_THAT(made.left_out, Contains(HasSubstr("link.c: ")));
  EXPECT_THAT(made.programs, ElementsAre("vm")) << "the one that was made of vm.c";
}

TEST_F(BuildProgram, OurFlagsReachTheCompilerWhateverAMakefileSays) {
  file("Makefile", "CC = gcc\nCFLAGS = -O0\nvm: vm.c\n\t$(CC) $(CFLAGS) -o vm vm.c\n");
  file("vm.c", "#ifndef OURS\n#error\n#endif\nint main(void) { return 0; }\n");
  BuildOrder order;
  order.extra_flags = {"-DOURS"};
  EXPECT_TRUE(built(order).record.succeeded);
}

TEST_F(BuildProgram, CommandsOfAPersonStandBeforeTheRecipes) {
  file("Makefile", "all:\n\tfalse\n");
  file("vm.c", kMain);
  const Built made = built(told({{"gcc -o mine vm.c", "student.yaml:2:3", true}}));
  EXPECT_EQ(made.record.recipe, "student.yaml:2:3");
  EXPECT_THAT(made.programs, ElementsAre("mine"));
  EXPECT_THAT(made.notes, IsEmpty());
}

TEST_F(BuildProgram, AStudentsWrongCommandIsPassedOverWithANote) {
  file("vm.c", kMain);
  const Built made = built(told({{"gcc -c vm.c", "student.yaml:2:3", true}}));
  EXPECT_EQ(made.record.recipe, "c-sources");
  EXPECT_THAT(made.notes, ElementsAre("not used: student.yaml:2:3: made no program"));
}

TEST_F(BuildProgram, ATeachersWrongCommandIsTheResult) {
  file("vm.c", kMain);
  const Built made = built(told({{"gcc -c vm.c", "overrides.yaml:4:1", false}}));
  EXPECT_EQ(made.record.recipe, "overrides.yaml:4:1");
  EXPECT_FALSE(made.record.succeeded);
  const auto unreadable = try_to_build(told({{"gcc 'vm.c", "overrides.yaml:4:1", false}}));
  ASSERT_FALSE(unreadable);
  EXPECT_THAT(unreadable.error().text(), HasSubstr("overrides.yaml:4:1"));
}

TEST_F(BuildProgram, FurtherProgramsAreOfSourcesThatTheMakefileLeavesOut) {
  file("Makefile", "vm: vm.c\n\t$(CC) -o vm vm.c\n");
  file("vm.c", kMain);
  file("other.c", kMain);
  Built made = built();
  EXPECT_THAT(made.programs, ElementsAre("vm"));
  const BuildOrder order{student_, {}, "build", {}};
  ASSERT_TRUE(build_further_programs(lab_, settings_, order, context(), made));
  EXPECT_THAT(made.programs, ElementsAre("other", "vm"));
  EXPECT_EQ(made.record.recipe, "make");
  EXPECT_EQ(made.record.steps.size(), 1U) << "what the student's own build says counts";
}

}  // namespace
}  // namespace memgrade::collect
