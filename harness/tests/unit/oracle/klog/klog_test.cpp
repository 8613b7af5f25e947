// The kernel's log: its two forms, what is made of them, and text that means harm.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <harness/base/random.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>

namespace memgrade::oracle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts(const std::vector<LogEntry>& log) {
  std::vector<std::string> list;
  for (const LogEntry& entry : log) list.push_back(entry.text);
  return list;
}

std::vector<std::string> kinds(const std::string& kmsg) {
  std::vector<std::string> list;
  for (const CrashReport& crash : find_crash_reports(parse_kmsg(kmsg)))
    list.emplace_back(to_string(crash.kind));
  return list;
}

constexpr const char* kWarning =
    "4,410,1000,-;------------[ cut here ]------------\n"
    "4,411,1001,-;pid 7 has no mm\n"
    "4,412,1002,-;WARNING: CPU: 0 PID: 84 at /build/ktest.c:71 scan_pages+0x76/0xc60 [ktest]\n"
    "4,413,1003,-;Modules linked in: ktest(OE)\n"
    "4,414,1004,-;CPU: 0 PID: 84 Comm: ktest Tainted: G           OE      6.1.0-56-amd64 #1\n"
    "4,415,1005,-;RIP: 0010:scan_pages+0x76/0xc60 [ktest]\n"
    "4,416,1006,-;Call Trace:\n"
    "4,417,1007,-; <TASK>\n"
    "4,418,1008,-; ? __warn+0x7d/0xc0\n"
    "4,419,1009,-; ktest_thread+0x14/0x30 [ktest]\n"
    "4,420,1010,-; kthread+0xda/0x100\n"
    "4,421,1011,-; </TASK>\n"
    "4,422,1012,-;---[ end trace 0000000000000000 ]---\n";

TEST(Kmsg, PriorityTimeAndText) {
  const auto log =
      parse_kmsg("6,339,5140900,-;a, b; c\n SUBSYSTEM=pci\n DEVICE=+pci:0\n30,340,5690716,-,caller=T1;d\n");
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log[0].text, "a, b; c");
  EXPECT_EQ(log[0].level, 6);
  EXPECT_EQ(log[0].time_us, 5140900);
  EXPECT_TRUE(log[0].kernel);
  EXPECT_EQ(log[1].level, 6);
  EXPECT_FALSE(log[1].kernel) << "facility 3: a program wrote it";
}

TEST(Kmsg, EscapesLinesAndFragments) {
  EXPECT_THAT(texts(parse_kmsg("6,1,1,-;one\\x0atwo \\x5cn\n")), ElementsAre("one", "two \\n"));
  EXPECT_THAT(texts(parse_kmsg("6,1,1,-;begin\n6,2,2,c; and end\n")), ElementsAre("begin and end"));
  EXPECT_THAT(texts(parse_kmsg("6,1,1,-;begin\n6,2,2,c; and end\\x0anext\n")),
              ElementsAre("begin and end", "next"));
  EXPECT_THAT(texts(parse_kmsg("6,1,1,-;\n")), ElementsAre(""));
  EXPECT_THAT(texts(parse_kmsg("no record\n;\n")), ElementsAre("no record", ";"));
}

TEST(Console, StampsCallersAndPriorities) {
  const auto log = parse_console(
      "[   12.345678] stamped\r\n[   12.345679][  T123] called\n<4>[   13.000001] with priority\nbare\n[x] "
      "text\n");
  EXPECT_THAT(texts(log), ElementsAre("stamped", "called", "with priority", "bare", "[x] text"));
  EXPECT_EQ(log[0].time_us, 12345678);
  EXPECT_EQ(log[1].time_us, 12345679);
  EXPECT_EQ(log[2].time_us, 13000001);
  EXPECT_EQ(log[3].time_us, 13000001) << "a line without a stamp goes with the one before";
}

