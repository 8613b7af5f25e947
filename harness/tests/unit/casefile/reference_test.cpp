// The reference page holds every key that the loader knows, and an example that is right.
#include <gmock/gmock.h>
#include <harness/base/text.hpp>
#include <harness/casefile/lab_schema.hpp>
#include <harness/casefile/reference_text.hpp>
#include <harness/tests/unit/casefile/made_up_vocabulary.hpp>

namespace memgrade::casefile::test {
namespace {

using ::testing::HasSubstr;

void expect_fields(const std::string& page, const std::vector<FieldSpec>& fields) {
  for (const FieldSpec& spec : fields) {
    EXPECT_THAT(page, HasSubstr("| `" + spec.key + "` | "));
    EXPECT_THAT(page, HasSubstr(spec.doc));
    EXPECT_FALSE(spec.doc.empty()) << spec.key << " is not documented";
    expect_fields(page, spec.fields);
  }
}

TEST(ReferencePage, HoldsEveryKey) {
  const Vocabulary vocabulary = made_up_vocabulary();
  const std::string page = reference_page(vocabulary);
  expect_fields(page, lab_fields(vocabulary, nullptr));
  expect_fields(page, task_fields(&vocabulary.collectors[0]));
  expect_fields(page, check_fields());
  for (const TermTable& table : term_tables(vocabulary)) {
    for (const TermSpec& term : table.terms) {
      EXPECT_THAT(page, HasSubstr("### `" + term.name + "`"));
      expect_fields(page, term.fields);
    }
  }
}

TEST(ReferencePage, SaysTypeDefaultUnitAndRange) {
  const std::string page = reference_page(made_up_vocabulary());
  EXPECT_THAT(page, HasSubstr("| `wall` | number, ≥ 0 | `10.0` | seconds | From start to end. |"));
  EXPECT_THAT(page, HasSubstr("| `cap` | number, 0…1 | `0` |  | Of a gate. |"));
  EXPECT_THAT(page, HasSubstr("| `argv` | list of: text | **required** |  | A command. |"));
  EXPECT_THAT(page, HasSubstr("| `files` | names to: one of the generators |  |  | Files. |"));
  EXPECT_THAT(page, HasSubstr("`program.limits.run`:"));
  EXPECT_THAT(page, HasSubstr("A value without a mapping is its `task`."));
}

TEST(ReferencePage, HasAWordForEveryStatus) {
  const auto& meanings = status_meanings();
  for (int i = 0; i <= static_cast<int>(TaskStatus::infra_error); ++i) {
    ASSERT_LT(static_cast<std::size_t>(i), meanings.size());
    EXPECT_EQ(static_cast<int>(meanings[static_cast<std::size_t>(i)].first), i);
  }
}

// What belongs to the collector and the checkers is looked at where they are known.
TEST(ReferencePage, ExampleHasTheKeysOfALab) {
  const Vocabulary vocabulary = made_up_vocabulary();
  const TermTables tables = term_tables(vocabulary);
  const WorkedExample example = worked_example();
  const auto lab = validate(parse_document("lab.yaml", example.lab), lab_fields(vocabulary, nullptr), tables,
                            {"program", "facts"});
  for (const auto& finding : lab.findings) ADD_FAILURE() << finding.diagnostic.text();
  EXPECT_EQ(example.tasks.size(), lab.value["tasks"].size());
  for (const auto& [name, text] : example.tasks) {
    const auto task =
        validate(parse_document(name, text), task_fields(nullptr), tables, {"collect", "judge"});
    for (const auto& finding : task.findings) ADD_FAILURE() << finding.diagnostic.text();
    EXPECT_EQ(task.value["task"], name);
  }
}

}  // namespace
}  // namespace memgrade::casefile::test
