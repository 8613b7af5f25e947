#include <fmt/format.h>
#include <gmock/gmock.h>
#include <harness/base/random.hpp>
#include <harness/facts/facts.hpp>

#include <functional>

namespace memgrade::facts {
namespace {

const Json kColumns = Json::array({{{"name", "virtual"}, {"modulo", 65536}, {"words", "virt|logic"}},
                                   {{"name", "physical"}, {"page_bytes", 256}, {"words", "phys"}},
                                   {{"name", "value"}, {"byte", true}, {"words", "value"}}});
const std::vector<FactSpec> kSpecs = {
    {"t", {{"from", {"stdout", "files"}}, {"numbers", {{"truth", "t"}, {"columns", kColumns}}}}}};

// A trace with the truth that a machine with `frames` frames, replaced in turn, would make of it.
struct Trace {
  std::vector<int> virt, phys, value;

  explicit Trace(int rows, int frames = 256, std::uint64_t seed = 1) {
    SplitMix64 random(seed);
    std::map<int, int> frame_of;
    for (int i = 0; i < rows; ++i) {
      const int address = static_cast<int>(random.next() % 65536), page = address / 256;
      if (!frame_of.contains(page)) {
        const int frame = static_cast<int>(frame_of.size());
        frame_of[page] = frame % frames;
      }
      virt.push_back(address);
      phys.push_back(frame_of[page] * 256 + address % 256);
      value.push_back(address % 2 == 0 ? 0 : static_cast<signed char>(address / 7));
    }
  }
  [[nodiscard]] Json truth() const {
    return {{"t", {{"rows", virt.size()}, {"virtual", virt}, {"physical", phys}, {"value", value}}}};
  }
  [[nodiscard]] std::string print(const std::function<std::string(int, int, int)>& row) const {
    std::string out;
    for (std::size_t i = 0; i < virt.size(); ++i) out += row(virt[i], phys[i], value[i]);
    return out;
  }
};

Json table(const std::string& out, const Trace& trace) {
  RunRecord run;
  run.name = "book";
  run.out.bytes = out;
  const Json truth = trace.truth();
  return facts_of_run(kSpecs, run, truth)["t"];
}

bool all_shown(const Json& found, const Trace& trace) {
  return found.is_object() && found.value("virtual", Json()) == Json(trace.virt) &&
         found.value("physical", Json()) == Json(trace.phys) &&
         found.value("value", Json()) == Json(trace.value);
}

TEST(Columns, AreFoundInAnyDress) {
  const Trace trace(1000);
  const std::vector<std::function<std::string(int, int, int)>> rows = {
      [](int v, int p, int x) {
        return fmt::format("Virtual address: {} Physical address: {} Value: {}\n", v, p, x);
      },
      [](int v, int p, int x) { return fmt::format("Virtul adress:{}\tPhisical: {}\t Val= {}\n", v, p, x); },
      [](int v, int p, int x) { return fmt::format("V_A: {}, TLB: 0, P_A: {}, {}\n", v, p, x); },
      [](int v, int p, int x) { return fmt::format("{},{},{}\n", v, p, x); },
      [](int v, int p, int x) { return fmt::format("{} {} {} {}\n", v, p, x, v % 3 == 0 ? "hit" : "miss"); },
      [](int v, int p, int x) { return fmt::format("0x{:04x} -> 0x{:04X}: {}\n", v, p, x); },
      [](int v, int p, int x) { return fmt::format("{}\n{}\n{}\n", v, p, x); },
      [](int v, int p, int x) {
        return fmt::format("page {} offset {} from {} to {} is {}\n", v / 256, v % 256, v, p, x);
      }};
  for (const auto& row : rows)
    EXPECT_TRUE(
        all_shown(table("256 frames, TLB 16\n" + trace.print(row) + "Page Faults = 244\n", trace), trace))
        << row(16916, 20, 0);
}

TEST(Columns, LinesMayDiffer) {
  const Trace trace(1000);
  const Json found = table(trace.print([](int v, int p, int x) {
    return v % 3 == 0 ? fmt::format("[miss, loads {}] {} -> {}: {}\n", v / 256, v, p, x)
                      : fmt::format("[hit] {} -> {}: {}\n", v, p, x);
  }),
                           trace);
  EXPECT_EQ(found["physical"], Json(trace.phys));
  EXPECT_EQ(found["value"], Json(trace.value));
}

TEST(Columns, InHexadecimalWithoutAPrefix) {
  const Trace trace(1000);
  const Json found = table(trace.print([](int v, int p, int x) {
    return fmt::format("{:04X} {:04X} {:02x}\n", v, p, static_cast<unsigned char>(x));
  }),
                           trace);
  EXPECT_TRUE(all_shown(found, trace));
}

TEST(Columns, InSeveralFiles) {
  const Trace trace(1000);
  RunRecord run;
  run.name = "book";
  const Json truth = trace.truth();
  run.files["out1.txt"].bytes = trace.print([](int v, int, int) { return fmt::format("{}\n", v); });
  run.files["out2.txt"].bytes = trace.print([](int, int p, int) { return fmt::format("{}\n", p); });
  run.files["out3.txt"].bytes = trace.print([](int, int, int x) { return fmt::format("{}\n", x); });
  EXPECT_TRUE(all_shown(facts_of_run(kSpecs, run, truth)["t"], trace));
}

TEST(Columns, WhatIsNotPrintedIsNotShown) {
  const Trace trace(1000);
  const Json values =
      table(trace.print([](int, int, int x) { return fmt::format("{}\n", x); }) + "faults 244\n", trace);
  EXPECT_EQ(values["value"], Json(trace.value));
  EXPECT_FALSE(values.contains("virtual"));
  EXPECT_FALSE(values.contains("physical"));
  // Virtual addresses, even twice, are no physical ones, though with a frame for each page they fit as well.
  const Json twice =
      table(trace.print([](int v, int, int x) { return fmt::format("{0} (0x{0:x}) {1}\n", v, x); }), trace);
  EXPECT_TRUE(twice.contains("virtual"));
  EXPECT_FALSE(twice.contains("physical"));
  EXPECT_EQ(twice["value"], Json(trace.value));
}

TEST(Columns, OtherFrameNumbersAreFound) {
  const Trace trace(1000);
  const Json found = table(trace.print([](int v, int p, int x) {
    return fmt::format("{} {} {}\n", v, (255 - p / 256) * 256 + p % 256, x);
  }),
                           trace);
  ASSERT_TRUE(found.contains("physical"));
  EXPECT_EQ(found["physical"][0], 255 * 256 + trace.phys[0]);
}

TEST(Columns, AreThatColumnAlsoWhereMostRowsAreWrong) {
  const Trace trace(1000);
  int row = 0;
  const Json found = table(trace.print([&](int v, int p, int x) {
    return ++row <= 400 ? fmt::format("{} {} {}\n", v, p, x)
                        : fmt::format("{} {} {}\n", v, (p + 77) % 65536, x ^ 5);
  }),
                           trace);
  ASSERT_TRUE(found.contains("physical"));
  EXPECT_EQ(found["physical"].size(), 1000U);
  EXPECT_EQ(found["value"][399], trace.value[399]);
  EXPECT_NE(found["value"][400], trace.value[400]);
}

TEST(Columns, WordsDecideWhereNothingAgrees) {
  const Trace trace(1000);
  const Json found = table(trace.print([](int v, int p, int x) {
    return fmt::format("Virtual address: {} Physical address: {} Value: {}\n", v, 3 * p + 1, x + 100);
  }) + "Physical frames = 256\n",
                           trace);
  EXPECT_EQ(found["physical"][0], 3 * trace.phys[0] + 1);
  EXPECT_EQ(found["value"][0], trace.value[0] + 100);
  EXPECT_FALSE(table("Physical frames = 256\nbest value: 3\n", trace).is_object());
}

TEST(Columns, NoiseAndConstantsAreNoColumns) {
  const Trace trace(1000), other(1000, 256, 99);
  SplitMix64 random(5);
  std::string noise, constants, all_bytes;
  for (int i = 0; i < 1000; ++i) {
    noise += fmt::format("{} {} {}\n", random.next() % 65536, random.next() % 65536,
                         static_cast<int>(random.next() % 256) - 128);
    constants += "0 0 0\n";
    for (int byte = -20; byte < 30; ++byte) all_bytes += fmt::format("{} ", byte);
    all_bytes += "\n";
  }
  EXPECT_TRUE(table(noise, trace).is_null());
  EXPECT_TRUE(table(constants, trace).is_null());
  EXPECT_TRUE(table(all_bytes, trace).is_null());
  // The truth of another trace.
  EXPECT_TRUE(
      table(other.print([](int v, int p, int x) { return fmt::format("{} {} {}\n", v, p, x); }), trace)
          .is_null());
}

TEST(Columns, OfSeveralPhysicalAddressesTheFirstCounts) {
  const Trace trace(1000);
  int row = 0;
  const Json found = table(trace.print([&](int v, int p, int x) {
    return fmt::format("{} {} {} {}\n", v, ++row < 500 ? p : 0, p, x);
  }),
                           trace);
  EXPECT_EQ(found["physical"][900], 0);
}

TEST(Columns, ALongRunSettlesAShortOne) {
  const Trace trace(1000), small(4, 256, 7);
  RunRecord longer, shorter;
  longer.name = "usual";
  longer.out.bytes = trace.print([](int, int, int x) { return fmt::format("{}\n", x); });
  shorter.name = "short";
  shorter.out.bytes = small.print([](int, int, int x) { return fmt::format("{}\n", x); }) + "TLB hits 0\n";
  Evidence evidence;
  evidence.runs = {longer, shorter};
  evidence.oracle = {{"usual", trace.truth()}, {"short", small.truth()}};
  const Json facts = gather(kSpecs, evidence);
  EXPECT_EQ(facts["short"]["t"]["value"], Json(small.value));
}

TEST(Columns, HostileOutputsCostLittle) {
  const Trace trace(1000);
  std::string out;
  for (int i = 0; i < 60'000; ++i) out += "1 ";
  for (int i = 0; i < 20'000; ++i) out += fmt::format("\nline{} {} {} {}", i, i, i, i);
  EXPECT_TRUE(table(out, trace).is_null());
}

}  // namespace
}  // namespace memgrade::facts