TEST(JoinedLog, WhatStandsInBothStandsOnce) {
  const auto kmsg = parse_kmsg("4,1,1000000,-;a\n4,2,1000001,-;b\n4,3,1000001,-;b\n");
  const auto console =
      parse_console("[    1.000000] a\n[    1.000001] b\n[    1.000001] b\n[    1.000002] Kernel panic\n");
  EXPECT_THAT(texts(joined_log(kmsg, console)), ElementsAre("a", "b", "b", "Kernel panic"));
  EXPECT_THAT(texts(joined_log(kmsg, parse_console("b\nc\n"))), ElementsAre("a", "b", "b", "c"));
  EXPECT_THAT(texts(joined_log({}, console)), ElementsAre("a", "b", "b", "Kernel panic"));
  EXPECT_THAT(texts(joined_log(kmsg, {})), ElementsAre("a", "b", "b"));
}

TEST(JoinedLog, IsInTheOrderOfTime) {
  const auto kmsg = parse_kmsg("4,1,1000000,-;a\n4,3,3000000,-;c\n");
  EXPECT_THAT(texts(joined_log(kmsg, parse_console("[    2.000000] b\n[    4.000000] d\n"))),
              ElementsAre("a", "b", "c", "d"));
}

TEST(CrashReports, PlaceTraceAndTask) {
  const auto crashes = find_crash_reports(parse_kmsg(kWarning), {"ktest"});
  ASSERT_EQ(crashes.size(), 1U);
  const CrashReport& crash = crashes[0];
  EXPECT_EQ(crash.title, "pid 7 has no mm");
  EXPECT_EQ(crash.file, "/build/ktest.c");
  EXPECT_EQ(crash.line, 71);
  EXPECT_EQ(crash.comm, "ktest");
  EXPECT_EQ(crash.time_us, 1002);
  EXPECT_EQ(crash.place, (CodePlace{"scan_pages", 0x76, "ktest", false}));
  EXPECT_THAT(crash.backtrace, ElementsAre(CodePlace{"ktest_thread", 0x14, "ktest", true},
                                           CodePlace{"kthread", 0xda, "", true}));
  EXPECT_EQ(crash.log.size(), 13U);
  EXPECT_EQ(crash.log.front(), "[    0.001000] ------------[ cut here ]------------");
}

TEST(CrashReports, TheModuleAskedForIsTheOneThatIsNamed) {
  const auto crashes = find_crash_reports(parse_kmsg(kWarning), {"another"});
  ASSERT_EQ(crashes.size(), 1U);
  EXPECT_EQ(show(*crashes[0].place), "scan_pages+0x76") << "where the CPU stood";
}

TEST(CrashReports, TheSameOneIsToldOnce) {
  const auto crashes = find_crash_reports(parse_kmsg(std::string(kWarning) + kWarning + kWarning));
  ASSERT_EQ(crashes.size(), 1U);
  EXPECT_EQ(crashes[0].times, 3U);
}

TEST(CrashReports, OtherMessagesBetweenDoNotEndAReport) {
  std::string log = kWarning;
  log.insert(log.find("4,416"), "6,900,1005,-;ktest: hello\n6,901,1005,-;ktest: hello\n");
  EXPECT_EQ(find_crash_reports(parse_kmsg(log)).at(0).backtrace.size(), 2U);
}

TEST(CrashReports, WhatIsNoneIsNone) {
  EXPECT_THAT(
      kinds("4,1,1,-;ktest: loading out-of-tree module taints kernel.\n"
            "5,2,2,-;ktest: module verification failed: signature and/or required key missing - tainting "
            "kernel\n"
            "4,3,3,-;ktest: module license 'unspecified' taints kernel.\n"
            "4,4,4,-;Disabling lock debugging due to kernel taint\n"
            "6,5,5,-;ktest: hello world!\n"
            "4,6,6,-;hrtimer: interrupt took 21740672 ns\n"),
      IsEmpty());
}

