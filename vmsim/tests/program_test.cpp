// The real program: the book's data, the command line, odd inputs, errors.
#include "book_data.hpp"
#include "run_vm.hpp"

#include <cstdlib>

namespace vmsim::tests {
namespace {

using testing::Values;

std::string statistics(int count, int faults, const std::string& fault_rate, int hits,
                       const std::string& hit_rate) {
  return "Number of Translated Addresses = " + std::to_string(count) +
         "\nPage Faults = " + std::to_string(faults) + "\nPage Fault Rate = " + fault_rate +
         "\nTLB Hits = " + std::to_string(hits) + "\nTLB Hit Rate = " + hit_rate + "\n";
}

class Program : public VmTest {
 protected:
  Program() {
    write("store", book::backing_store());
    write("addresses", book::addresses_text());
  }

  // Runs `vm store trace` on a trace of that content.
  Outcome on_trace(const std::string& content, std::vector<std::string> arguments = {}) {
    write("trace", content);
    arguments.insert(arguments.end(), {"store", "trace"});
    return vm(arguments);
  }

  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
};

TEST_F(Program, GeneratedBookDataHasTheSumsOfThePublishedFiles) {
  EXPECT_EQ(book::fnv1a(book::backing_store()), book::kStoreSum);
  EXPECT_EQ(book::fnv1a(book::addresses_text()), book::kAddressesSum);
}

TEST_F(Program, PrintsTheBooksTranslationsByteForByte) {
  const Outcome outcome = vm({"store", "addresses"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, book::translations() + statistics(1000, 244, "0.244", 54, "0.054"));
  EXPECT_EQ(book::fnv1a(outcome.out), book::kCorrectWithStatsSum);
}

TEST_F(Program, CountsTheBooksTable) {
  const auto quiet = [&](const char* frames, const char* policy) {
    return vm({"-q", "-n", frames, "-p", policy, "store", "addresses"}).out;
  };
  EXPECT_EQ(quiet("256", "fifo"), statistics(1000, 244, "0.244", 54, "0.054"));
  EXPECT_EQ(quiet("256", "lru"), statistics(1000, 244, "0.244", 55, "0.055"));
  EXPECT_EQ(quiet("128", "fifo"), statistics(1000, 538, "0.538", 54, "0.054"));
  EXPECT_EQ(quiet("128", "lru"), statistics(1000, 539, "0.539", 55, "0.055"));
}

TEST_F(Program, PublishedFilesComeOutByteForByte) {
  const char* const folder = std::getenv("VMSIM_DATASET");
  if (folder == nullptr) GTEST_SKIP() << "VMSIM_DATASET names no folder with the published files";
  const std::filesystem::path data = folder;
  const Outcome outcome = vm({data / "BACKING_STORE.bin", data / "addresses.txt"});
  EXPECT_EQ(outcome.out, read(data / "correct_with_stats.txt"));
}

// Memory is too small, so pages come and go: the values must stay right whatever the policy.
class ProgramPolicy : public Program, public testing::WithParamInterface<const char*> {};

TEST_P(ProgramPolicy, ValuesAreRightInLittleMemory) {
  for (const char* frames : {"1", "2", "7", "128"}) {
    const Outcome outcome = vm({"-n", frames, "-p", GetParam(), "store", "addresses"});
    ASSERT_EQ(outcome.status, 0);
    std::istringstream lines(outcome.out);
    for (const std::uint32_t address : book::addresses()) {
      std::string line;
      ASSERT_TRUE(std::getline(lines, line));
      EXPECT_TRUE(line.starts_with("Virtual address: " + std::to_string(address) + " ")) << line;
      EXPECT_TRUE(line.ends_with(" Value: " + std::to_string(book::value_at(address)))) << line;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ProgramPolicy, Values("fifo", "lru", "clock", "lfu", "opt", "random"),
                         [](const auto& test) { return std::string(test.param); });

TEST_F(Program, TakesOptionsInAnyOrderFormAndCase) {
  const std::string expected = statistics(1000, 539, "0.539", 55, "0.055");
  EXPECT_EQ(vm({"-q", "store", "addresses", "-n128", "-p", "LRU"}).out, expected);
  EXPECT_EQ(vm({"store", "-p", "Lru", "--quiet", "addresses", "--frames=128"}).out, expected);
  EXPECT_EQ(vm({"--frames", "128", "--policy", "lru", "-qt", "16", "store", "addresses"}).out, expected);
  EXPECT_EQ(vm({"-n", "256", "-n", "128", "-p", "fifo", "-p", "lru", "-q", "--", "store", "addresses"}).out,
            expected);
}

TEST_F(Program, ReadsTraceFromStandardInput) {
  EXPECT_EQ(vm({"-q", "store", "-"}, "addresses").out, statistics(1000, 244, "0.244", 54, "0.054"));
}

TEST_F(Program, ReadsBinaryTraces) {
  std::string two;
  std::string four;
  for (const std::uint32_t address : book::addresses()) {
    const char bytes[] = {static_cast<char>(address), static_cast<char>(address >> 8), 0, 0};
    two.append(bytes, 2);
    four.append(bytes, 4);
  }
  const std::string expected = statistics(1000, 244, "0.244", 54, "0.054");
  EXPECT_EQ(on_trace(two, {"-q", "--binary"}).out, expected);
  write("large", book::backing_store() + book::backing_store());
  write("four", four);
  EXPECT_EQ(vm({"-q", "--binary", "--page-bits", "9", "large", "four"}).out, expected);
}

TEST_F(Program, RefusesBinaryTraceWithHalfAnAddress) {
  const Outcome outcome = on_trace("abc", {"--binary"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(has(outcome.err, "trace: 3 bytes")) << outcome.err;
}

TEST_F(Program, EmptyTraceHasRatesOfZero) {
  const std::string expected = statistics(0, 0, "0.000", 0, "0.000");
  for (const char* trace : {"", "\n", "\r\n \t\r\n\n"}) {
    const Outcome outcome = on_trace(trace);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.out, expected);
  }
}

TEST_F(Program, LowBitsOfAnAddressCount) {
  const std::string expected = on_trace("65535\n0\n16916\n32768\n65535\n").out;
  EXPECT_TRUE(expected.starts_with("Virtual address: 65535 Physical address: 255 Value: -1\n"));
  EXPECT_EQ(on_trace("-1\n65536\n82452\n-32768\n131071\n").out, expected);
  // 2^64 - 1, -2^64, 2^64 + 16916, and 65536 * 10^40 - 32768
  EXPECT_EQ(on_trace("18446744073709551615\n-18446744073709551616\n18446744073709568532\n"
                     "655359999999999999999999999999999999999967232\n+65535\n")
                .out,
            expected);
}

TEST_F(Program, WhiteSpaceAndLineEndsDoNotMatter) {
  const std::string expected = on_trace("1\n300\n7\n").out;
  EXPECT_EQ(on_trace("1\r\n300\r\n7\r\n").out, expected);
  EXPECT_EQ(on_trace("\n1\n\n  300\t\n\n 7").out, expected);
  EXPECT_EQ(on_trace("1\n300\n7").out, expected);
}

TEST_F(Program, BadLineIsNamedAndNothingIsPrinted) {
  for (const char* bad : {"1x", "0x10", "1 2", "1.5", "-", "+-1", "abc", "--3"}) {
    const Outcome outcome = on_trace("5\n\n" + std::string(bad) + "\n6\n");
    EXPECT_EQ(outcome.status, 2) << bad;
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(has(outcome.err, "trace:3: ")) << outcome.err;
    EXPECT_TRUE(has(outcome.err, bad)) << outcome.err;
  }
}

TEST_F(Program, BadLineReachesTheTerminalHarmless) {
  const Outcome outcome = on_trace(std::string("\x1b[2J\0", 5) + std::string(500, 'a'));
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(has(outcome.err, "'?[2J?aaa")) << outcome.err;
  EXPECT_LT(outcome.err.size(), 120U);
}

TEST_F(Program, ShortStoreMattersOnlyWhereItIsTouched) {
  write("store", book::backing_store().substr(0, 51'000));  // page 199 is cut
  EXPECT_EQ(on_trace("50943\n").status, 0);
  const Outcome outcome = on_trace("3\n50944\n4\n");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "Virtual address: 3 Physical address: 3 Value: 0\n");
  EXPECT_TRUE(has(outcome.err, "store: the file is too short for page 199 (bytes 50944 to 51199)"))
      << outcome.err;
  EXPECT_EQ(on_trace("65535\n", {"-q"}).status, 2);
  EXPECT_EQ(on_trace("3\n65535\n", {"--json"}).out, "");
  write("store", "");
  EXPECT_EQ(on_trace("").status, 0);
  EXPECT_EQ(on_trace("0\n").status, 2);
}

TEST_F(Program, LongStoreIsReadAsFarAsPagesGo) {
  const std::string expected = vm({"store", "addresses"}).out;
  write("store", book::backing_store() + "more");
  EXPECT_EQ(vm({"store", "addresses"}).out, expected);
}

TEST_F(Program, UnreadableFilesExitOne) {
  for (const auto& files :
       std::vector<std::vector<std::string>>{{"none", "addresses"}, {"store", "none"}, {"store", "."}}) {
    const Outcome outcome = vm(files);
    EXPECT_EQ(outcome.status, 1) << files[0] << " " << files[1];
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(has(outcome.err, "cannot ")) << outcome.err;
  }
  EXPECT_EQ(vm({".", "addresses"}).status, 1);
}

TEST_F(Program, FullDiskExitsOne) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  EXPECT_EQ(vm({"store", "addresses"}, "/dev/null", "/dev/full").status, 1);
  EXPECT_EQ(vm({"-q", "store", "addresses"}, "/dev/null", "/dev/full").status, 1);
  EXPECT_EQ(vm({"--help"}, "/dev/null", "/dev/full").status, 1);
}

TEST_F(Program, BadArgumentsExitTwoAndSayWhy) {
  const auto refused = [&](std::vector<std::string> arguments, const std::string& why) {
    arguments.insert(arguments.end(), {"store", "addresses"});
    const Outcome outcome = vm(arguments);
    EXPECT_EQ(outcome.status, 2) << why;
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(has(outcome.err, why)) << outcome.err;
  };
  for (const char* number : {"0", "-1", "x", "", "12x", " 1", "16777217", "99999999999999999999999"}) {
    refused({"-n", number}, "-n takes a whole number from 1 to 16777216, not '" + std::string(number) + "'");
  }
  refused({"-t", "-1"}, "-t takes a whole number from 0");
  refused({"-p", "mru"}, "unknown policy 'mru': one of fifo, lru");
  refused({"-x"}, "option -x");
  refused({"--nothing"}, "option --nothing");
  refused({"--page-bits", "24", "--offset-bits", "16"}, "at most 32 bits");
  refused({"third"}, "needs two files, a backing store and a trace, but 3 are given");
  EXPECT_EQ(vm({}).status, 2);
  EXPECT_EQ(vm({"store"}).status, 2);
  EXPECT_TRUE(has(vm({"store", "addresses", "-n"}).err, "no value for option -n"));
}

TEST_F(Program, HelpAndVersionNeedNoFiles) {
  const Outcome help = vm({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* word : {"usage: vm", "fifo", "lru", "clock", "lfu", "opt", "random", "--binary"}) {
    EXPECT_TRUE(has(help.out, word)) << word;
  }
  const Outcome version = vm({"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_TRUE(version.out.starts_with("vm "));
}

TEST_F(Program, JsonHoldsParametersTranslationsAndStatistics) {
  EXPECT_EQ(on_trace("16916\n-1\n", {"--json", "-p", "LRU", "-n", "3", "-t", "0", "--seed", "9"}).out,
            "{\"parameters\": {\"frames\": 3, \"tlb_entries\": 0, \"policy\": \"lru\", \"page_bits\": 8, "
            "\"offset_bits\": 8, \"seed\": 9},\n \"translations\": [\n"
            "  {\"virtual\": 16916, \"physical\": 20, \"value\": 0},\n"
            "  {\"virtual\": 65535, \"physical\": 511, \"value\": -1}],\n"
            " \"statistics\": {\"translated_addresses\": 2, \"page_faults\": 2, \"page_fault_rate\": 1, "
            "\"tlb_hits\": 0, \"tlb_hit_rate\": 0}}\n");
  EXPECT_TRUE(has(on_trace("", {"--json"}).out, "\"translations\": [],\n \"statistics\""));
  EXPECT_FALSE(has(on_trace("1\n", {"--json", "-q"}).out, "translations"));
}

TEST_F(Program, NoTlbAndHugeMemoryAreAllowed) {
  EXPECT_EQ(vm({"-q", "-t", "0", "store", "addresses"}).out, statistics(1000, 244, "0.244", 0, "0.000"));
  EXPECT_EQ(vm({"-q", "-n", "16777216", "-t", "16777216", "store", "addresses"}).out,
            statistics(1000, 244, "0.244", 756, "0.756"));
}

TEST_F(Program, SeedDecidesRandomReplacement) {
  const auto run = [&](const char* seed) {
    return vm({"-p", "random", "-n", "64", "--seed", seed, "store", "addresses"}).out;
  };
  EXPECT_EQ(run("7"), run("7"));
  EXPECT_NE(run("7"), run("8"));
}

}  // namespace
}  // namespace vmsim::tests
