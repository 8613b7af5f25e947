// Generators: the bytes are pinned, since a task's data must never change under it.
#include <gmock/gmock.h>

#include <harness/base/hash.hpp>
#include <harness/base/random.hpp>
#include <harness/base/text.hpp>
#include <harness/oracle/generators.hpp>
#include <set>

#include <harness/tests/unit/oracle/fixtures.hpp>

namespace memgrade::oracle {
namespace {

using testing::HasSubstr;

std::string diagnostic(std::string_view generator, const Json& params, const Files& files = {}) {
  const Result<std::string> made = find_generator(generator)->make(params, files);
  return made ? "no complaint" : made.error().text();
}

TEST(SplitMix, GivesTheReferenceSequence) {
  // The sequence that the reference code prints for the seed 1234567.
  SplitMix64 random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
  EXPECT_EQ(random.next(), 4593380528125082431U);
  EXPECT_EQ(random.next(), 16408922859458223821U);
}

TEST(SplitMix, BelowIsEvenAndUnitIsBelowOne) {
  SplitMix64 random(1);
  std::vector<int> seen(7);
  for (int i = 0; i < 70'000; ++i) ++seen[random.below(7)];
  for (const int n : seen) EXPECT_NEAR(n, 10'000, 500);
  for (int i = 0; i < 1000; ++i) {
    const double u = random.unit();
    EXPECT_TRUE(u >= 0 && u < 1);
  }
}

TEST(SplitMix, PermutationHoldsEveryNumberOnce) {
  const std::vector<std::uint64_t> order = permutation(256, 5);
  EXPECT_EQ(std::set<std::uint64_t>(order.begin(), order.end()).size(), 256U);
  EXPECT_EQ(*std::max_element(order.begin(), order.end()), 255U);
  EXPECT_NE(order, permutation(256, 6));
  EXPECT_TRUE(permutation(0, 1).empty());
}

TEST(JavaRandomGenerator, AgreesWithJavaForEveryKindOfBound) {
  // new Random(42): nextInt(10), a bound with a remainder.
  EXPECT_EQ(make("java_random", {{"seed", 42}, {"count", 10}, {"bound", 10}}),
            "0\n3\n8\n4\n0\n5\n5\n8\n9\n3\n");
  // A bound above 2^30 throws away nearly half of the draws.
  EXPECT_EQ(digest(make("java_random", {{"seed", 42}, {"count", 1000}, {"bound", 1073741825}})),
            "8e208949e0f9db2e7515f066f9f1837d");
  EXPECT_EQ(digest(make("java_random", {{"seed", -7}, {"count", 1000}, {"bound", 2147483647}})),
            "00fab5ac404aec916911579d26bf65d0");
  EXPECT_EQ(make("java_random", {{"seed", 1}, {"count", 0}, {"bound", 10}}), "");
  EXPECT_THAT(diagnostic("java_random", {{"seed", 1}, {"count", 1}, {"bound", 0}}), HasSubstr("'bound'"));
  EXPECT_THAT(diagnostic("java_random", {{"seed", 1}, {"count", 1}}), HasSubstr("'bound'"));
}

TEST(BookData, HasItsDigests) {
  const Files files = book();
  EXPECT_EQ(files.at("addresses.txt").substr(0, 18), "16916\n62493\n30198\n");
  EXPECT_EQ(digest(files.at("addresses.txt")), "012ecdcb2beafe6b71016a3ea5cb6d4d");
  EXPECT_EQ(digest(files.at("store.bin")), "2dce922e2edd6328f9b1bd941f13f371");
}

TEST(BookData, IsThePublishedOne) {
  const auto addresses = published("addresses.txt");
  const auto store = published("BACKING_STORE.bin");
  if (!addresses || !store) GTEST_SKIP() << "MEMGRADE_DATASET names no directory with the published data";
  EXPECT_EQ(book().at("addresses.txt"), *addresses);
  EXPECT_EQ(book().at("store.bin"), *store);
}

TEST(BackingStore, WordsAreBigEndianAndCutAtTheEnd) {
  const std::string store = make("backing_store", {{"bytes", 1030}});
  EXPECT_EQ(store.size(), 1030U);
  EXPECT_EQ(store.substr(0, 8), std::string("\0\0\0\0\0\0\0\1", 8));
  EXPECT_EQ(store.substr(1024), std::string("\0\0\1\0\0\0", 6));
  EXPECT_EQ(make("backing_store", {{"bytes", 0}}), "");
}

TEST(Lines, EndsAndBlanksAreAsAsked) {
  const Json values = {1, -5, "x", 70000, 0.5, true};
  EXPECT_EQ(make("lines", {{"values", values}}), "1\n-5\nx\n70000\n0.5\ntrue\n");
  EXPECT_EQ(
      make("lines", {{"values", values}, {"eol", "crlf"}, {"blank_every", 2}, {"final_newline", false}}),
      "1\r\n-5\r\n\r\nx\r\n70000\r\n\r\n0.5\r\ntrue");
  EXPECT_EQ(make("lines", {{"values", Json::array()}}), "");
  EXPECT_EQ(make("lines", {{"values", 7}}), "7\n");
  EXPECT_THAT(diagnostic("lines", {{"values", {{{"a", 1}}}}}), HasSubstr("'values'"));
  EXPECT_THAT(diagnostic("lines", {{"values", 7}, {"eol", "cr"}}), HasSubstr("lf, crlf"));
}

TEST(Text, IsTakenAsItStands) {
  EXPECT_EQ(make("text", {{"text", "a\r\n\n b"}}), "a\r\n\n b");
}

TEST(Addresses, BytesAreFixed) {
  EXPECT_EQ(
      digest(make("addresses", {{"seed", 20}, {"count", 2000}, {"locality", 0.6}, {"working_set", 24}})),
      "cf1cd095282e3f986bcf2dc383ccd1c4");
  EXPECT_NE(make("addresses", {{"seed", 1}, {"count", 50}}), make("addresses", {{"seed", 2}, {"count", 50}}));
}

TEST(Addresses, LocalityIsTheShareThatStaysInTheSet) {
  const auto distinct = [&](double locality) {
    const std::string text =
        make("addresses", {{"seed", 3}, {"count", 3000}, {"locality", locality}, {"working_set", 8}});
    std::set<std::uint64_t> pages;
    std::uint64_t moves = 0;
    for (const std::uint64_t address : parsed(text)) moves += pages.insert(address / 256).second ? 1 : 0;
    return moves;
  };
  EXPECT_EQ(distinct(1.0), 8U);
  EXPECT_GT(distinct(0.9), 100U);
  EXPECT_GT(distinct(0.0), 250U);
}

TEST(Addresses, AWorkingSetOfAllPagesNeedsNoOutside) {
  const std::string text =
      make("addresses", {{"seed", 3}, {"count", 100}, {"pages", 4}, {"page_bytes", 16}, {"working_set", 4}});
  for (const std::uint64_t address : parsed(text)) EXPECT_LT(address, 64U);
  EXPECT_THAT(diagnostic("addresses", {{"seed", 3}, {"count", 1}, {"pages", 4}, {"working_set", 5}}),
              HasSubstr("'working_set'"));
  EXPECT_THAT(diagnostic("addresses", {{"seed", 3}, {"count", 1}, {"locality", 1.5}}),
              HasSubstr("'locality'"));
}

TEST(RandomBytes, BytesAreFixedAndAShorterFileIsAPrefix) {
  const std::string bytes = make("random_bytes", {{"seed", 20}, {"bytes", 65536}});
  EXPECT_EQ(digest(bytes), "9fd0d0f20cdf8699c62863f8ba3a931e");
  EXPECT_EQ(make("random_bytes", {{"seed", 20}, {"bytes", 1001}}), bytes.substr(0, 1001));
}

TEST(RenamePages, IsAPermutationThatKeepsOffsets) {
  const Files files = book();
  const std::string text = make("rename_pages", {{"of", "addresses.txt"}, {"seed", 1}}, files);
  EXPECT_EQ(digest(text), "3d90435cde51a08bb8a873a23d9a9e6b");
  const auto before = parsed(files.at("addresses.txt"));
  const auto after = parsed(text);
  ASSERT_EQ(before.size(), after.size());
  std::map<std::uint64_t, std::uint64_t> name;
  std::set<std::uint64_t> names;
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i] % 256, after[i] % 256);
    EXPECT_EQ(name.try_emplace(before[i] / 256, after[i] / 256).first->second, after[i] / 256);
    names.insert(after[i] / 256);
  }
  EXPECT_EQ(names.size(), name.size());
  EXPECT_THAT(diagnostic("rename_pages", {{"of", "none"}, {"seed", 1}}, files), HasSubstr("'none'"));
  EXPECT_THAT(diagnostic("rename_pages", {{"of", "t"}, {"seed", 1}}, {{"t", "1\nx\n"}}), HasSubstr("t:2"));
}

TEST(Head, IsThePrefixOfAnotherFile) {
  const Files files{{"a", "12345"}};
  EXPECT_EQ(make("head", {{"of", "a"}, {"bytes", 3}}, files), "123");
  EXPECT_EQ(make("head", {{"of", "a"}, {"bytes", 9}}, files), "12345");
  EXPECT_THAT(diagnostic("head", {{"of", "b"}, {"bytes", 3}}, files), HasSubstr("'b'"));
}

TEST(Table, EveryGeneratorIsFoundByItsNameAndDocumented) {
  std::set<std::string> names;
  for (const Generator& generator : generators()) {
    names.insert(generator.spec.name);
    EXPECT_EQ(find_generator(generator.spec.name), &generator);
    EXPECT_FALSE(generator.spec.doc.empty());
    for (const FieldSpec& key : generator.spec.fields) EXPECT_FALSE(key.doc.empty()) << key.key;
  }
  EXPECT_EQ(names, (std::set<std::string>{"text", "lines", "java_random", "backing_store", "addresses",
                                          "random_bytes", "rename_pages", "head"}));
  EXPECT_EQ(find_generator("none"), nullptr);
  EXPECT_EQ(find_oracle("none"), nullptr);
}

}  // namespace
}  // namespace memgrade::oracle
