#include <gmock/gmock.h>

#include <harness/base/text.hpp>
#include <harness/report/report.hpp>
#include <harness/tests/unit/report/golden.hpp>
#include <harness/tests/unit/report/sample.hpp>

namespace memgrade::report {
namespace {

using testing::expect_golden;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::sample_report;

TEST(Console, LooksAsApproved) {
  expect_golden("console.txt", console(sample_report(), {}));
}

TEST(Console, LooksAsApprovedInColour) {
  expect_golden("console-color.txt",
                console(sample_report(), {.color = true, .verbose = false, .columns = 80}));
}

TEST(Console, LooksAsApprovedWhenVerbose) {
  expect_golden("console-verbose.txt",
                console(sample_report(), {.color = false, .verbose = true, .columns = 100}));
}

TEST(Console, NoLineIsWiderThanTheTerminal) {
  for (const int columns : {40, 41, 57, 64, 80, 133}) {
    for (const bool verbose : {false, true}) {
      const std::string text =
          console(sample_report(), {.color = false, .verbose = verbose, .columns = columns});
      for (const std::string_view line : split_lines(text))
        ASSERT_LE(display_width(line), static_cast<std::size_t>(columns)) << line;
    }
  }
}

TEST(Console, ColourOnlyAddsEscapes) {
  const std::string colored = console(sample_report(), {.color = true, .verbose = true, .columns = 80});
  EXPECT_THAT(colored, HasSubstr("\x1b[32m"));
  EXPECT_EQ(printable(colored), console(sample_report(), {.color = false, .verbose = true, .columns = 80}));
}

TEST(Console, NoEscapeOfASubmissionReachesTheTerminal) {
  const std::string text = console(sample_report(), {.color = false, .verbose = true, .columns = 80});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr(std::string(1, '\0'))));
  EXPECT_TRUE(is_utf8(text));
}

TEST(Console, NoLineCanBeAWorkflowCommand) {
  for (int columns = 40; columns < 120; ++columns) {
    const std::string text = console(sample_report(), {.color = false, .verbose = true, .columns = columns});
    EXPECT_THAT(text, Not(HasSubstr("##[")));
    for (const std::string_view line : split_lines(text)) ASSERT_FALSE(trim(line).starts_with("::")) << line;
  }
}

TEST(Console, PassedTasksTakeOneLine) {
  Report report = sample_report();
  report.labs.resize(1);
  report.labs[0].tasks.resize(2);
  report.notes.clear();
  const std::string text = console(report, {});
  EXPECT_THAT(text, HasSubstr("256 frames, FIFO"));
  EXPECT_THAT(text, Not(HasSubstr("page faults")));
  EXPECT_THAT(console(report, {.color = false, .verbose = true, .columns = 80}),
              HasSubstr("✓ page faults: 244"));
}

TEST(Console, BarIsFullOnlyWithFullMarks) {
  Report report = sample_report();
  report.labs.resize(1);
  report.labs[0].tasks = {testing::task("a", "a", TaskStatus::partial, 0.999, 1)};
  report.score = report.max_score = 1;
  EXPECT_THAT(console(report, {}), HasSubstr("▰▰▰▰▰▰▰▱"));
  report.labs[0].tasks[0].score = 0.001;
  EXPECT_THAT(console(report, {}), HasSubstr("▰▱▱▱▱▱▱▱"));
}

TEST(Console, AnEmptyReportIsARowOfNothing) {
  EXPECT_THAT(console(Report{}, {}), HasSubstr("(no name)"));
}

}  // namespace
}  // namespace memgrade::report
