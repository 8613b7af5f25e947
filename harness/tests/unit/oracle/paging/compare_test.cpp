// Comparing columns, and frames up to their names.
#include <gmock/gmock.h>

#include <harness/oracle/paging/compare.hpp>
#include <limits>

#include <harness/tests/unit/oracle/fixtures.hpp>

namespace memgrade::oracle {
namespace {

using testing::HasSubstr;

std::size_t row_of_difference(const Json& truth, const Json& observed, std::uint64_t modulo = 0) {
  const auto difference = first_difference(truth, observed, modulo);
  return difference ? difference->row : 9999;
}
constexpr std::size_t none = 9999;

TEST(FirstDifference, IsTheFirstRowThatDiffers) {
  EXPECT_EQ(row_of_difference({1, 2, 3}, {1, 2, 3}), none);
  const auto difference = first_difference({1, 29, 3}, {1, -29, 4});
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->row, 1U);
  EXPECT_EQ(difference->expected, 29);
  EXPECT_EQ(difference->observed, -29);
  EXPECT_EQ(difference->why, "expected 29, got -29");
}

TEST(FirstDifference, NullInTheTruthIsNotAsked) {
  EXPECT_EQ(row_of_difference({1, nullptr, 3}, {1, "x", 3}), none);
  EXPECT_EQ(row_of_difference({1, nullptr}, {1}), none);
  EXPECT_EQ(row_of_difference({1, 2}, {1, nullptr}), 1U);
}

TEST(FirstDifference, MissingAndSuperfluousRowsAreDifferences) {
  const auto missing = first_difference({1, 2, 3}, {1});
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->row, 1U);
  EXPECT_EQ(missing->why, "the output ends after 1 of 3 rows");
  const auto too_many = first_difference({1}, {1, 7, 8});
  ASSERT_TRUE(too_many);
  EXPECT_EQ(too_many->row, 1U);
  EXPECT_TRUE(too_many->expected.is_null());
  EXPECT_EQ(too_many->observed, 7);
  EXPECT_EQ(too_many->why, "expected 1 row, got 3");
  EXPECT_EQ(first_difference({1}, nullptr)->why, "there is no answer");
  EXPECT_EQ(row_of_difference(Json::array(), Json::array()), none);
  EXPECT_EQ(row_of_difference(Json::array(), nullptr), none);
}

TEST(FirstDifference, ScalarsAreColumnsOfOneRow) {
  EXPECT_EQ(row_of_difference(244, 244), none);
  EXPECT_EQ(row_of_difference(244, 244.0), none);
  EXPECT_EQ(row_of_difference(244, 245), 0U);
  EXPECT_EQ(row_of_difference(244, nullptr), 0U);
}

TEST(FirstDifference, KindsOfNumbersDoNotMatterButTextDoes) {
  EXPECT_EQ(row_of_difference({3, 0.5, "a", true}, {3.0, 0.5, "a", true}), none);
  EXPECT_EQ(row_of_difference({3}, {3.25}), 0U);
  EXPECT_EQ(row_of_difference({3}, {"3"}), 0U);
  EXPECT_EQ(row_of_difference({"a"}, {"A"}), 0U);
  EXPECT_EQ(row_of_difference({-1}, {std::numeric_limits<std::uint64_t>::max()}), 0U);
  EXPECT_EQ(row_of_difference({0}, {-0.0}), none);
}

TEST(FirstDifference, ModuloMakesAddressesEqual) {
  EXPECT_EQ(row_of_difference({65535, 4464, 0}, {-1, 70000, 65536}, 65536), none);
  EXPECT_EQ(row_of_difference({65535}, {-2}, 65536), 0U);
  EXPECT_EQ(row_of_difference({65535}, {-1}), 0U);
  EXPECT_EQ(row_of_difference({0}, {std::numeric_limits<std::int64_t>::min()}, 65536), none);
}

const FrameRule rule{.page_bytes = 256, .frames = 8};

std::string frame_diagnostic(const Json& truth, const Json& observed) {
  const auto difference = first_frame_difference(truth, observed, rule);
  return difference ? std::to_string(difference->row) + ": " + difference->why : "fits";
}

TEST(FirstFrameDifference, AnyOtherOrderOfFramesFits) {
  EXPECT_EQ(frame_diagnostic({0, 257, 514, 3}, {0, 257, 514, 3}), "fits");
  EXPECT_EQ(frame_diagnostic({0, 257, 514, 3}, {1792, 1537, 2, 1795}), "fits");
  EXPECT_EQ(frame_diagnostic(Json::array(), Json::array()), "fits");
}

TEST(FirstFrameDifference, NamesTheRowAndTheReason) {
  EXPECT_EQ(frame_diagnostic({20, 257}, {20, 258}), "1: expected offset 1, got offset 2");
  EXPECT_EQ(frame_diagnostic({0, 256}, {0, 2048}), "1: frame 8 of only 8 frames");
  EXPECT_EQ(frame_diagnostic({0, 256, 1}, {1792, 1536, 1025}),
            "2: expected frame 7 as in row 1, got frame 4");
  EXPECT_EQ(frame_diagnostic({0, 256, 512}, {1792, 1536, 1792}),
            "2: expected another frame than 7, which row 1 has");
  EXPECT_EQ(frame_diagnostic({0}, {-256}), "0: -256 is no physical address");
  EXPECT_EQ(frame_diagnostic({0}, {"x"}), "0: \"x\" is no physical address");
  EXPECT_EQ(frame_diagnostic({0, 256}, {0}), "1: the output ends after 1 of 2 rows");
}

TEST(FirstFrameDifference, HoldsForAProgramThatHandsOutFramesFromTheTop) {
  Files files = book();
  for (const char* policy : {"fifo", "lru"}) {
    const Json ours = truth(paging(128, policy), files)["translations"]["physical"];
    Json theirs = Json::array();
    for (const Json& address : ours)
      theirs.push_back((127 - address.get<int>() / 256) * 256 + address.get<int>() % 256);
    EXPECT_FALSE(first_frame_difference(ours, theirs, {.page_bytes = 256, .frames = 128}));
    // The other policy evicts other pages: no renaming hides that.
    const Json other = truth(paging(128, std::string_view(policy) == "lru" ? "fifo" : "lru"), files);
    EXPECT_TRUE(
        first_frame_difference(ours, other["translations"]["physical"], {.page_bytes = 256, .frames = 128}));
  }
}

}  // namespace
}  // namespace memgrade::oracle
