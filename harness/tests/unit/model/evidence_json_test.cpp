#include <gmock/gmock.h>
#include <harness/model/evidence.hpp>

#include <limits>

namespace memgrade {
namespace {

const std::string kAllBytes = [] {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}();

GuestObservation full_observation() {
  GuestObservation seen;
  seen.values["vma"] = "41\n";
  seen.steps["load"] = {true, 3, 2, -1, 22, 12.5};
  seen.steps["again"] = {};
  seen.timestamps["on"] = 1.25;
  seen.printed["work"] = "region hot 0x1000 0x2000\n";
  seen.exits["work"] = {0, std::nullopt};
  return seen;
}

RunRecord full_run() {
  RunRecord run;
  run.name = "book";
  run.command = "./vm -n 256 'B\xff.bin'";
  run.termination = Termination::cpu_timeout;
  run.exit_status = 3;
  run.signal = 11;
  run.limit = "10 s of CPU time";
  run.out = {std::string("Page Faults = 244\n\0tail", 23), true, std::numeric_limits<std::uint64_t>::max()};
  run.err = {kAllBytes, false, 256};
  run.files = {{"out.txt", {"text é", false, 7}}, {"bad\xfe name", {"\x80", true, 9}}};
  run.wall_s = 0.1;
  run.cpu_s = 1e-9;
  run.peak_bytes = 1ULL << 63;
  run.observed = full_observation();
  return run;
}

DifferentialSearch full_differential() {
  DifferentialSearch search;
  search.compare = {"page_faults", "tlb_hits"};
  search.questions = 20;
  search.runs = 40;
  search.differences["tlb_hits"] = {
      true, 3,     {{"frames", 128}, {"policy", "lru"}}, 1, "2", "1", "in the TLB", {"16916", "7"}, 300,
      true, "./vm"};
  search.differences["page_faults"] = {
      .shown = false, .with = {{"frames", 128}}, .expected = "244", .observed = "nothing", .command = "./vm"};
  search.differences["ending"] = {};
  search.ended = "crashed with SIGSEGV";
  return search;
}

DriverSequences full_sequences() {
  DriverSequences search;
  search.families["z"] = {3,
                          40,
                          {{"r", "s", "e", "o", "[##]", 7, ShortestCalls{1, {"a()", "b()"}, 300, true}},
                           {"r2", "s", "e", "o", "", 7, std::nullopt}},
                          std::nullopt,
                          CallsJudged{30, 40, 12},
                          std::nullopt};
  search.families["a"] = {1, 0, {}, "panicked", CallsJudged{0, 5, 0}, BadFreesSeen{1, true}};
  PageTableProbe seen;
  seen.reached = true;
  seen.mappings = {{0, 4095, "rw-u", 1ULL << 40}};
  seen.refused = {{4096, "-w-u"}};
  seen.allocator = AllocatorReading{"", 0x80000000, 4092, {"node 2"}, "drawn", {{2, 3}, {8, 9}}};
  search.probes["end"] = seen;
  seen.allocator = AllocatorReading{};
  seen.allocator->inconclusive = "no such symbol";
  search.probes["end2"] = seen;
  search.probes["task1"].why = "the kernel did not get there";
  search.driver_inconclusive = "it has no function alloc_page";
  return search;
}

Evidence full_evidence() {
  Evidence evidence;
  evidence.lab = "vmsim";
  evidence.task = "fifo-256";
  evidence.collect_digest = "abc";
  evidence.build = BuildRecord{};
  evidence.build->succeeded = true;
  evidence.build->recipe = "make";
  evidence.build->invocation = "./vm {frames}";
  evidence.build->steps = {full_run()};
  evidence.build->diagnostics = {{"vm.c", 3, 7, "warning", "unused \xff", "-Wunused"}};
  evidence.build->programs = {"vm", "vm\xc3"};
  evidence.build->tried = {"gcc"};
  evidence.runs = {full_run(), RunRecord{}};
  evidence.oracle = {{"book", {{"page_faults", 244}}}};
  evidence.search = full_differential();
  evidence.sources = {{"ktest.c", "int main;\n"}, {"b\xff.c", kAllBytes}};
  evidence.notes = {"a note", "\xf0\x28"};
  evidence.unobserved = Error{ErrorKind::sandbox, "no bubblewrap", "/usr/bin"};
  return evidence;
}

void expect_same(const Stream& a, const Stream& b) {
  EXPECT_EQ(a.bytes, b.bytes);
  EXPECT_EQ(a.cut, b.cut);
  EXPECT_EQ(a.total_bytes, b.total_bytes);
}

void expect_same(const RunRecord& a, const RunRecord& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.command, b.command);
  EXPECT_EQ(a.termination, b.termination);
  EXPECT_EQ(a.exit_status, b.exit_status);
  EXPECT_EQ(a.signal, b.signal);
  EXPECT_EQ(a.limit, b.limit);
  expect_same(a.out, b.out);
  expect_same(a.err, b.err);
  ASSERT_EQ(a.files.size(), b.files.size());
  for (const auto& [name, stream] : a.files) {
    ASSERT_TRUE(b.files.contains(name));
    expect_same(stream, b.files.at(name));
  }
  EXPECT_EQ(a.wall_s, b.wall_s);
  EXPECT_EQ(a.cpu_s, b.cpu_s);
  EXPECT_EQ(a.peak_bytes, b.peak_bytes);
  EXPECT_EQ(a.observed, b.observed);
}

// Through text, as the store does it.
Evidence there_and_back(const Evidence& evidence) {
  const auto parsed = parse_json(dump_json(to_json(evidence)));
  EXPECT_TRUE(parsed.has_value());
  auto read = evidence_from_json(*parsed);
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().text());
  return *read;
}

