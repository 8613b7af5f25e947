#include <gmock/gmock.h>
#include <harness/model/verdict.hpp>

#include <csignal>

namespace memgrade {
namespace {

Evidence one_run(RunRecord run) {
  run.name = "book";
  Evidence evidence;
  evidence.runs.push_back(std::move(run));
  return evidence;
}

std::string why(const Evidence& evidence, std::string_view name = "book.page_faults",
                Json facts = Json::object()) {
  return why_missing({evidence, facts}, name);
}

TEST(Fact, DottedNamesFindNestedValues) {
  const Evidence evidence;
  const Json facts = {{"book", {{"page_faults", 244}, {"t", {{"value", {1, 2}}}}}},
                      {"own.data", {{"x", 1}}},
                      {"own", {{"y", 2}}}};
  const Observed observed{evidence, facts};
  EXPECT_EQ(fact(observed, "book.page_faults"), 244);
  EXPECT_EQ(fact(observed, "book.t.value"), Json::array({1, 2}));
  EXPECT_EQ(fact(observed, "own.data.x"), 1);
  EXPECT_EQ(fact(observed, "own.y"), 2);
  for (const char* name :
       {"", ".", "book.", ".book", "book.page_faults.x", "book..t", "nothing", "own.data.y"})
    EXPECT_TRUE(fact(observed, name).is_null()) << name;
}

TEST(WhyMissing, NamesTheSignal) {
  RunRecord run;
  run.termination = Termination::signaled;
  run.signal = SIGSEGV;
  EXPECT_EQ(
      why(one_run(run)),
      "the program crashed with SIGSEGV (segmentation fault: it used memory that is not its own) before "
      "it printed this");
}

TEST(WhyMissing, NamesTheLimit) {
  RunRecord run;
  run.termination = Termination::cpu_timeout;
  run.limit = "5 s of CPU time";
  EXPECT_EQ(why(one_run(run)), "the program met the limit of 5 s of CPU time before it printed this");
  run.limit.clear();
  run.termination = Termination::memory_limit;
  EXPECT_EQ(why(one_run(run)), "the program met the limit of memory before it printed this");
}

TEST(WhyMissing, SilenceAndItsReason) {
  RunRecord run;
  EXPECT_EQ(why(one_run(run)), "the program printed nothing");
  run.exit_status = 2;
  run.err.bytes = "\n  usage: vm\x1b[0m FILE\nmore";
  EXPECT_THAT(why(one_run(run)),
              testing::StartsWith("the program printed nothing; the program ended with exit status 2, its "
                                  "error output begins with "));
  EXPECT_THAT(why(one_run(run)), testing::HasSubstr("usage: vm"));
}

TEST(WhyMissing, SaysWhatWasLookedFor) {
  RunRecord run;
  run.out.bytes = "hello\n";
  EXPECT_EQ(why(one_run(run)), "the output does not give page_faults");
  Json facts = {{"?", {{"page_faults", {{"patterns", {"a+", "b"}}}}}}};
  EXPECT_THAT(why(one_run(run), "book.page_faults", facts),
              testing::StrEq("no line of the output matches a+ (or one of 1 other spelling)"));
  facts["?"]["page_faults"]["example"] = "Page Faults = 244";
  EXPECT_THAT(why(one_run(run), "book.page_faults", facts),
              testing::MatchesRegex("no line of the output looks like .Page Faults = 244."));
}

TEST(WhyMissing, WhatAGuestDidNotGetTo) {
  RunRecord run;
  run.observed.emplace();
  const Evidence evidence = one_run(run);
  EXPECT_EQ(why(evidence, "book.marks.on"), "the run did not get to \"on\"");
  EXPECT_EQ(why(evidence, "book.steps.load.errno"), "the step \"load.errno\" was not taken");
  EXPECT_EQ(why(evidence, "book.files.out.txt"), "there is no file \"out.txt\"");
  EXPECT_EQ(why(evidence, "book.page_faults"), "the program printed nothing");
  run.termination = Termination::panic;
  EXPECT_EQ(why(one_run(run), "book.values.vma"), "nothing could be read for \"vma\"; the guest panicked");
}

TEST(WhyMissing, BeforeTheRun) {
  Evidence evidence;
  EXPECT_EQ(why(evidence), "the program was not run for this");
  EXPECT_EQ(why(evidence, ""), "the program was not run for this");
  EXPECT_EQ(why(evidence, "build.form"), "nothing was built");
  EXPECT_EQ(why(evidence, "search"), "no search took place");
  EXPECT_EQ(why(evidence, "oracle.book.x"), "there is nothing to compare with (oracle.book.x)");
  evidence.build = BuildRecord{};
  EXPECT_EQ(why(evidence), "the program did not build");
  evidence.build->succeeded = true;
  evidence.build->tried = {"./vm"};
  EXPECT_EQ(why(evidence), "no command line was found that the program answers to");
  evidence.unobserved = Error{};
  EXPECT_EQ(why(evidence), "this could not be observed");
}

}  // namespace
}  // namespace memgrade
