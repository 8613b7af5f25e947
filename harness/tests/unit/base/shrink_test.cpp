// Shrinking on predicates whose shortest failing list is known.
#include <gmock/gmock.h>

#include <algorithm>
#include <harness/base/random.hpp>
#include <harness/base/shrink.hpp>
#include <set>

namespace memgrade {
namespace {

Items numbers(std::size_t count) {
  Items items;
  for (std::size_t i = 0; i < count; ++i) items.push_back(std::to_string(i));
  return items;
}

bool has(const Items& items, const std::string& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

// Counts its calls and sees to it that no list is asked twice.
struct Asked {
  std::function<bool(const Items&)> fails;
  std::set<Items> lists = {};

  ShrinkQuestions questions() {
    return {.still_fails = [this](const Items& items) -> Result<bool> {
      EXPECT_TRUE(lists.insert(items).second) << "asked twice";
      return fails(items);
    }};
  }
};

TEST(Shrink, FindsTheTwoItemsThatFailTogether) {
  Asked asked{[](const Items& items) { return has(items, "137") && has(items, "702"); }};
  const Shrunk shrunk = shrink(numbers(1000), asked.questions(), 10'000).value();
  EXPECT_EQ(shrunk.items, (Items{"137", "702"}));
  EXPECT_EQ(shrunk.end, ShrinkEnd::one_minimal);
  EXPECT_EQ(shrunk.calls, asked.lists.size());
  EXPECT_LT(shrunk.calls, 100U);
}

TEST(Shrink, PrefixIsFoundInAboutTwiceTheLogarithm) {
  // Every item of the prefix is needed, so nothing but the prefix can be cut.
  const auto fails = [](const Items& items) { return items.size() >= 300 && items[299] == "299"; };
  Asked asked{fails};
  const Shrunk shrunk = shrink(numbers(1000), asked.questions(), 25).value();
  EXPECT_EQ(shrunk.items, numbers(300));
  EXPECT_EQ(shrunk.end, ShrinkEnd::budget_spent);
  EXPECT_EQ(shrunk.calls, 25U);
  Asked again{fails};
  const Shrunk whole = shrink(numbers(1000), again.questions(), 10'000).value();
  EXPECT_EQ(whole.items, numbers(300));
  EXPECT_EQ(whole.end, ShrinkEnd::one_minimal);
}

TEST(Shrink, WhatIsKnownToFailAtItsLastItemIsNotAskedForItsPrefixes) {
  const auto fails = [](const Items& items) { return has(items, "702") && has(items, "999"); };
  Asked asked{fails};
  ShrinkQuestions questions = asked.questions();
  questions.fails_at_last = true;
  const Shrunk shrunk = shrink(numbers(1000), questions, 10'000).value();
  EXPECT_EQ(shrunk.items, (Items{"702", "999"}));
  EXPECT_EQ(shrunk.end, ShrinkEnd::one_minimal);
  Asked otherwise{fails};
  EXPECT_LT(shrunk.calls + 15, shrink(numbers(1000), otherwise.questions(), 10'000).value().calls);
}

TEST(Shrink, TheLastItemCanGoWhenNothingElseCan) {
  Asked asked{[](const Items& items) { return has(items, "5"); }};
  ShrinkQuestions questions = asked.questions();
  questions.fails_at_last = true;
  EXPECT_EQ(shrink(numbers(1000), questions, 10'000).value().items, Items{"5"});
}

TEST(Shrink, PrefixThatPassesAgainIsNoTrap) {
  // Fails for an odd number of items from 5 on: not monotone in the length.
  Asked asked{[](const Items& items) { return items.size() >= 5 && items.size() % 2 == 1; }};
  const Shrunk shrunk = shrink(numbers(101), asked.questions(), 100'000).value();
  EXPECT_TRUE(asked.fails(shrunk.items));
  for (std::size_t i = 0; i < shrunk.items.size(); ++i) {
    Items rest = shrunk.items;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(asked.fails(rest));
  }
}

TEST(Shrink, EndsOneMinimalOnRandomPredicates) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    // Fails when all of one group, or all of another, are there.
    const std::vector<std::uint64_t> order = permutation(60, seed);
    const auto group = [&](const Items& items, std::size_t from, std::size_t size) {
      return std::all_of(order.begin() + static_cast<std::ptrdiff_t>(from),
                         order.begin() + static_cast<std::ptrdiff_t>(from + size),
                         [&](std::uint64_t n) { return has(items, std::to_string(n)); });
    };
    Asked asked{[&](const Items& items) { return group(items, 0, 7) || group(items, 10, 4); }};
    const Shrunk shrunk = shrink(numbers(60), asked.questions(), 10'000).value();
    EXPECT_EQ(shrunk.end, ShrinkEnd::one_minimal);
    EXPECT_TRUE(shrunk.items.size() == 7 || shrunk.items.size() == 4) << shrunk.items.size();
    EXPECT_TRUE(asked.fails(shrunk.items));
  }
}

TEST(Shrink, AnItemThatCanGoOnlyAfterALaterOneGoes) {
  Asked asked{[](const Items& items) { return has(items, "x") && (has(items, "a") || !has(items, "b")); }};
  const Shrunk shrunk = shrink({"a", "b", "x"}, asked.questions(), 100).value();
  EXPECT_EQ(shrunk.items, (Items{"x"}));
  EXPECT_EQ(shrunk.end, ShrinkEnd::one_minimal);
}

TEST(Shrink, BudgetIsNeverExceededAndTheListStillFails) {
  const auto fails = [](const Items& items) {
    return has(items, "3") && has(items, "50") && has(items, "77");
  };
  Asked unlimited{fails};
  const std::size_t minimal_at = shrink(numbers(100), unlimited.questions(), 10'000).value().calls;
  ASSERT_LT(minimal_at, 100U);
  for (std::size_t budget = 0; budget <= 100; ++budget) {
    Asked asked{fails};
    const Shrunk shrunk = shrink(numbers(100), asked.questions(), budget).value();
    EXPECT_LE(asked.lists.size(), budget);
    EXPECT_EQ(shrunk.calls, asked.lists.size());
    EXPECT_TRUE(asked.fails(shrunk.items));
    EXPECT_EQ(shrunk.end == ShrinkEnd::one_minimal, shrunk.items.size() == 3 && budget >= minimal_at)
        << budget;
  }
}

TEST(Shrink, WhatFailsWithoutItemsIsTheEmptyList) {
  Asked asked{[](const Items&) { return true; }};
  const Shrunk shrunk = shrink(numbers(1000), asked.questions(), 100).value();
  EXPECT_TRUE(shrunk.items.empty());
  EXPECT_EQ(shrunk.calls, 2U);
  EXPECT_EQ(shrunk.end, ShrinkEnd::one_minimal);
}

TEST(Shrink, SaysWhenTheWholeListDoesNotFail) {
  Asked asked{[](const Items&) { return false; }};
  const Shrunk shrunk = shrink(numbers(10), asked.questions(), 100).value();
  EXPECT_EQ(shrunk.end, ShrinkEnd::not_reproduced);
  EXPECT_EQ(shrunk.items, numbers(10));
  EXPECT_EQ(shrunk.calls, 1U);
}

TEST(Shrink, ErrorsArePassedOn) {
  std::size_t calls = 0;
  const ShrinkQuestions questions{.still_fails = [&](const Items&) -> Result<bool> {
    if (++calls == 3) return fail(ErrorKind::interrupted, "stopped");
    return true;
  }};
  const Result<Shrunk> result = shrink({"a", "b", "c"}, questions, 100);
  EXPECT_TRUE(result);  // the empty list fails at the second call
  calls = 2;
  const Result<Shrunk> broken = shrink({"a", "b", "c"}, questions, 100);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::interrupted);
  EXPECT_EQ(calls, 3U);
}

TEST(Shrink, ACircleOfSimplerItemsEnds) {
  Asked asked{[](const Items& items) { return !items.empty(); }};
  ShrinkQuestions questions = asked.questions();
  questions.simpler = [](const Items& items, std::size_t index) {
    Items other = items;
    other[index] = items[index] == "a" ? "b" : "a";
    return std::vector<Items>{other};
  };
  const Shrunk shrunk = shrink({"a", "a", "a"}, questions, 1000).value();
  EXPECT_EQ(shrunk.items.size(), 1U);
  EXPECT_EQ(shrunk.end, ShrinkEnd::one_minimal);
}

}  // namespace
}  // namespace memgrade