TEST(CrashReports, AModulesOwnWordsAreNone) {
  EXPECT_THAT(kinds("4,1,1,-;WARNING: no such pid\n4,2,2,-;ktest: BUG: mm is NULL\n4,3,3,-;BUG: mm is NULL\n"
                    "4,4,4,-;Oops, wrong pid\n4,5,5,-;ktest: page fault at 3\n"),
              IsEmpty());
  EXPECT_THAT(kinds("12,1,1,-;BUG: kernel NULL pointer dereference, address: 0000000000000000\n"), IsEmpty())
      << "a program wrote it";
  EXPECT_THAT(
      kinds("4,1,1,-;BUG: using smp_processor_id() in preemptible [00000000] code: ktest/9\n"
            "4,2,2,-;CPU: 0 PID: 9 Comm: ktest\n4,3,3,-;Call Trace:\n4,4,4,-; scan+0x1/0x2 [ktest]\n"),
      ElementsAre("bug"));
}

// What the kernel tells of trouble is a warning or worse.
TEST(CrashReports, ASignThatIsPrintedAsInformationIsAModulesOwn) {
  for (const char* text :
       {"BUG: kernel NULL pointer dereference, address: 0000000000000008", "Oops: 0002 [#1] PREEMPT SMP",
        "list_add corruption. prev->next should be next", "kernel BUG at ktest.c:12!",
        "WARNING: CPU: 0 PID: 84 at ktest.c:71 scan+0x7/0xc [ktest]",
        "refcount_t: underflow; use-after-free."}) {
    for (const int level : {5, 6, 7})
      EXPECT_THAT(kinds(fmt::format("{},1,1,-;{}\n", level, text)), IsEmpty()) << text;
    for (const int level : {0, 1, 4})
      EXPECT_EQ(kinds(fmt::format("{},1,1,-;{}\n", level, text)).size(), 1U) << text;
    EXPECT_THAT(kinds(fmt::format("12,1,1,-;{}\n", text)), IsEmpty()) << "a program wrote it";
  }
  // A module's words in the middle of a report are no part of it, and end none.
  const std::string inside = std::string(kWarning).replace(std::string(kWarning).find("4,415"), 0,
                                                           "6,415,1004,-;kernel BUG at a.c:1!\n");
  EXPECT_THAT(kinds(inside), ElementsAre("warning"));
}

TEST(CrashReports, AMemberOfSizesIsNamed) {
  const std::string head = "1,1,1,-;BUG: ";
  const auto explanation = [&](const std::string& line, const std::string& access) {
    return find_crash_reports(parse_kmsg(head + line + "\n1,2,2,-;#PF: supervisor " + access +
                                         " in kernel mode\n4,3,3,-;RIP: 0010:scan+0x1/0x2 [ktest]\n"))
        .at(0)
        .explanation;
  };
  EXPECT_EQ(explanation("kernel NULL pointer dereference, address: 0000000000000000", "read access"),
            "ktest read through a NULL pointer in scan+0x1");
  EXPECT_THAT(explanation("kernel NULL pointer dereference, address: 0000000000000050", "write access"),
              HasSubstr("wrote through a NULL pointer in scan+0x1 (address 0x50"));
  EXPECT_THAT(explanation("unable to handle page fault for address: fffffffffffffff2", "read access"),
              HasSubstr("an error value (-14, or near it)"));
  EXPECT_THAT(explanation("unable to handle page fault for address: 00007f0012345000", "read access"),
              HasSubstr("an address of a program"));
  EXPECT_THAT(explanation("unable to handle page fault for address: ffffc90000001000", "write access"),
              HasSubstr("nothing is mapped"));
}

