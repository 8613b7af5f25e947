// ELF files made by hand, right and wrong in each field that is read.
#include <gmock/gmock.h>

#include <harness/base/elf.hpp>
#include <harness/tests/unit/base/small_elf.hpp>
#include <string>

namespace memgrade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using namespace test;

TEST(ElfFile, IsReadWhole) {
  const auto elf = parse_elf(good_file());
  ASSERT_TRUE(elf) << elf.error();
  EXPECT_EQ(elf->type, ElfType::executable);
  EXPECT_EQ(elf->machine, elf_riscv);
  EXPECT_EQ(elf->entry, 0x8020'0000U);
  ASSERT_THAT(elf->segments, SizeIs(1));
  EXPECT_EQ(elf->segments[0].address, 0xFFFF'FFC0'0020'0000U);
  EXPECT_EQ(elf->segments[0].physical, 0x8020'0000U);
  EXPECT_EQ(elf->segments[0].bytes, 0x1000U);
  EXPECT_TRUE(elf->segments[0].executable && elf->segments[0].readable);
  EXPECT_FALSE(elf->segments[0].writable);
  std::vector<std::string> names;
  for (const ElfSymbol& symbol : elf->symbols) names.push_back(symbol.name);
  EXPECT_THAT(names, ElementsAre("twin", "twin", "main"));
}

TEST(ElfFile, GlobalSymbolGoesFirst) {
  const auto elf = parse_elf(good_file());
  ASSERT_TRUE(elf);
  ASSERT_NE(elf->find("twin"), nullptr);
  EXPECT_EQ(elf->find("twin")->value, 0x200U);
  EXPECT_EQ(elf->find("outside"), nullptr);
  EXPECT_EQ(elf->find(""), nullptr);
}

struct Damage {
  std::size_t offset;
  std::uint64_t value;
  int bytes;
  const char* diagnostic;
};

TEST(ElfFile, EachWrongFieldIsRefusedWithAReason) {
  constexpr std::uint64_t huge = ~0ULL;
  const Damage all[] = {
      {0, 'x', 1, "no ELF file"},
      {4, 1, 1, "64 bits"},
      {5, 2, 1, "little-endian"},
      {6, 0, 1, "version"},
      {32, huge, 8, "program headers outside"},
      {32, sections_at + 3 * 64 - 55, 8, "program headers outside"},
      {54, 32, 2, "strange size"},
      {56, 0xFFFF, 2, "more program headers"},
      {56, 0xFFFE, 2, "program headers outside"},
      {segment_at + 8, huge, 8, "segment 0 lies outside"},
      {segment_at + 32, huge, 8, "segment 0 lies outside"},
      {segment_at + 40, 4, 8, "longer in the file"},
      {segment_at + 40, huge, 8, "past the last address"},
      {segment_at + 16, huge - 5, 8, "past the last address"},
      {40, huge, 8, "section headers outside"},
      {58, 0, 2, "section headers of a strange size"},
      {60, 0xFFFF, 2, "section headers outside"},
      {sections_at + 64 + 24, huge, 8, "symbols outside"},
      {sections_at + 64 + 32, huge, 8, "symbols outside"},
      {sections_at + 64 + 40, 3, 4, "without names"},
      {sections_at + 64 + 40, 0, 4, "without names"},
      {sections_at + 64 + 40, 1, 4, "without names"},
      {sections_at + 64 + 56, 0, 8, "symbols of a strange size"},
      {sections_at + 128 + 24, huge, 8, "names of its symbols outside"},
      {sections_at + 128 + 32, huge, 8, "names of its symbols outside"},
  };
  for (const Damage& damage : all) {
    std::string file = good_file();
    put(file, damage.offset, damage.value, damage.bytes);
    const auto elf = parse_elf(file);
    ASSERT_FALSE(elf) << damage.diagnostic << " at " << damage.offset;
    EXPECT_THAT(elf.error(), HasSubstr(damage.diagnostic)) << damage.offset;
  }
}

TEST(ElfFile, CutAnywhereIsRefusedOrShorter) {
  const std::string file = good_file();
  for (std::size_t length = 0; length < file.size(); ++length) {
    EXPECT_FALSE(parse_elf(std::string_view(file).substr(0, length))) << length;
  }
}

TEST(ElfFile, NamesOutsideTheTableAreNoNames) {
  std::string file = good_file();
  put(file, symbols_at, 0xFFFF'FFFF, 4);
  put(file, symbols_at + 24, 18, 4);
  const auto elf = parse_elf(file);
  ASSERT_TRUE(elf);
  EXPECT_THAT(elf->symbols, SizeIs(1));
}

TEST(ElfFile, StrippedFileHasNoSymbols) {
  std::string file = good_file();
  put(file, 40, 0, 8);
  put(file, 60, 0, 2);
  const auto elf = parse_elf(file);
  ASSERT_TRUE(elf);
  EXPECT_TRUE(elf->symbols.empty());
  EXPECT_EQ(elf->find("main"), nullptr);
}

TEST(ElfFile, LimitsCutSymbolsAndNames) {
  const auto few = parse_elf(good_file(), {.symbols = 1});
  ASSERT_TRUE(few);
  EXPECT_THAT(few->symbols, SizeIs(1));
  const auto brief = parse_elf(good_file(), {.name_bytes = 2});
  ASSERT_TRUE(brief);
  EXPECT_EQ(brief->symbols[0].name, "tw");
}

}  // namespace
}  // namespace memgrade
