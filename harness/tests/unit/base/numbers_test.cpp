#include <gtest/gtest.h>

#include <harness/base/numbers.hpp>
#include <limits>

namespace memgrade {
namespace {

TEST(ParseUnsigned, TakesAllOfTheTextOrNothing) {
  EXPECT_EQ(parse_unsigned("0"), 0U);
  EXPECT_EQ(parse_unsigned("007"), 7U);
  EXPECT_EQ(parse_unsigned("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1x", "0x1", "18446744073709551616"})
    EXPECT_FALSE(parse_unsigned(text)) << text;
  EXPECT_EQ(parse_unsigned("7f", 16), 0x7fU);
}

TEST(ParseHex, WithOrWithoutItsPrefix) {
  EXPECT_EQ(parse_hex("0x1F"), 0x1fU);
  EXPECT_EQ(parse_hex("1f"), 0x1fU);
  for (const char* text : {"", "0x", "0x0x1", "1g", "-1"}) EXPECT_FALSE(parse_hex(text)) << text;
}

}  // namespace
}  // namespace memgrade