TEST(SourcePlaces, GoThereAndBack) {
  const auto crashes = find_crash_reports(parse_kmsg(kWarning), {"ktest"});
  EXPECT_THAT(source_places(crashes), ElementsAre(CodePlace{"scan_pages", 0x76, "ktest", false},
                                                  CodePlace{"ktest_thread", 0x14, "ktest", true}));
  Json json = crash_reports_json(crashes);
  add_source_places(json, {{{"scan_pages", 0x76, "ktest"}, "ktest.c", 45, {"> 45 | WARN();", "\xff"}},
                           {{"ktest_thread", 0x14, "ktest"}, "ktest.c", 90, {"> 90 | scan_pages();"}},
                           {{"kthread", 0xda, "other"}, "no.c", 1, {}}});
  EXPECT_EQ(json[0]["file"], "ktest.c");
  EXPECT_EQ(json[0]["line"], 45);
  EXPECT_EQ(json[0]["source"], Json::array({"> 45 | WARN();", "\xef\xbf\xbd"}));
  EXPECT_EQ(json[0]["backtrace"][0]["line"], 90);
  EXPECT_FALSE(json[0]["backtrace"][0].contains("source"));
  EXPECT_TRUE(json[0]["backtrace"][1]["file"].is_null());
  for (Json odd : {Json(), Json(3), Json::array({1, Json::object()}),
                   Json::array({Json{{"function", 3}, {"backtrace", {1, {{"function", "x"}}}}}})})
    add_source_places(odd, {{{"x", 0, ""}, "f", 1, {}}});
}

TEST(LogJson, EntriesAndTheirTime) {
  EXPECT_EQ(log_json(parse_kmsg("4,1,1500000,-;a\nb\n")),
            Json::parse(
                R"([{"time_s": 1.5, "level": 4, "text": "a"}, {"time_s": null, "level": -1, "text": "b"}])"));
}

TEST(LogJson, OfAFloodTheMiddleIsLeftOut) {
  std::vector<LogEntry> log(300'000);
  for (std::size_t i = 0; i < log.size(); ++i) log[i].text = std::to_string(i);
  const Json json = log_json(log);
  ASSERT_EQ(json.size(), 200'001U);
  EXPECT_EQ(json[149'999]["text"], "149999");
  EXPECT_EQ(json[150'000]["text"], "(100000 messages are left out here)");
  EXPECT_EQ(json[150'001]["text"], "250000");
}

TEST(HostileLog, AFloodOfHeadlinesIsBounded) {
  std::string flood;
  for (int i = 0; flood.size() < 8'000'000; ++i)
    flood += "4,1," + std::to_string(i) + ",-;WARNING: CPU: 0 PID: 1 at f" + std::to_string(i) +
             ".c:1 a+0x1/0x2\n4,1,1,-;RIP: 0010:f" + std::to_string(i) +
             "+0x1/0x2 [m]\n4,1,1,-;---[ end trace\n";
  const auto before = std::chrono::steady_clock::now();
  EXPECT_LE(find_crash_reports(parse_kmsg(flood)).size(), 64U);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(30));
}

TEST(HostileLog, AnyBytesAreALog) {
  const std::string base =
      std::string(kWarning) +
      "1,1,1,-;BUG: kernel NULL pointer dereference, address: \n1,2,2,-;INFO: task :  blocked "
      "for more than\n1,3,3,-;UBSAN: x in :\n1,1,1,-;WARNING: , CPU#\n1,1,1,-;kernel BUG at \n";
  SplitMix64 random(11);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = base;
    for (std::uint64_t left = random.below(12); left > 0; --left)
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    if (random.below(3) == 0) bytes.resize(random.below(bytes.size()));
    for (const CrashReport& crash : find_crash_reports(joined_log(parse_kmsg(bytes), parse_console(bytes))))
      EXPECT_FALSE(crash.explanation.empty());
  }
}

TEST(TroubleKinds, EachHasItsWord) {
  EXPECT_EQ(crash_kinds().size(), static_cast<std::size_t>(CrashKind::not_loaded) + 1);
  EXPECT_EQ(to_string(CrashKind::scheduling_while_atomic), "scheduling_while_atomic");
  EXPECT_EQ(to_string(CrashKind::leftover), "leftover");
}

}  // namespace
}  // namespace memgrade::oracle
