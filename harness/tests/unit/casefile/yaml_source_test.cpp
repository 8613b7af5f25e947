// Files that are no good YAML, and files that were made to hurt.
#include <gmock/gmock.h>
#include <sys/fsuid.h>
#include <sys/stat.h>

#include <fmt/format.h>
#include <harness/casefile/yaml_source.hpp>
#include <harness/tests/unit/casefile/cases_on_disk.hpp>

namespace memgrade::casefile::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> said_of(const std::string& text) {
  std::vector<std::string> texts;
  for (const CaseDiagnostic& diagnostic : parse_document("x", text).diagnostics)
    texts.push_back(diagnostic.text());
  return texts;
}

TEST(YamlText, BytesThatAreNotUtf8) {
  EXPECT_THAT(said_of("a: b\nc: \xC3\xA4\xFF\n"),
              ElementsAre("x:2:5: the byte 0xFF is not UTF-8; save the file as UTF-8"));
  EXPECT_THAT(said_of("a: \xE4\xB8"),
              ElementsAre("x:1:4: the byte 0xE4 is not UTF-8; save the file as UTF-8"));
}

TEST(YamlText, ControlCharacters) {
  EXPECT_THAT(said_of("a: b\x04\nc"), ElementsAre("x:1:5: the control character U+0004 is not allowed"));
  EXPECT_THAT(said_of("a: b\rc: d"), ElementsAre("x:1:5: the control character U+000D is not allowed"));
  EXPECT_THAT(said_of(std::string("a: \0", 4)),
              ElementsAre("x:1:4: the control character U+0000 is not allowed"));
}

TEST(YamlText, EmptyFiles) {
  EXPECT_THAT(said_of(""), ElementsAre("x:1:1: the file is empty"));
  EXPECT_THAT(said_of("# a comment alone\n"), ElementsAre("x:1:1: the file is empty"));
}

TEST(YamlText, SecondDocument) {
  EXPECT_THAT(said_of("a: 1\n---\nb: 2\n"),
              ElementsAre("x:2:1: a second document begins here; a case file is one document"));
  EXPECT_THAT(said_of("---\na: 1\n"), IsEmpty());
}

TEST(YamlText, TabInTheIndentation) {
  EXPECT_THAT(said_of("a:\n\tb: 1\n"),
              ElementsAre("x:2:1: a tab in the indentation; YAML is indented with blanks"));
}

TEST(YamlText, SyntaxErrors) {
  EXPECT_THAT(said_of("a: [1, 2\nb: 3\n"), ElementsAre("x:2:2: YAML: end of sequence flow not found"));
  EXPECT_THAT(said_of("a: b: c\n"), ElementsAre("x:1:5: YAML: illegal map value"));
  EXPECT_THAT(said_of("a: &x 'it''s\n"), ElementsAre("x:1:4: this quoted text has no end"));
  EXPECT_THAT(said_of("a: 'it''s'\n"), IsEmpty());
  EXPECT_THAT(said_of("a: \"b\\\\\\\"\n"), ElementsAre("x:1:4: this quoted text has no end"));
  EXPECT_THAT(said_of("a: 'b\n"), ElementsAre("x:1:4: this quoted text has no end"));
  EXPECT_THAT(said_of("a: *b\n"), ElementsAre("x:1:4: YAML: the referenced anchor is not defined"));
}

TEST(YamlText, ColumnsCountCharacters) {
  const auto document = parse_document("x", "\"äöü\": {a: 1, b: 2}\n");
  ASSERT_TRUE(document.root);
  EXPECT_EQ(document.root->entries[0].second->column, 8);
  EXPECT_EQ(document.root->entries[0].second->entries[1].first->column, 15);
}