TEST(EvidenceJson, LongStreamsArePackedAndComeBackWhole) {
  Evidence evidence;
  RunRecord run;
  run.name = "book";
  while (run.out.bytes.size() < (5U << 20))
    run.out.bytes += "Virtual address: 16916 Physical address: 20 Value: 0\n";
  run.out.total_bytes = run.out.bytes.size();
  run.err = {kAllBytes, false, 256};
  evidence.runs = {run};
  const std::string stored = dump_json(to_json(evidence), -1);
  EXPECT_LT(stored.size(), 200'000U);
  const auto back = evidence_from_json(Json::parse(stored));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->runs[0].out.bytes, run.out.bytes);
  EXPECT_EQ(back->runs[0].err.bytes, kAllBytes);
  Json broken = Json::parse(stored);
  broken["runs"][0]["out"]["gzip"] = "AAAA";
  EXPECT_FALSE(evidence_from_json(broken));
}

TEST(EvidenceJson, EveryFieldComesBackAsItWent) {
  const Evidence before = full_evidence();
  const Evidence after = there_and_back(before);
  EXPECT_EQ(after.lab, before.lab);
  EXPECT_EQ(after.task, before.task);
  EXPECT_EQ(after.collect_digest, before.collect_digest);
  EXPECT_EQ(after.build->succeeded, true);
  EXPECT_EQ(after.build->recipe, before.build->recipe);
  EXPECT_EQ(after.build->invocation, before.build->invocation);
  ASSERT_EQ(after.build->steps.size(), 1U);
  expect_same(after.build->steps[0], before.build->steps[0]);
  ASSERT_EQ(after.build->diagnostics.size(), 1U);
  const Diagnostic& found = after.build->diagnostics[0];
  EXPECT_EQ(found.file, "vm.c");
  EXPECT_EQ(found.line, 3);
  EXPECT_EQ(found.column, 7);
  EXPECT_EQ(found.severity, "warning");
  EXPECT_EQ(found.message, "unused \xff");
  EXPECT_EQ(found.option, "-Wunused");
  EXPECT_EQ(after.build->programs, before.build->programs);
  EXPECT_EQ(after.build->tried, before.build->tried);
  ASSERT_EQ(after.runs.size(), 2U);
  expect_same(after.runs[0], before.runs[0]);
  expect_same(after.runs[1], before.runs[1]);
  EXPECT_EQ(after.oracle, before.oracle);
  EXPECT_EQ(to_json(after.search), to_json(before.search));
  EXPECT_EQ(after.sources, before.sources);
  EXPECT_EQ(after.notes, before.notes);
  ASSERT_TRUE(after.unobserved);
  EXPECT_EQ(after.unobserved->kind, ErrorKind::sandbox);
  EXPECT_EQ(after.unobserved->message, "no bubblewrap");
  EXPECT_EQ(after.unobserved->where, "/usr/bin");
}

TEST(EvidenceJson, EmptyEvidenceComesBackEmpty) {
  const Evidence after = there_and_back(Evidence{});
  EXPECT_FALSE(after.build);
  EXPECT_FALSE(after.unobserved);
  EXPECT_TRUE(after.runs.empty());
  EXPECT_TRUE(std::holds_alternative<std::monostate>(after.search));
  EXPECT_TRUE(after.sources.empty());
}

TEST(EvidenceJson, WhatMostRunsDoNotHaveIsNotWritten) {
  Evidence evidence;
  evidence.runs.emplace_back();
  const Json json = to_json(evidence);
  EXPECT_FALSE(json.contains("sources"));
  EXPECT_FALSE(json["runs"][0].contains("observed"));
  EXPECT_FALSE(there_and_back(evidence).runs[0].observed.has_value());
}

// A guest's text is a student's: live judging and judging again must see the same.
TEST(EvidenceJson, ObservedTextIsMadeUtf8) {
  Evidence evidence;
  evidence.runs.emplace_back();
  evidence.runs[0].observed.emplace().values["vma"] = "4\xff";
  EXPECT_EQ(*there_and_back(evidence).runs[0].observed->values.find("vma"), "4\xef\xbf\xbd");
}

