#include <gtest/gtest.h>

#include <harness/base/placeholders.hpp>

namespace memgrade {
namespace {

TEST(NextPlaceholder, IsANameInBraces) {
  const auto found = next_placeholder("{ int x; } {{policy:upper}}");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->begin, 12U);
  EXPECT_EQ(found->end, 26U);
  EXPECT_EQ(found->name, "policy");
  EXPECT_EQ(found->form, "upper");
  for (const char* text : {"", "{}", "{a b}", "{a", "a}", "{:upper}"})
    EXPECT_FALSE(next_placeholder(text)) << text;
}

TEST(FillPlaceholders, PutsInOnceAndLeavesWhatHasNoValue) {
  const auto value = [](const Placeholder& placeholder) -> Result<std::optional<std::string>> {
    if (placeholder.name == "a") return "{b}";
    if (placeholder.name == "b") return "2";
    if (placeholder.name == "bad") return fail(ErrorKind::case_file, "no such value");
    return std::nullopt;
  };
  EXPECT_EQ(fill_placeholders("{a} {b} {c:x} {", value).value(), "{b} 2 {c:x} {");
  EXPECT_EQ(fill_placeholders("{a} {bad}", value).error().message, "no such value");
}

}  // namespace
}  // namespace memgrade
