#include <gmock/gmock.h>

#include <harness/base/files.hpp>
#include <harness/vm/linux/step_verbs.hpp>

namespace memgrade::vm {
namespace {

using ::testing::HasSubstr;

TEST(StepVerbs, DocumentationHasTheTable) {
  const auto page = read_file(fs::path(MEMGRADE_SOURCE_DIR) / "docs/guest.md");
  ASSERT_TRUE(page);
  EXPECT_THAT(*page, HasSubstr("\n" + step_table() + "\n")) << "docs/guest.md shall have:\n" << step_table();
}

TEST(StepVerbs, ArgumentsAreCounted) {
  const auto start = arguments_of(*find_step_verb("start"));
  ASSERT_EQ(start.size(), 3U);
  EXPECT_EQ(start[1].name, "PATH");
  EXPECT_FALSE(start[1].many || start[1].optional);
  EXPECT_EQ(start[2].name, "ARGS");
  EXPECT_TRUE(start[2].many && start[2].optional);
  const auto observe = arguments_of(*find_step_verb("observe"));
  EXPECT_TRUE(observe.back().many);
  EXPECT_FALSE(observe.back().optional);
  EXPECT_TRUE(arguments_of(*find_step_verb("done")).empty());
  EXPECT_EQ(find_step_verb("dance"), nullptr);
}

// What stands for an argument in a shell's line or a fact is an argument of that verb, and only the last is
// many.
TEST(StepVerbs, TemplatesNameTheirArguments) {
  for (const StepVerb& verb : step_verbs()) {
    const auto arguments = arguments_of(verb);
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i) EXPECT_FALSE(arguments[i].many) << verb.verb;
    for (const std::string_view text : {verb.shell, verb.facts})
      for (std::size_t at = 0; (at = text.find('{', at)) != text.npos; ++at) {
        const std::string_view name = text.substr(at + 1, text.find('}', at) - at - 1);
        EXPECT_NE(std::ranges::find(arguments, name, &StepArgument::name), arguments.end())
            << verb.verb << name;
      }
  }
}

}  // namespace
}  // namespace memgrade::vm