// The stored form of a kernel's search, key for key: runs from before must be read, and read as they were.
TEST(EvidenceJson, ASearchIsStoredAsItAlwaysWas) {
  const char* stored =
      R"x({"families":{"z":{"violations":[{"rule":"r","sentence":"s","expected":"e","observed":"o","picture":"[##]","seed":7,"op":1,"sequence":["a()","b()"],"full_length":300,"minimal":true},{"rule":"r2","sentence":"s","expected":"e","observed":"o","picture":"","seed":7}],"judged":30,"length":40,"given":12,"boots":3,"calls":40,"ended":null},"a":{"violations":[],"judged":0,"length":5,"given":0,"bad_frees":{"made":1,"frees_work":true},"ended":"panicked","boots":1,"calls":0}},"looks":{"end":{"reached":true,"why":"","mappings":[{"first":0,"last":4095,"rights":"rw-u","frame":1099511627776}],"broken":[{"first":4096,"rights":"-w-u"}],"allocator":{"base":2147483648,"free_pages":4092,"complaints":["node 2"],"picture":"drawn","given":[[2,3],[8,9]]}},"end2":{"reached":true,"why":"","mappings":[{"first":0,"last":4095,"rights":"rw-u","frame":1099511627776}],"broken":[{"first":4096,"rights":"-w-u"}],"allocator":{"unseen":"no such symbol"}},"task1":{"reached":false,"why":"the kernel did not get there","mappings":[]}},"driver_unseen":"it has no function alloc_page"})x";
  EXPECT_EQ(dump_json(to_json(Search(full_sequences())), -1), stored);
  EXPECT_EQ(dump_json(to_json(search_from_json(Json::parse(stored))), -1), stored);
  const char* unseen = R"({"driver_unseen":"it has no function alloc_page"})";
  EXPECT_EQ(dump_json(to_json(search_from_json(Json::parse(unseen))), -1), unseen);
}

TEST(EvidenceJson, AnObservationIsStoredAsItAlwaysWas) {
  EXPECT_EQ(
      dump_json(to_json(full_observation()), -1),
      R"({"values":{"vma":"41\n"},"steps":{"load":{"timed_out":true,"count":3,"failed":2,"result":-1,"errno":22,"ms":12.5},"again":{"timed_out":false,"count":0,"failed":0,"result":0,"errno":0,"ms":0.0}},"marks":{"on":1.25},"printed":{"work":"region hot 0x1000 0x2000\n"},"exits":{"work":{"status":0,"signal":null}}})");
}

TEST(EvidenceJson, EveryKindOfErrorComesBack) {
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::interrupted); ++kind) {
    Evidence evidence;
    evidence.unobserved = Error{static_cast<ErrorKind>(kind), "m"};
    EXPECT_EQ(there_and_back(evidence).unobserved->kind, static_cast<ErrorKind>(kind));
  }
}

TEST(EvidenceJson, ReadableTextStaysReadable) {
  Evidence evidence;
  evidence.runs.emplace_back();
  evidence.runs[0].out.bytes = "Page Faults = 244\n";
  EXPECT_EQ(to_json(evidence)["runs"][0]["out"]["text"], "Page Faults = 244\n");
}

TEST(EvidenceJson, BrokenJsonIsAnErrorAndNoException) {
  const Json good = to_json(full_evidence());
  EXPECT_FALSE(evidence_from_json(nullptr));
  EXPECT_FALSE(evidence_from_json(Json::array()));
  EXPECT_FALSE(evidence_from_json(Json{{"schema", "memgrade/evidence/v0"}}));
  for (const auto& [key, value] : good.items()) {
    if (key == "shape" || key == "sources") continue;  // older evidence has none
    Json missing = good;
    missing.erase(key);
    EXPECT_FALSE(evidence_from_json(missing)) << key;
  }
  for (const Json& wrong : {Json("text"), Json({{"name", "vm.c"}}), Json::array({Json{{"name", "vm.c"}}})}) {
    Json spoilt = good;
    spoilt["sources"] = wrong;
    EXPECT_FALSE(evidence_from_json(spoilt)) << wrong.dump();
  }
  for (const auto& [key, value] : good["runs"][0].items()) {
    Json wrong = good;
    wrong["runs"][0][key] = Json::array({Json::array()});
    EXPECT_FALSE(evidence_from_json(wrong)) << key;
  }
}

TEST(FindRun, ByNameOnly) {
  const Evidence evidence = full_evidence();
  EXPECT_EQ(find_run(evidence, "book"), &evidence.runs[0]);
  EXPECT_EQ(find_run(evidence, "boo"), nullptr);
}

}  // namespace
}  // namespace memgrade
