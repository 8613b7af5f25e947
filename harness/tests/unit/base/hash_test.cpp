#include <gtest/gtest.h>

#include <harness/base/hash.hpp>

namespace memgrade {
namespace {

// The digest of no bytes is a published constant of XXH3 (128 bits, seed 0).
TEST(Digest, OfNothingIsThePublishedConstant) {
  EXPECT_EQ(digest(""), "99aa06d3014798d86001c324468d497f");
}

TEST(Digest, TellsContentsApart) {
  EXPECT_EQ(digest("abc"), digest("abc"));
  EXPECT_NE(digest("abc"), digest("abd"));
  EXPECT_EQ(digest(std::string(1000, '\0')).size(), 32U);
}

}  // namespace
}  // namespace memgrade