TEST(YamlText, NestingHasALimit) {
  EXPECT_THAT(said_of(std::string(64, '[') + std::string(64, ']')), IsEmpty());
  EXPECT_THAT(said_of(std::string(65, '[') + std::string(65, ']')),
              ElementsAre("x:1:65: nested more than 64 deep"));
  EXPECT_THAT(said_of(std::string(200'000, '[')),
              ElementsAre(::testing::EndsWith("nested more than 64 deep")));
}

TEST(YamlText, AliasesThatMultiplyAreRefusedUnexpanded) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 40; ++i) {
    text += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  EXPECT_THAT(said_of(text), ElementsAre("x:6:15: more than 100000 values, aliases expanded"));
}

TEST(YamlText, AliasesThatNestAreRefused) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 100; ++i) text += fmt::format("a{0}: &a{0} [*a{1}]\n", i, i - 1);
  EXPECT_THAT(said_of(text), ElementsAre("x:63:12: nested more than 64 deep, aliases expanded"));
}

TEST(YamlText, AliasInsideItsOwnAnchor) {
  EXPECT_THAT(said_of("a: &a [1, *a]\n"), ElementsAre("x:1:11: this alias stands inside its own anchor"));
}

class CaseFile : public CasesOnDisk {};

TEST_F(CaseFile, SymbolicLink) {
  fs::remove(path("demo/build.yaml"));
  write("build.yaml", good_build);
  fs::create_symlink("../build.yaml", path("demo/build.yaml"));
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/build.yaml:1:1: a symbolic link; case files are regular files"));
}

TEST_F(CaseFile, Directory) {
  fs::remove(path("demo/build.yaml"));
  fs::create_directory(path("demo/build.yaml"));
  EXPECT_THAT(diagnostics(), ElementsAre("demo/build.yaml:1:1: a directory stands where a file is meant"));
}

TEST_F(CaseFile, Fifo) {
  fs::remove(path("demo/build.yaml"));
  ASSERT_EQ(::mkfifo(path("demo/build.yaml").c_str(), 0600), 0);
  EXPECT_THAT(diagnostics(), ElementsAre("demo/build.yaml:1:1: not a regular file"));
}

TEST_F(CaseFile, LabThatIsADirectory) {
  fs::create_directories(path("other/lab.yaml"));
  EXPECT_THAT(diagnostics(), ElementsAre("other/lab.yaml:1:1: a directory stands where a file is meant"));
}

TEST_F(CaseFile, TooLarge) {
  write("demo/build.yaml", std::string((1U << 20) + 1, '#'));
  EXPECT_THAT(diagnostics(),
              ElementsAre("demo/build.yaml:1:1: 1048577 bytes; a case file has at most 1048576"));
}

TEST_F(CaseFile, Unreadable) {
  fs::permissions(path("demo/build.yaml"), fs::perms::none);
  fs::permissions(root_->path(), fs::perms::group_all | fs::perms::others_all, fs::perm_options::add);
  // Root may read everything; for this thread's look at files it becomes nobody.
  const int before = ::setfsuid(65534);
  const auto said = diagnostics();
  ::setfsuid(static_cast<uid_t>(before));
  ASSERT_EQ(said.size(), 1U);
  EXPECT_THAT(said[0], ::testing::StartsWith("demo/build.yaml:1:1: cannot be read: "));
}

TEST_F(CaseFile, SyntaxErrorHidesNoOtherFilesMistakes) {
  write("demo/build.yaml", "a: [");
  change("demo/counts.yaml", "title:", "titel:");
  EXPECT_THAT(diagnostics(), ElementsAre("demo/build.yaml:1:4: YAML: end of sequence flow not found",
                                         "demo/counts.yaml:1:1: missing key 'title'",
                                         "demo/counts.yaml:3:1: unknown key 'titel'; did you mean 'title'?"));
}

TEST_F(CaseFile, NoMapping) {
  write("demo/build.yaml", "- a\n- b\n");
  EXPECT_THAT(diagnostics(), ElementsAre("demo/build.yaml:1:1: expected a mapping of keys, found a list"));
}

}  // namespace
}  // namespace memgrade::casefile::test
