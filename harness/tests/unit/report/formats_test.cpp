// json, junit, markdown and annotations: approved outputs, other programs' parsers, and hostile text.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/report/report.hpp>
#include <harness/tests/unit/report/golden.hpp>
#include <harness/tests/unit/report/sample.hpp>

namespace memgrade::report {
namespace {

using testing::expect_golden;
using ::testing::HasSubstr;
using testing::kHostile;
using ::testing::Not;
using testing::sample_report;

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// What `python3 -c SCRIPT FILE` prints about `text`; the script reads sys.argv[1].
std::string python(const std::string& script, const std::string& text) {
  auto directory = TempDir::make(fs::temp_directory_path(), "report-test-");
  EXPECT_TRUE(directory.has_value());
  if (!directory) return {};
  const fs::path file = directory->path() / "input";
  std::ofstream(file, std::ios::binary) << text;
  const std::string command =
      "python3 -c " + shell_quote(script) + ' ' + shell_quote(file.string()) + " 2>&1";
  std::string printed;
  std::FILE* pipe = popen(command.c_str(), "r");
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    printed.append(buffer, got);
  EXPECT_EQ(pclose(pipe), 0) << printed;
  return printed;
}

TEST(Json, IsAsApproved) {
  const std::string text = json(sample_report());
  expect_golden("report.json", text);
  EXPECT_TRUE(text.ends_with("}\n"));
  EXPECT_TRUE(parse_json(text).has_value());
}

TEST(Junit, IsAsApproved) {
  expect_golden("junit.xml", junit(sample_report()));
}

TEST(Junit, IsWellFormedAndCountsAgree) {
  const std::string script = R"(
import sys, xml.etree.ElementTree as E
root = E.parse(sys.argv[1]).getroot()
assert root.tag == 'testsuites'
total = {}
for suite in root:
    cases = suite.findall('testcase')
    names = [(c.get('classname'), c.get('name')) for c in cases]
    assert len(set(names)) == len(names), names
    for attribute, found in (('tests', cases), ('failures', suite.findall('*/failure')),
                             ('errors', suite.findall('*/error')), ('skipped', suite.findall('*/skipped'))):
        assert int(suite.get(attribute)) == len(found), (suite.get('name'), attribute)
        total[attribute] = total.get(attribute, 0) + len(found)
for attribute in ('tests', 'failures', 'errors'):
    assert int(root.get(attribute)) == total[attribute]
print(total, sorted({f.get('type') for f in root.iter('failure')}))
)";
  EXPECT_EQ(
      python(script, junit(sample_report())),
      "{'tests': 12, 'failures': 6, 'errors': 1, 'skipped': 2} ['crash', 'fail', 'partial', 'timeout']\n");
}

// The elements and attributes of junit-10.xsd, the schema that Jenkins' xUnit plugin refuses other files by.
TEST(Junit, IsValidForStrictReaders) {
  const std::string script = R"(
import re, sys, xml.etree.ElementTree as E
text = {'type', 'message'}
known = {  # element: (attributes, those that must be there, children)
    'testsuites': ({'name', 'time', 'tests', 'failures', 'errors'}, set(), {'testsuite'}),
    'testsuite': ({'name', 'tests', 'failures', 'errors', 'group', 'time', 'skipped', 'timestamp', 'hostname', 'id',
                   'package', 'file', 'log', 'url'}, {'name', 'tests', 'failures', 'errors'},
                  {'testsuite', 'properties', 'testcase', 'system-out', 'system-err'}),
    'properties': (set(), set(), {'property'}),
    'property': ({'name', 'value'}, {'name', 'value'}, set()),
    'testcase': ({'name', 'time', 'classname', 'group'}, {'name'},
                 {'skipped', 'error', 'failure', 'system-out', 'system-err'}),
    'skipped': (text, set(), set()), 'error': (text, set(), set()), 'failure': (text, set(), set()),
    'system-out': (set(), set(), set()), 'system-err': (set(), set(), set())}
def look(element):
    allowed, needed, children = known[element.tag]
    assert needed <= set(element.keys()) <= allowed, (element.tag, element.keys())
    assert re.fullmatch(r'[0-9]*(\.[0-9]*)?', element.get('time', '')), element.get('time')
    for child in element:
        assert child.tag in children, (element.tag, child.tag)
        look(child)
root = E.parse(sys.argv[1]).getroot()
look(root)
points = {p.get('name'): p.get('value') for p in root.iter('property')}
for case in root.iter('testcase'):
    said = case.find('system-out').text.splitlines()[0]
    assert said == '%s of %s points' % (points[case.get('name') + '.points'], points[case.get('name') + '.max_points'])
print(root.tag)
)";
  EXPECT_EQ(python(script, junit(sample_report())), "testsuites\n");
}

