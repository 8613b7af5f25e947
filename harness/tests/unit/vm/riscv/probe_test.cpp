// Looking into guests that a real emulator runs.
#include <gmock/gmock.h>

#include <harness/base/elf.hpp>
#include <harness/tests/unit/vm/riscv/guests.hpp>
#include <harness/vm/riscv/probe.hpp>

namespace memgrade::vm {
namespace {

namespace sv39 = oracle::sv39;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class GuestProbeTest : public test::GuestTest {
 protected:
  static Result<ProbeRun> try_probe(const fs::path& image, const ProbePlan& plan,
                                    const GuestLimits& limits = patient, LineWatch watch = {}) {
    return probe(**emulator_, **sandbox_, {.image = image}, limits, plan, std::move(watch));
  }
  static ProbeRun probed(const fs::path& image, const ProbePlan& plan, const GuestLimits& limits = patient,
                         LineWatch watch = {}) {
    auto run = try_probe(image, plan, limits, std::move(watch));
    EXPECT_TRUE(run) << run.error().text();
    return run ? std::move(*run) : ProbeRun{};
  }
  static std::uint64_t address_of(const fs::path& image, const std::string& symbol) {
    const auto bytes = read_file(image);
    const auto elf = parse_elf(bytes.value_or(""));
    EXPECT_TRUE(elf) << elf.error();
    const auto* found = elf ? elf->find(symbol) : nullptr;
    EXPECT_NE(found, nullptr) << symbol;
    return found == nullptr ? 0 : found->value;
  }
};

TEST_F(GuestProbeTest, TeachingKernelsTablesAtTheSecondPageFault) {
  const fs::path image = teaching_kernel("kernel.elf");
  const std::uint64_t text = address_of(image, "_stext");
  const std::uint64_t end = address_of(image, "_end");
  const std::uint64_t tree = address_of(image, "buddy_system");
  std::optional<sv39::Walk> touched, untouched, kernel;
  ProbePlan plan;
  plan.points.push_back({.name = "fault",
                         .address = address_of(image, "do_page_fault"),
                         .hit = 2,
                         .look = {.registers = {"scause", "stval", "sp"},
                                  .memory = {{tree, 16}, {0x1000, 16}},
                                  .mappings = {{0, 0x7FFF'FFFF}, {0x8000'0000, 0xFFFF'FFFF}},
                                  .more = [&](StoppedGuest& guest) -> Status {
                                    const std::uint64_t satp = guest.read_register("satp").value();
                                    touched = guest.walk(satp, 0x123).value();
                                    untouched = guest.walk(satp, 0x1000).value();
                                    kernel = guest.walk(satp, text).value();
                                    return {};
                                  }}});
  const ProbeRun seen = probed(image, plan);
  EXPECT_EQ(seen.run.termination, GuestTermination::shutdown) << seen.run.reason;
  EXPECT_THAT(seen.run.console.bytes, HasSubstr("ticks: 50"));
  EXPECT_THAT(seen.hits, ElementsAre(2));
  ASSERT_THAT(seen.snapshots, SizeIs(1));
  const Snapshot& snapshot = seen.snapshots[0];
  EXPECT_EQ(snapshot.registers.at("pc"), plan.points[0].address);
  EXPECT_EQ(snapshot.registers.at("priv"), 1U);
  EXPECT_EQ(snapshot.registers.at("satp") >> 60, 8U);
  // The first test of the kernel: a load from a page that mmap promised.
  EXPECT_EQ(snapshot.registers.at("scause"), 13U);
  EXPECT_EQ(snapshot.registers.at("stval"), 0x1000U);

  ASSERT_TRUE(touched && touched->mapped());
  EXPECT_EQ(sv39::flags_text(touched->leaf()).substr(0, 4), "rw-u");
  EXPECT_GE(touched->physical, end);
  EXPECT_LT(touched->physical, end + (16U << 20));
  EXPECT_EQ(touched->physical % 4096, 0x123U);
  ASSERT_TRUE(untouched);
  EXPECT_EQ(untouched->fault, sv39::WalkFault::not_valid);
  ASSERT_TRUE(kernel && kernel->mapped());
  EXPECT_EQ(kernel->physical, text);
  EXPECT_EQ(sv39::flags_text(kernel->leaf()).substr(0, 4), "r-x-");

  ASSERT_THAT(snapshot.mappings, SizeIs(2));
  EXPECT_TRUE(snapshot.mappings[0].broken.empty());
  EXPECT_FALSE(snapshot.mappings[0].mappings.empty());
  for (const sv39::Mapping& mapping : snapshot.mappings[0].mappings)
    EXPECT_NE(mapping.flags & sv39::pte_u, 0U);
  bool pages_are_mapped = false;
  for (const sv39::Mapping& mapping : snapshot.mappings[1].mappings) {
    EXPECT_EQ(mapping.flags & sv39::pte_u, 0U);
    EXPECT_EQ(mapping.address, mapping.physical);
    pages_are_mapped |= mapping.address <= end && mapping.end() == end + (16U << 20) &&
                        sv39::flags_text(mapping.flags).starts_with("rw-");
  }
  EXPECT_TRUE(pages_are_mapped);

  ASSERT_THAT(snapshot.memory, SizeIs(2));
  ASSERT_TRUE(snapshot.memory[0]);
  EXPECT_EQ(snapshot.memory[0]->front(), 1) << "buddy_system.initialized";
  EXPECT_FALSE(snapshot.memory[1]) << "there is no memory at 0x1000";
}

TEST_F(GuestProbeTest, EveryHitIsCounted) {
  const fs::path image = assembled("rounds", R"(
    li s0, 10
.globl again
again:
    addi s0, s0, -1
.globl next
next:
    bnez s0, again
    j shutdown
)");
  ProbePlan plan;
  for (const unsigned hit : {1U, 4U, 10U, 11U}) {
    plan.points.push_back({.name = "again",
                           .address = address_of(image, "again"),
                           .hit = hit,
                           .look = {.registers = {"s1", "fp"}}});
  }
  plan.points.push_back(
      {.name = "next", .address = address_of(image, "next"), .hit = 3, .look = {.registers = {"fp"}}});
  plan.points.push_back({.name = "nowhere", .address = 0x8030'0000});
  const ProbeRun seen = probed(image, plan);
  EXPECT_EQ(seen.run.termination, GuestTermination::shutdown) << seen.run.reason;
  EXPECT_THAT(seen.hits, ElementsAre(1, 4, 10, 10, 3, 0));
  std::vector<std::pair<std::string, std::uint64_t>> order;
  for (const Snapshot& snapshot : seen.snapshots)
    order.emplace_back(snapshot.name, snapshot.registers.at("fp"));
  using Pair = std::pair<std::string, std::uint64_t>;
  EXPECT_THAT(order, ElementsAre(Pair{"again", 10}, Pair{"next", 7}, Pair{"again", 7}, Pair{"again", 1}));
}

TEST_F(GuestProbeTest, LastPointEndsTheRun) {
  const fs::path image = assembled("spin", ".globl here\nhere: j here\n");
  ProbePlan plan;
  plan.points.push_back({.name = "here", .address = address_of(image, "here"), .hit = 5, .last = true});
  const ProbeRun seen = probed(image, plan);
  EXPECT_EQ(seen.run.termination, GuestTermination::probed);
  EXPECT_EQ(seen.run.reason, "here");
  EXPECT_THAT(seen.snapshots, SizeIs(1));
}

TEST_F(GuestProbeTest, GuestThatHangsIsLookedAt) {
  const fs::path image = assembled("hang", R"(
    la t0, trap
    csrw stvec, t0
.globl wrong, trap
wrong:
    .word 0
    .balign 4
trap:
    j trap
)");
  const ProbeRun seen = probed(image, {.points = {}, .at_end = Look{.registers = {"scause", "sepc"}}},
                               {.wall_s = 120, .quiet_s = 1.5});
  EXPECT_EQ(seen.run.termination, GuestTermination::silence);
  ASSERT_TRUE(seen.end);
  EXPECT_EQ(seen.end->registers.at("pc"), address_of(image, "trap"));
  EXPECT_EQ(seen.end->registers.at("scause"), 2U) << "an illegal instruction";
  EXPECT_EQ(seen.end->registers.at("sepc"), address_of(image, "wrong"));
}

TEST_F(GuestProbeTest, LookAfterTheWatchHadEnough) {
  const ProbeRun seen = probed(teaching_kernel("kernel.elf"), {.points = {}, .at_end = Look{}},
                               {.wall_s = 120}, [](std::string_view line) -> std::optional<std::string> {
                                 if (line.find("store OK") != std::string_view::npos) return "enough";
                                 return std::nullopt;
                               });
  EXPECT_EQ(seen.run.termination, GuestTermination::stopped);
  ASSERT_TRUE(seen.end);
  EXPECT_EQ(seen.end->registers.at("satp") >> 60, 8U);
}

TEST_F(GuestProbeTest, TablesThatLeadNowhereAreEvidence) {
  // satp with a root outside the memory, seen from the last instruction before it is used.
  const fs::path image = assembled("nowhere", R"(
    li s0, 0x8000000000000123
.globl here
here: j here
)");
  std::optional<sv39::Walk> outside, inside;
  ProbePlan plan;
  plan.points.push_back({.name = "here",
                         .address = address_of(image, "here"),
                         .look = {.registers = {"fp"},
                                  .mappings = {{0, 0xFFFF}},
                                  .more = [&](StoppedGuest& guest) -> Status {
                                    outside = guest.walk(guest.read_register("fp").value(), 0x1000).value();
                                    inside = guest.walk(8ULL << 60 | (0x8020'0000U >> 12), 0x1000).value();
                                    return {};
                                  }},
                         .last = true});
  const ProbeRun seen = probed(image, plan);
  ASSERT_TRUE(outside && inside);
  EXPECT_EQ(outside->fault, sv39::WalkFault::no_memory);
  EXPECT_TRUE(inside->fault) << "code is no page table";
  ASSERT_THAT(seen.snapshots, SizeIs(1));
  EXPECT_EQ(seen.snapshots[0].mappings[0].fault, sv39::WalkFault::no_paging);
}

TEST_F(GuestProbeTest, CallersErrorEndsTheProbe) {
  const fs::path image = assembled("spin", ".globl here\nhere: j here\n");
  ProbePlan plan;
  plan.points.push_back(
      {.name = "here", .address = address_of(image, "here"), .look = {.more = [](StoppedGuest&) -> Status {
                                                               return fail(ErrorKind::io, "no room");
                                                             }}});
  const auto run = try_probe(image, plan);
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().message, "no room");
  plan.points[0].look = {.memory = {{0x8000'0000, 65U << 20}}};
  EXPECT_EQ(try_probe(image, plan).error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace memgrade::vm
