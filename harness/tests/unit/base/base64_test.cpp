#include <gtest/gtest.h>

#include <harness/base/base64.hpp>

namespace memgrade {
namespace {

TEST(Base64, ComesBackForEveryLength) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (std::size_t length = 0; length <= bytes.size(); ++length)
    ASSERT_EQ(from_base64(to_base64(bytes.substr(0, length))), bytes.substr(0, length)) << length;
}

// Vectors of RFC 4648, section 10.
TEST(Base64, RfcVectors) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, OtherTextIsRefused) {
  EXPECT_FALSE(from_base64("Zg="));
  EXPECT_FALSE(from_base64("Z\n=="));
  EXPECT_FALSE(from_base64("===="));
}

}  // namespace
}  // namespace memgrade
