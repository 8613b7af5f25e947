#include <gmock/gmock.h>
#include <harness/facts/facts.hpp>
#include <harness/model/verdict.hpp>

#include <ctime>
#include <functional>
#include <limits>

namespace memgrade::facts {
namespace {

Json number(Json spellings) {
  return {{"number", std::move(spellings)}};
}

RunRecord printed(std::string out) {
  RunRecord run;
  run.name = "book";
  run.out = {std::move(out), false, 0};
  return run;
}

Json take(const Json& definition, const RunRecord& run, const Json& truth = nullptr) {
  return extract({"f", definition}, run, truth);
}
Json take(const Json& definition, const std::string& out, const Json& truth = nullptr) {
  return take(definition, printed(out), truth);
}

const Json kFaults = number({R"((?i)page[- _]?faults?\s*[:=]\s*(\S+))"});
const Json kRows = {{"table",
                     {{"row", R"(v: (?P<virtual>-?\d+) p: (?P<physical>\d+)(?: n: (?P<note>\S+))?)"},
                      {"columns", {{"virtual", "integer"}, {"physical", "integer"}, {"note", "text"}}}}}};

TEST(Number, IntegersStayIntegers) {
  const Json value = take(kFaults, "Page Faults = 244\n");
  EXPECT_TRUE(value.is_number_integer());
  EXPECT_EQ(value, 244);
  EXPECT_TRUE(take(kFaults, "Page Faults = 244.0").is_number_float());
  EXPECT_EQ(take(kFaults, "page-faults: -3"), -3);
  EXPECT_EQ(take(kFaults, "page faults: +3"), 3);
  EXPECT_EQ(take(kFaults, "page faults: 0x1F"), 31);
  EXPECT_EQ(take(kFaults, "page faults: 18446744073709551615"), 18446744073709551615ULL);
  EXPECT_EQ(take(kFaults, "page faults: -9223372036854775808"), std::numeric_limits<std::int64_t>::min());
}

TEST(Number, WhatDoesNotFitIsNoMatch) {
  for (const char* text :
       {"18446744073709551616", "-9223372036854775809", "99999999999999999999999999", "1e999", "nan", "inf",
        "-nan", "1.2.3", "--3", "+-3", "0x", "0x1g", "1,000", "12a", "1e", ""})
    EXPECT_TRUE(take(kFaults, std::string("Page Faults = ") + text + "\n").is_null()) << text;
  EXPECT_TRUE(take(kFaults, "Page Faults = " + std::string(50000, '9')).is_null());
  EXPECT_EQ(take(kFaults, "Page Faults = 1\nPage Faults = 99999999999999999999\n"), 1);
}

TEST(Number, OnlyWholeLinesCount) {
  EXPECT_TRUE(take(kFaults, "expected Page Faults = 244").is_null());
  EXPECT_TRUE(take(kFaults, "Page Faults = 244 or so").is_null());
  EXPECT_EQ(take(kFaults, "\t  Page Faults = 244  \r\n"), 244);
}

TEST(Number, EscapesAndNulsAreTakenAway) {
  std::string line =
      "\x1b[1;32mPage\x1b[0m Fa_ults\x1b(B = 24\x1b]0;title\x07"
      "4\x1b]unfinished\nnext";
  line[line.find('_')] = '\0';
  EXPECT_EQ(take(kFaults, line), 244);
}

TEST(Number, FirstSpellingWinsAndItsLastLineCounts) {
  const Json two = number({R"(a=(\d+))", R"(b=(\d+))"});
  EXPECT_EQ(take(two, "b=1\na=2\nb=3\na=4\nb=5\n"), 4);
  EXPECT_EQ(take(two, "b=1\nb=3\n"), 3);
  EXPECT_EQ(take(two, "a=99999999999999999999\nb=3\n"), 3);
}

TEST(Number, RatesBecomeCounts) {
  const Json rate = number(Json::array(
      {{{"match", R"(rate = ([\d.]+)\s*%)"}, {"times", 0.01}, {"times_fact", "addresses"}, {"round", true}},
       {{"match", R"(rate = ([\d.]+))"}, {"times_fact", "addresses"}, {"round", true}}}));
  const Json truth = {{"addresses", 1000}};
  EXPECT_EQ(take(rate, "rate = 24.40 %", truth), 244);
  EXPECT_TRUE(take(rate, "rate = 24.40%", truth).is_number_integer());
  EXPECT_EQ(take(rate, "rate = 0.539", truth), 539);
  EXPECT_EQ(take(rate, "rate = 0.0", {{"addresses", 0}}), 0);
  EXPECT_TRUE(take(rate, "rate = 0.5", nullptr).is_null());
  EXPECT_TRUE(take(rate, "rate = 0.5", {{"addresses", "many"}}).is_null());
  EXPECT_TRUE(take(rate, "rate = 1" + std::string(300, '0') + ".0", truth).is_null());
  EXPECT_TRUE(take(rate, "rate = .", truth).is_null());
}

TEST(Text, CaptureOrWholeLine) {
  EXPECT_EQ(take({{"text", R"(name: (.*))"}}, "name: a b\nname: c d \n"), "c d");
  EXPECT_EQ(take({{"text", R"(x+)"}}, "  xxx\n"), "xxx");
  EXPECT_TRUE(take({{"text", R"(x+)"}}, "y").is_null());
}

TEST(Text, BytesThatAreNotUtf8BecomeReplacements) {
  EXPECT_EQ(take({{"text", R"(name: (.*))"}}, "name: \xa4\x40z"), "\xEF\xBF\xBD@z");
}

TEST(Table, RowsInOrderWithTypes) {
  const Json table = take(kRows, "v: -1 p: 2\nprose v: 3 p: 4\nv: 5 p: 6 n: x\n");
  EXPECT_EQ(dump_json(table, -1), R"({"rows":2,"virtual":[-1,5],"physical":[2,6],"note":[null,"x"]})");
}

TEST(Table, OverflowingRowIsNoRow) {
  EXPECT_EQ(take(kRows, "v: 1 p: 2\nv: 1 p: 99999999999999999999\n")["rows"], 1);
  EXPECT_TRUE(take(kRows, "v: 1 p: 99999999999999999999\n").is_null());
  EXPECT_TRUE(take(kRows, "").is_null());
}

TEST(Table, RowsAreCappedAndItSaysSo) {
  std::string out;
  for (int i = 0; i < 1'000'001; ++i) out += "v: 1 p: 2\n";
  const Json table = take(kRows, out);
  EXPECT_EQ(table["rows"], 1'000'000);
  EXPECT_EQ(table["virtual"].size(), 1'000'000U);
  EXPECT_EQ(table["cut"], true);
  EXPECT_FALSE(take(kRows, out.substr(0, 10'000'000)).contains("cut"));
}

TEST(Sources, FirstWithAMatchWins) {
  RunRecord run = printed("f=1\n");
  run.err.bytes = "f=2\n";
  run.files["b.txt"].bytes = "f=4\n";
  run.files["a.txt"].bytes = "nothing\n";
  run.files["c.txt"].bytes = "f=5\n";
  Json definition = number({R"(f=(\d+))"});
  EXPECT_EQ(take(definition, run), 1);
  definition["from"] = {"files", "stdout"};
  EXPECT_EQ(take(definition, run), 4);
  definition["from"] = {"stderr"};
  EXPECT_EQ(take(definition, run), 2);
  run.files.clear();
  definition["from"] = {"files", "stdout"};
  EXPECT_EQ(take(definition, run), 1);
}

TEST(Definition, OddOnesFindNothing) {
  for (const char* text :
       {"null", "3", "{}", R"j({"number":[]})j", R"j({"number":["("]})j", R"j({"number":[3]})j",
        R"j({"number":[{"times":2}]})j", R"j({"text":7})j", R"j({"table":{}})j", R"j({"table":3})j",
        R"j({"number":["(\\d)"],"from":"nowhere"})j"})
    EXPECT_TRUE(take(Json::parse(text), "1\n").is_null()) << text;
  // Columns that are no mapping, or whose group is missing, hold nothing.
  EXPECT_EQ(take(Json::parse(R"j({"table":{"row":"(?P<a>\\d+)","columns":3}})j"), "1\n"),
            (Json{{"rows", 1}}));
  EXPECT_EQ(take(Json::parse(R"j({"table":{"row":"\\d+","columns":{"a":"integer"}}})j"), "1\n"),
            (Json{{"rows", 1}, {"a", Json::array({nullptr})}}));
}

TEST(Definition, EveryKeyIsDocumented) {
  const std::function<void(const std::vector<FieldSpec>&)> look = [&](const std::vector<FieldSpec>& fields) {
    for (const FieldSpec& key : fields) {
      EXPECT_FALSE(key.doc.empty()) << key.key;
      look(key.fields);
    }
  };
  look(definition_fields());
}

TEST(Definition, InspectFindsWhatKeysCannotSay) {
  const auto diagnostics = [](const char* text) {
    std::string all;
    for (const SettingDiagnostic& one : inspect_definition(Json::parse(text)))
      all += one.pointer + ": " + one.message;
    return all;
  };
  EXPECT_EQ(diagnostics(R"j({"text": "x"})j"), "");
  EXPECT_EQ(diagnostics(R"j({"table": {"row": "(?P<a>x)", "columns": {"a": "text"}}})j"), "");
  EXPECT_EQ(diagnostics("{}"), ": needs exactly one of the keys number, text, table, numbers, statistic");
  EXPECT_EQ(diagnostics(R"j({"text": "x", "number": [{"match": "x"}]})j"),
            ": needs exactly one of the keys number, text, table, numbers, statistic");
  EXPECT_EQ(diagnostics(R"j({"table": {"row": "(?P<a>x)", "columns": {"b": "text"}}})j"),
            "/table/columns/b: the row has no group (?P<b>…)");
  EXPECT_EQ(diagnostics(R"j({"table": {"row": "(?P<rows>x)", "columns": {"rows": "text"}}})j"),
            "/table/columns/rows: a column cannot be named 'rows'");
}

TEST(FactsOfRun, WhatIsKnownOfEveryRun) {
  RunRecord run = printed("\x1b[1mPage Faults = 3\x1b[0m\r\n");
  run.exit_status = 2;
  const Json facts = facts_of_run({{"page_faults", kFaults}, {"rows", kRows}}, run, nullptr);
  EXPECT_EQ(facts["page_faults"], 3);
  EXPECT_TRUE(facts["rows"].is_null());
  EXPECT_EQ(facts["exit_status"], 2);
  EXPECT_TRUE(facts["signal"].is_null());
  EXPECT_EQ(facts["ending"], "exited");
  EXPECT_EQ(facts["stdout"], "Page Faults = 3\n");
  run.termination = Termination::signaled;
  run.signal = 11;
  const Json crashed = facts_of_run({}, run, nullptr);
  EXPECT_TRUE(crashed["exit_status"].is_null());
  EXPECT_EQ(crashed["signal"], 11);
}

TEST(Gather, EverythingThatCheckersCanName) {
  Evidence evidence;
  evidence.runs = {printed("rate = 0.5\n")};
  evidence.oracle = {{"book", {{"addresses", 10}}}};
  evidence.search = DifferentialSearch{.runs = 1};
  evidence.build = BuildRecord{};
  evidence.build->succeeded = true;
  evidence.build->invocation = "./vm";
  evidence.build->diagnostics = {{"a.c", 1, 1, "warning", "w", ""}, {"a.c", 1, 1, "note", "n", ""}};
  const Json spellings = Json::array({{{"match", R"(rate = ([\d.]+))"}, {"times_fact", "addresses"}}});
  const Json all = gather({{"faults", number(spellings)}}, evidence);
  EXPECT_EQ(all["book"]["faults"], 5.0);
  EXPECT_EQ(all["oracle"]["book"]["addresses"], 10);
  EXPECT_EQ(all["build"]["form"], "./vm");
  EXPECT_EQ(all["build"]["warnings"], 1);
  EXPECT_EQ(all["search"]["runs"], 1);
  EXPECT_EQ(all["?"]["faults"]["patterns"][0], R"(rate = ([\d.]+))");
  const Json nothing = gather({}, Evidence{});
  EXPECT_TRUE(nothing["build"].is_null());
  EXPECT_TRUE(nothing["search"].is_null());
}

// What the draft of the lab asks of real output.
const std::vector<FactSpec> kLabFacts = {
    {"translations",
     Json::parse(
         R"j({"table": {"row": "(?i)(?:virtual|logical)\\s*(?:address|addr)?\\s*[:=]\\s*(?P<virtual>-?\\d+)[,;]?\\s+physical\\s*(?:address|addr)?\\s*[:=]\\s*(?P<physical>-?\\d+)[,;]?\\s+(?:signed\\s+byte\\s+)?(?:value|data)\\s*[:=]\\s*(?P<value>-?\\d+)",
       "columns": {"virtual": "integer", "physical": "integer", "value": "integer"}}})j")},
    {"faults", number({R"((?i)(?:total |number of )?page[- _]?faults?(?: count)?\s*[:=]\s*(\d+))"})},
    {"rate", number({R"((?i)page[- _]?faults?[- _]?rate\s*[:=]\s*([\d.]+)\s*%)"})},
    {"hits", number({R"((?i)tlb[- _]?hits?[- _]?rate\s*[:=]\s*([\d.]+))"})},
};

TEST(Hostile, LargeOutputStaysFast) {
  std::string lines, binary, nested;
  while (lines.size() < 10'000'000) lines += "x\n";
  std::uint32_t state = 1;
  while (binary.size() < 10'000'000)
    binary += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  while (nested.size() < 10'000'000) nested += "Virtual address: 1 Physical address: ";
  for (const std::string& out :
       {lines, binary, nested, std::string(10'000'000, '\0'), std::string(10'000'000, ' '),
        std::string(10'000'000, '\x1b'), std::string(10'000'000, '9'),
        "Page Faults = " + std::string(10'000'000, '9')}) {
    const std::clock_t before = std::clock();
    const Json facts = facts_of_run(kLabFacts, printed(out), nullptr);
    EXPECT_LT(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC, 20) << out.substr(0, 20);
    EXPECT_TRUE(facts["faults"].is_null());
    EXPECT_TRUE(facts["translations"].is_null());
  }
}

TEST(Hostile, TextAroundTheAnswerChangesNothing) {
  std::string out =
      std::string(1'000'000, '\xff') + "\nPage Faults = 244\n" + std::string(100'000, '\0') + "\n\xc3\x28\n";
  EXPECT_EQ(facts_of_run(kLabFacts, printed(out), nullptr)["faults"], 244);
}

TEST(Observed, OfAGuestBecomesFactsOfTheRun) {
  RunRecord run = printed("vma 3\n");
  run.observed.emplace();
  run.observed->values["vma"] = "41\n\xff";
  run.observed->values["faults"] = "9";
  run.observed->steps["load"] = {.result = -1, .error = 22};
  run.observed->timestamps["on"] = 1.5;
  run.files = {{"out.txt", {"1,\x1b[1m2\n", false, 4}}};
  Evidence evidence;
  evidence.runs.push_back(run);
  const Json facts = gather(kLabFacts, evidence);
  EXPECT_EQ(fact({evidence, facts}, "book.values.vma"), "41\n\xef\xbf\xbd");
  EXPECT_EQ(fact({evidence, facts}, "book.steps.load.errno"), 22);
  EXPECT_EQ(fact({evidence, facts}, "book.marks.on"), 1.5);
  EXPECT_EQ(fact({evidence, facts}, "book.files.out.txt"), "1,2\n");
  EXPECT_TRUE(fact({evidence, facts}, "book.faults").is_null());
}

TEST(Observed, ARunWithoutAGuestHasNone) {
  RunRecord run = printed("x");
  run.files = {{"out.txt", {"1\n", false, 2}}};
  EXPECT_FALSE(facts_of_run(kLabFacts, run, nullptr).contains("files"));
}

}  // namespace
}  // namespace memgrade::facts
