// equals, one_of, near, between, at_most, at_least, exits.
#include <gmock/gmock.h>
#include <harness/tests/unit/judge/evidence_builder.hpp>

#include <csignal>
#include <limits>

namespace memgrade::judge {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const Json kFact = {{"fact", "book.page_faults"}};

Json with(Json more) {
  Json params = kFact;
  params.update(more);
  return params;
}

Scene faults(Json value, Json truth = nullptr) {
  return Scene::of({{"page_faults", std::move(value)}}, std::move(truth));
}

TEST(Equals, ByValue) {
  EXPECT_TRUE(faults(244).passes("equals", with({{"value", 244}})));
  EXPECT_TRUE(faults(244).passes("equals", with({{"value", 244.0}})));
  EXPECT_TRUE(faults("fifo").passes("equals", with({{"value", "fifo"}})));
  EXPECT_TRUE(faults(true).passes("equals", with({{"value", true}})));
  EXPECT_TRUE(
      faults(244, {{"page_faults", 244U}}).passes("equals", with({{"to", "oracle.book.page_faults"}})));
  EXPECT_EQ(faults(250).fails("equals", with({{"value", 244}})), "page faults: 250 where 244 is expected");
}

std::vector<std::string> mistakes(const char* checker, const Json& params) {
  std::vector<std::string> texts;
  for (const SettingDiagnostic& found : find_checker(checker)->spec.inspect(params))
    texts.push_back(found.pointer + ": " + found.message);
  return texts;
}

// What a case file says wrongly is found when it is loaded, and fails no student.
TEST(Inspect, WhatNoSubmissionCouldPass) {
  using testing::ElementsAre;
  EXPECT_THAT(mistakes("between", with({{"low", 3}, {"high", 1}})),
              ElementsAre(testing::HasSubstr("/low: ")));
  EXPECT_TRUE(mistakes("between", with({{"low", 1}, {"high", 1}})).empty());
  const auto path = [](const char* pointer) { return with({{"path", pointer}, {"equals", 1}}); };
  EXPECT_THAT(mistakes("json_path", path("stats/x")), ElementsAre("/path: a JSON pointer begins with '/'"));
  EXPECT_THAT(mistakes("json_path", path("/a~b")), ElementsAre(testing::HasSubstr("'~0'")));
  EXPECT_THAT(mistakes("json_path", path("/a~")), ElementsAre(testing::HasSubstr("'~0'")));
  for (const char* right : {"", "/", "/stats/0/x~1y~0z", "/a b"})
    EXPECT_TRUE(mistakes("json_path", path(right)).empty()) << right;
  EXPECT_THAT(mistakes("json_path", with({{"path", "/x"}})), ElementsAre(testing::HasSubstr("needs one of")));
  EXPECT_THAT(mistakes("near", with({{"value", 1}, {"to", "x"}})),
              ElementsAre(testing::HasSubstr("only one of")));
  EXPECT_THAT(mistakes("column", with({{"to", "x"}, {"modulo", 2}, {"within", 1}})),
              ElementsAre(testing::HasSubstr("/within: ")));
}

TEST(Equals, TypesAndLargeNumbersAreNotMixedUp) {
  EXPECT_EQ(faults("244").fails("equals", with({{"value", 244}})),
            "page faults: \"244\" where 244 is expected");
  EXPECT_EQ(faults(1).fails("equals", with({{"value", true}})), "page faults: 1 where true is expected");
  EXPECT_EQ(faults(-1).fails("equals", with({{"value", std::numeric_limits<std::uint64_t>::max()}})),
            "page faults: -1 where 18446744073709551615 is expected");
  EXPECT_EQ(faults(9007199254740993).fails("equals", with({{"value", 9007199254740992.0}})).substr(0, 29),
            "page faults: 9007199254740993");
  EXPECT_NE(faults(kNan).fails("equals", with({{"value", kNan}})), "IT PASSED");
  EXPECT_EQ(faults({1, 2}).fails("equals", with({{"value", 1}})),
            "page faults: a list of 2 values where 1 is expected");
  EXPECT_NE(
      faults({1, 2}, {{"page_faults", {1, 2}}}).fails("equals", with({{"to", "oracle.book.page_faults"}})),
      "IT PASSED");
}

TEST(Equals, MissingSides) {
  EXPECT_EQ(faults(nullptr).fails("equals", with({{"value", 244}})), "the output does not give page_faults");
  EXPECT_EQ(faults(244).fails("equals", with({{"to", "oracle.book.x"}})),
            "there is nothing to compare with (oracle.book.x)");
  EXPECT_EQ(faults(244).fails("equals", kFact), "the case does not say what is expected");
  EXPECT_NE(
      faults(nullptr, {{"page_faults", nullptr}}).fails("equals", with({{"to", "oracle.book.page_faults"}})),
      "IT PASSED");
}

TEST(OneOf, AnyThatIsRight) {
  const Json params = with({{"to", "oracle.book.accepted"}});
  EXPECT_TRUE(faults(245, {{"accepted", {244U, 245U}}}).passes("one_of", params));
  EXPECT_TRUE(faults(245, {{"accepted", 245}}).passes("one_of", params));
  EXPECT_TRUE(faults("lru").passes("one_of", with({{"values", {"fifo", "lru"}}})));
  EXPECT_EQ(faults(250, {{"accepted", {244, 245}}}).fails("one_of", params),
            "page faults: 250 where 244 or 245 is expected");
  EXPECT_EQ(faults(250, {{"accepted", Json::array()}}).fails("one_of", params),
            "page faults: 250 where nothing is expected");
  EXPECT_EQ(faults(nullptr, {{"accepted", {244}}}).fails("one_of", params),
            "the output does not give page_faults");
  EXPECT_NE(faults(nullptr, {{"accepted", {nullptr}}}).fails("one_of", params), "IT PASSED");
}

TEST(OneOf, LongListsStayShort) {
  Json many = Json::array();
  for (int i = 0; i < 100; ++i) many.push_back(i);
  EXPECT_EQ(faults(250).ask("one_of", with({{"values", many}})).expected,
            "0 or 1 or 2 or 3 or 4 or 5 or 6 or 7 or one of 92 more");
}

TEST(Near, DistanceIncluded) {
  const Json params = with({{"value", 39}, {"within", 8}});
  EXPECT_TRUE(faults(47).passes("near", params));
  EXPECT_TRUE(faults(31.0).passes("near", params));
  EXPECT_EQ(faults(48).fails("near", params), "page faults: 48 is farther than 8 from 39");
  EXPECT_EQ(faults(48).ask("near", params).expected, "39 ± 8");
  EXPECT_EQ(faults("48").fails("near", params), "page faults: \"48\" where a number is expected");
  EXPECT_EQ(faults(nullptr).fails("near", params), "the output does not give page_faults");
  EXPECT_EQ(faults(40).fails("near", with({{"value", 39}})),
            "the case does not say which number is expected");
  EXPECT_NE(faults(kNan).fails("near", params), "IT PASSED");
  EXPECT_NE(faults(1).fails("near", with({{"value", kNan}, {"within", 8}})), "IT PASSED");
  EXPECT_NE(faults(std::numeric_limits<double>::infinity()).fails("near", params), "IT PASSED");
}

TEST(Between, BoundsIncluded) {
  const Json params = with({{"low", 1}, {"high", 3}});
  EXPECT_TRUE(faults(1).passes("between", params));
  EXPECT_TRUE(faults(3).passes("between", params));
  EXPECT_EQ(faults(3.5).fails("between", params), "page faults: 3.5 is not between 1 and 3");
  EXPECT_EQ(faults(nullptr).fails("between", params), "the output does not give page_faults");
  EXPECT_NE(faults(kNan).fails("between", params), "IT PASSED");
  EXPECT_NE(faults(2).fails("between", with({{"low", 1}})), "IT PASSED");
}

TEST(AtMostAtLeast, Bounds) {
  EXPECT_TRUE(faults(3).passes("at_most", with({{"value", 3}})));
  EXPECT_TRUE(faults(3).passes("at_least", with({{"value", 3}})));
  EXPECT_TRUE(faults(3, {{"x", 4}}).passes("at_most", with({{"to", "oracle.book.x"}})));
  EXPECT_EQ(faults(4).fails("at_most", with({{"value", 3}})), "page faults: 4 is more than 3");
  EXPECT_EQ(faults(2).fails("at_least", with({{"value", 3}})), "page faults: 2 is less than 3");
  EXPECT_EQ(faults(nullptr).fails("at_most", with({{"value", 3}})), "the output does not give page_faults");
  EXPECT_EQ(faults({1}).fails("at_least", with({{"value", 0}})),
            "page faults: a list of 1 value where a number is expected");
  EXPECT_NE(faults(kNan).fails("at_most", with({{"value", 3}})), "IT PASSED");
  EXPECT_NE(faults(kNan).fails("at_least", with({{"value", 3}})), "IT PASSED");
  EXPECT_EQ(faults(2).fails("at_most", with({{"to", "oracle.book.x"}})),
            "there is nothing to compare with (oracle.book.x)");
}

TEST(Exits, ByItself) {
  Scene scene = faults(1);
  const Json params = {{"run", "book"}};
  EXPECT_TRUE(scene.passes("exits", params));
  scene.run().exit_status = 3;
  EXPECT_TRUE(scene.passes("exits", params));
  EXPECT_TRUE(scene.passes("exits", {{"run", "book"}, {"status", {0, 3}}}));
  EXPECT_EQ(scene.fails("exits", {{"run", "book"}, {"status", {0}}}),
            "the program ended with exit status 3 where exit status 0 is expected");
  EXPECT_EQ(scene.fails("exits", {{"run", "book"}, {"status", {1, 2}}}),
            "the program ended with exit status 3 where exit status 1 or 2 is expected");
}

TEST(Exits, CrashesNameTheSignal) {
  Scene scene = faults(1);
  scene.run().termination = Termination::signaled;
  scene.run().signal = SIGSEGV;
  scene.run().err.bytes = "reading BACKING_STORE.bin\nvm: bad\n";
  const Verdict verdict = scene.ask("exits", {{"run", "book"}});
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.observed, "SIGSEGV");
  EXPECT_EQ(verdict.message,
            "the program crashed with SIGSEGV (segmentation fault: it used memory that is not its own)");
  EXPECT_EQ(verdict.detail, "the end of its error output:\nreading BACKING_STORE.bin\nvm: bad\n");
}

TEST(Exits, LimitsAreNamed) {
  Scene scene = faults(1);
  scene.run().termination = Termination::cpu_timeout;
  scene.run().limit = "5 s of CPU time";
  EXPECT_EQ(scene.fails("exits", {{"run", "book"}}), "the program met the limit of 5 s of CPU time");
  scene.run().termination = Termination::not_started;
  EXPECT_EQ(scene.fails("exits", {{"run", "book"}}), "the program could not be started");
}

TEST(Exits, RunThatDidNotTakePlace) {
  EXPECT_EQ(faults(1).fails("exits", {{"run", "own"}}), "the program was not run for this");
  EXPECT_EQ(faults(1).fails("exits", Json::object()), "the program was not run for this");
}

}  // namespace
}  // namespace memgrade::judge