TEST(Junit, StaysUnderTheLimitWhateverWasPrinted) {
  Report report = sample_report();
  TaskReport loud = testing::hostile_task();
  loud.checks.resize(6, loud.checks[0]);
  for (CheckReport& check : loud.checks) check.detail = std::string(20'000, '"');
  report.labs[0].tasks.assign(1000, testing::hostile_task());
  for (std::size_t at = 0; at < 100; ++at) report.labs[0].tasks[at] = loud;
  const std::string text = junit(report);
  EXPECT_LT(text.size(), 30'000'000U);
  EXPECT_THAT(
      python("import sys, xml.etree.ElementTree as E; print(len(E.parse(sys.argv[1]).getroot()[0]))", text),
      "1001\n");  // with <properties>
}

TEST(Junit, HasTheBeginningOfTheRunWhereItIsKnown) {
  Report report = sample_report();
  EXPECT_THAT(junit(report), HasSubstr("timestamp=\"2025-12-31T23:59:53Z\""));
  report.timing["finished"] = "yesterday";
  EXPECT_THAT(junit(report), Not(HasSubstr("timestamp")));
  report.timing = Json::object();
  EXPECT_THAT(junit(report), Not(HasSubstr(" time=")));
}

TEST(Junit, RemovesWhatXmlForbids) {
  Report report = sample_report();
  report.labs[1].tasks[0].message =
      "a\x01\xEF\xBF\xBE"
      "b\xEF\xBF\xBF\xF0\x9F\x98\x80";
  const std::string text = junit(report);
  EXPECT_THAT(text, HasSubstr("b\xF0\x9F\x98\x80"));
  EXPECT_THAT(text, Not(HasSubstr("\xEF\xBF\xBE")));
  EXPECT_THAT(text, Not(HasSubstr("\xEF\xBF\xBF")));
  EXPECT_TRUE(is_utf8(text));
}

TEST(Markdown, IsAsApproved) {
  expect_golden("report.md", markdown(sample_report()));
}

TEST(Markdown, HostileTextStaysText) {
  const std::string text = markdown(sample_report());
  std::string outside;  // of fences and code spans, where nothing has a meaning
  std::string fence;
  for (const std::string_view line : split_lines(text)) {
    const std::size_t ticks = std::min(line.find_first_not_of('`'), line.size());
    if (!fence.empty()) {
      if (ticks >= fence.size() && ticks == line.size()) fence.clear();
    } else if (ticks >= 3) {
      fence = std::string(ticks, '`');
    } else if (!line.starts_with("  - expected: ") && !line.starts_with("  - observed: ") &&
               !line.starts_with("Found in ")) {
      outside.append(line) += '\n';
    }
  }
  EXPECT_EQ(fence, "");
  EXPECT_THAT(outside, HasSubstr("alert"));
  EXPECT_THAT(outside, Not(HasSubstr("<")));
  EXPECT_THAT(outside, Not(HasSubstr("@someone")));
  EXPECT_THAT(replace_all(outside, "\\]", ""), Not(HasSubstr("](")));
  EXPECT_THAT(outside, Not(HasSubstr("https://")));
  EXPECT_THAT(outside, Not(HasSubstr("# heading")));
}

TEST(Markdown, TableRowsKeepTheirFourCells) {
  const std::string text = markdown(sample_report());
  EXPECT_EQ(count(text, "\n| "), 14U);  // two heads and twelve tasks
  for (const std::string_view line : split_lines(text)) {
    if (!line.starts_with("| ")) continue;
    EXPECT_EQ(count(line, "|") - count(line, "\\|"), 5U) << line;
  }
}

TEST(Markdown, StaysUnderTheLimitOfAStepSummary) {
  Report report = sample_report();
  report.labs[0].tasks.assign(1000, testing::hostile_task());
  const std::string text = markdown(report);
  EXPECT_LT(text.size(), 1'048'576U);
  EXPECT_THAT(text, HasSubstr("left out here for their length"));
}

TEST(Annotations, AreAsApproved) {
  expect_golden("annotations.txt", github_annotations(sample_report(), "submissions/s001"));
}

TEST(Annotations, AreAtMostTenAndOnlyOurs) {
  const std::string text = github_annotations(sample_report(), "");
  const auto lines = split_lines(text);
  EXPECT_EQ(lines.size(), 10U);
  bool warnings_began = false;
  for (const std::string_view line : lines) {
    const bool warning = line.starts_with("::warning ");
    EXPECT_TRUE(warning || line.starts_with("::error ")) << line;
    EXPECT_FALSE(warnings_began && !warning) << "an error after a warning";
    warnings_began = warnings_began || warning;
  }
  EXPECT_THAT(text, Not(HasSubstr("##[")));
}

TEST(Annotations, EscapeAsTheRunnerDecodes) {
  Report report;
  report.labs.push_back({"vmsim", "", 0, 1, "", {}, {testing::hostile_task()}});
  const std::string text = github_annotations(report, "a/b");
  EXPECT_THAT(
      text,
      HasSubstr(
          "::error file=a/b/src/a%2Cb%3Ac%25.c,line=3,title=compiler error::100%25 wrong: really, yes\n"));
  EXPECT_THAT(text, Not(HasSubstr("file=a/b/../"))) << "a place outside of the submission";
}

TEST(Annotations, NothingForAPassedReport) {
  Report report = sample_report();
  report.labs.resize(1);
  report.labs[0].tasks.resize(2);
  EXPECT_EQ(github_annotations(report, ""), "");
}

TEST(StaffChecks, AreInNoWriterOfAStudentsReport) {
  const Report report = for_student(sample_report());
  for (const std::string& text :
       {console(report, {.color = false, .verbose = true, .columns = 80}), json(report), junit(report),
        markdown(report), github_annotations(report, "")}) {
    EXPECT_THAT(text, Not(HasSubstr("hidden trace")));
    EXPECT_THAT(text, Not(HasSubstr("4711")));
    EXPECT_THAT(text, Not(HasSubstr("staff only")));
  }
}

}  // namespace
}  // namespace memgrade::report
