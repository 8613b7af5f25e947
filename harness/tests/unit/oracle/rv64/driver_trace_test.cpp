// What is believed of a console, and what not.
#include <gmock/gmock.h>

#include <harness/base/text.hpp>

#include <harness/tests/unit/oracle/rv64/kernel_console.hpp>

namespace memgrade::oracle {
namespace {

const Told two_pages{{"p0 = alloc_page()", "80300000 z0"},
                     {"free_pages(p0)", "80300000 v0"},
                     {"p2 = alloc_pages(2)", "80300000 z0"}};

struct Fixture {
  CallSequence sequence = calls_of(Phase::early, two_pages);
  Console console{sequence};

  Fixture() {
    for (const auto& [call, result] : two_pages) console.result(result);
    console.end();
  }
  [[nodiscard]] PageTrace parse() const { return parse_page_trace(console.text(), sequence, test_key); }
  [[nodiscard]] std::vector<std::string> rules() const {
    std::vector<std::string> ids;
    for (const Violation& violation : judge_calls(sequence, parse()).violations)
      ids.push_back(violation.rule);
    return ids;
  }
};

TEST(SipHash, GivesTheValueOfThePaper) {
  std::string input;
  for (char byte = 0; byte < 15; ++byte) input.push_back(byte);
  EXPECT_EQ(siphash(input, {0x0706'0504'0302'0100, 0x0f0e'0d0c'0b0a'0908}), 0xa129'ca61'49be'45e5);
}

TEST(PageTrace, ReadsRecords) {
  const PageTrace trace = Fixture().parse();
  EXPECT_TRUE(trace.begun && trace.complete());
  EXPECT_EQ(trace.start, test_start);
  ASSERT_EQ(trace.seen.size(), 3U);
  EXPECT_EQ(trace.seen[0].value, 0x8030'0000U);
  EXPECT_EQ(trace.seen[0].nonzero.value().count, 0U);
  EXPECT_EQ(trace.disbelieved, 0U);
}

TEST(PageTrace, OtherLinesArePassedOver) {
  Fixture fixture;
  fixture.console.lines.insert(fixture.console.lines.begin() + 2, "split node 12 @ level 3");
  fixture.console.lines[1] = "debug: no newline" + fixture.console.lines[1];
  EXPECT_THAT(fixture.rules(), testing::IsEmpty());
}

TEST(PageTrace, MadeUpLineIsNotBelieved) {
  Fixture fixture;
  fixture.console.lines.insert(fixture.console.lines.begin() + 2,
                               "@T 1 free_pages r0 = 80300000 v0 #00000000");
  const PageTrace trace = fixture.parse();
  EXPECT_EQ(trace.disbelieved, 1U);
  EXPECT_TRUE(trace.complete());
  EXPECT_THAT(fixture.rules(), testing::ElementsAre("run.forged"));
}

TEST(PageTrace, LineSaidAgainIsNotBelieved) {
  Fixture fixture;
  fixture.console.lines.insert(fixture.console.lines.begin() + 2, fixture.console.lines[1]);
  EXPECT_THAT(fixture.rules(), testing::ElementsAre("run.forged"));
}

TEST(PageTrace, NothingIsBelievedAfterALostLine) {
  Fixture fixture;
  fixture.console.lines.erase(fixture.console.lines.begin() + 2);
  const PageTrace trace = fixture.parse();
  EXPECT_EQ(trace.seen.size(), 1U);
  EXPECT_FALSE(trace.complete());
  EXPECT_THAT(fixture.rules(), testing::Contains("run.incomplete"));
}

TEST(PageTrace, WithoutEndLineItIsNotComplete) {
  Fixture fixture;
  fixture.console.lines.pop_back();
  EXPECT_THAT(fixture.rules(), testing::ElementsAre("run.incomplete"));
}

TEST(PageTrace, EmptyConsoleIsNotComplete) {
  const CallSequence sequence = calls_of(Phase::early, two_pages);
  const auto found = judge_calls(sequence, parse_page_trace("", sequence, test_key)).violations;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].rule, "run.incomplete");
}

TEST(PageTrace, OtherKeyOrNonceIsNotBelieved) {
  const Fixture fixture;
  TraceKey key = test_key;
  key.key[1] ^= 1;
  EXPECT_EQ(parse_page_trace(fixture.console.text(), fixture.sequence, key).disbelieved, 5U);
  key = test_key;
  key.nonce = 1;
  EXPECT_FALSE(parse_page_trace(fixture.console.text(), fixture.sequence, key).begun);
}

TEST(PageTrace, LineThatMakesNoSenseIsADiagnostic) {
  const CallSequence sequence = calls_of(Phase::early, two_pages);
  Console console(sequence);
  console.result("80300000 q7");
  const PageTrace trace = parse_page_trace(console.text(), sequence, test_key);
  EXPECT_THAT(trace.diagnostic, testing::HasSubstr("q7"));
  EXPECT_EQ(judge_calls(sequence, trace).violations.at(0).rule, "run.incomplete");
}

TEST(PageTrace, EndLineMustCountWhatWasDone) {
  const CallSequence sequence = calls_of(Phase::early, two_pages);
  Console console(sequence);
  console.result("80300000 z0");
  console.line(fmt::format("@E 3 done {:016x}", test_key.nonce));
  EXPECT_FALSE(parse_page_trace(console.text(), sequence, test_key).complete());
}

}  // namespace
}  // namespace memgrade::oracle
