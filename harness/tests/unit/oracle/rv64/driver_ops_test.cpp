// Sequences as bytes and as text, their families, and how they shrink.
#include <gmock/gmock.h>

#include <bit>
#include <harness/oracle/rv64/call_sequences.hpp>
#include <map>

#include <harness/tests/unit/oracle/rv64/kernel_console.hpp>

namespace memgrade::oracle {
namespace {

TEST(KernelOps, FamiliesSurviveText) {
  for (const SequenceFamily& family : sequence_families()) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const CallSequence sequence = family.make(seed, family.steps);
      EXPECT_GE(sequence.ops.size(), 10U) << family.name;
      EXPECT_LE(sequence.ops.size(), most_ops) << family.name;
      EXPECT_EQ(sequence_from_text(sequence.phase, to_text(sequence)).value(), sequence) << family.name;
      EXPECT_EQ(family.make(seed, family.steps), sequence) << "the same seed, other calls";
      EXPECT_NE(family.make(seed + 100, family.steps), sequence) << "another seed, the same calls";
    }
    EXPECT_EQ(find_sequence_family(family.name), &family);
  }
}

TEST(KernelOps, TextIsWhatACReaderExpects) {
  const Items lines{"p0 = alloc_pages(3)",
                    "free_pages(p0)",
                    "free_pages(p0 + 0x1000)",
                    "free_pages(start - 0x1000)",
                    "free_pages(0x0)",
                    "p5 = kmalloc(100)",
                    "kfree(p5)",
                    "kfree(0x0)",
                    "mmap(0x0, 0x2000, RWUV)",
                    "store(0x1fff, 1, 0x8)",
                    "p10 = kmem_cache_alloc(3)"};
  EXPECT_EQ(to_text(sequence_from_text(Phase::late, lines).value()), lines);
}

// The header and a record, as riscv-kernel/driver reads them: little-endian.
TEST(KernelOps, BytesAreWhatTheDriverReads) {
  const CallSequence sequence = sequence_from_text(Phase::late, {"p0 = kmalloc(100)", "kfree(p0)"}).value();
  const std::string bytes = encode_ops(sequence, test_key, 5000);
  const auto number = [&](std::size_t at, std::size_t width) {
    std::uint64_t value = 0;
    for (std::size_t i = width; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes.at(at + i));
    return value;
  };
  ASSERT_EQ(bytes.size(), 48U + 2 * 32);
  EXPECT_EQ(bytes.substr(0, 8), "MGRVOPS1");
  EXPECT_EQ(number(8, 8), test_key.nonce);
  EXPECT_EQ(number(16, 8), test_key.key[0]);
  EXPECT_EQ(number(24, 8), test_key.key[1]);
  EXPECT_EQ(number(32, 4), 2U);  // calls
  EXPECT_EQ(number(36, 4), static_cast<std::uint64_t>(Phase::late));
  EXPECT_EQ(number(40, 4), 5000U);
  EXPECT_EQ(number(48, 4), static_cast<std::uint64_t>(Call::kmalloc));
  EXPECT_EQ(number(56, 8), 100U);
  EXPECT_EQ(number(80, 4), static_cast<std::uint64_t>(Call::kfree));
  EXPECT_EQ(number(84, 4), 0U);  // the result of the call 0
}

TEST(KernelOps, BrokenTextIsRefused) {
  for (const std::string line :
       {"", "alloc", "p0 = frees()", "free_pages(p9)", "alloc_pages(x)", "alloc_pages(1, 2)", "p0 = census()",
        "mmap(0x0, 0x1000, Q)", "free_pages(p0 +)"})
    EXPECT_FALSE(sequence_from_text(Phase::early, {line}).has_value()) << line;
}

TEST(KernelOps, DependantsGoWithWhatTheyNeed) {
  EXPECT_EQ(without_dangling({"free_pages(p0)", "p1 = alloc_page()", "free_pages(p1)", "kfree(p7 + 0x10)"}),
            (Items{"p1 = alloc_page()", "free_pages(p1)"}));
}

// An allocator that takes the lowest free run of n pages, n rounded *down* to a power of two.
std::string console_of_rounding_down(const CallSequence& sequence) {
  std::vector<bool> used(4096);
  std::map<std::size_t, std::pair<std::size_t, std::size_t>> blocks;  // operation -> first page, pages
  Console console(sequence);
  for (std::size_t i = 0; i < sequence.ops.size(); ++i) {
    const KernelOp& op = sequence.ops[i];
    if (op.call == Call::free && blocks.contains(static_cast<std::size_t>(op.ref))) {
      const auto [first, pages] = blocks.extract(static_cast<std::size_t>(op.ref)).mapped();
      for (std::size_t page = first; page < first + pages; ++page) used[page] = false;
      console.result(fmt::format("{:x} v0", test_start + first * 4096));
    } else if (op.call == Call::alloc_pages) {
      const std::size_t pages = std::bit_floor(op.a);
      std::size_t first = 0;
      const auto taken = [&] {
        for (std::size_t page = first; page < first + pages; ++page)
          if (used[page]) return true;
        return false;
      };
      while (taken()) first += pages;
      for (std::size_t page = first; page < first + pages; ++page) used[page] = true;
      blocks[i] = {first, pages};
      console.result(fmt::format("{:x} z0", test_start + first * 4096));
    } else {
      console.result("0 u");
    }
  }
  console.end();
  return console.text();
}

TEST(KernelOps, LongSequenceShrinksToTheFewCallsThatMatter) {
  CallSequence sequence{Phase::early, {}};
  for (const KernelOp& op : buddy_rounds(7, 200).ops)
    sequence.ops.push_back(op.call == Call::alloc_pages || op.call == Call::free
                               ? op
                               : KernelOp{.call = Call::alloc_pages, .a = 1});
  for (KernelOp& op : sequence.ops) op.a = op.call == Call::alloc_pages && op.a > 64 ? 3 : op.a;
  const auto overlaps = [](const CallSequence& calls) -> Result<bool> {
    const auto found =
        judge_calls(calls, parse_page_trace(console_of_rounding_down(calls), calls, test_key)).violations;
    return std::ranges::any_of(found, [](const Violation& each) { return each.rule == "buddy.overlap"; });
  };
  const Shrunk shrunk = shrink(to_text(sequence), sequence_questions(Phase::early, overlaps), 2000).value();
  EXPECT_EQ(shrunk.end, ShrinkEnd::one_minimal);
  const Items calls = without_dangling(shrunk.items);
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_THAT(calls[0], testing::ContainsRegex("alloc_pages.([35679]|1[0-5]).$"));  // no power of two
  EXPECT_THAT(calls[1], testing::HasSubstr("alloc_pages(1)"));
}

}  // namespace
}  // namespace memgrade::oracle
