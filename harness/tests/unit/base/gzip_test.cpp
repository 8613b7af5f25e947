// Bytes come back as they went, and what is no whole archive does not.
#include <gtest/gtest.h>

#include <harness/base/gzip.hpp>
#include <harness/base/random.hpp>
#include <limits>

namespace memgrade {
namespace {

constexpr auto kAny = std::numeric_limits<std::uint64_t>::max();

TEST(Gzip, BytesComeBackWhateverTheirNumber) {
  std::string bytes;
  for (const std::size_t size : {0UL, 1UL, 1000UL, (1UL << 20) - 1, 1UL << 20, (1UL << 20) + 1, 5UL << 20}) {
    while (bytes.size() < size) bytes += static_cast<char>((bytes.size() * bytes.size()) >> 7);
    const std::string packed = gzip(bytes);
    EXPECT_EQ(packed, gzip(bytes));
    EXPECT_EQ(gunzip(packed, kAny), bytes) << size;
    EXPECT_EQ(gunzip(packed, size), bytes) << size;
  }
}

TEST(Gzip, LinesTakeAFractionOfTheirRoom) {
  std::string lines;
  for (int i = 0; lines.size() < (4U << 20); ++i)
    lines += "Virtual address: " + std::to_string(i * 7919 % 65536) + "\n";
  EXPECT_LT(gzip(lines).size(), lines.size() / 3);
}

TEST(Gzip, WhatIsNoWholeArchiveIsNothing) {
  const std::string bytes = std::string(100'000, 'x') + "y";
  const std::string packed = gzip(bytes);
  EXPECT_FALSE(gunzip("", kAny));
  EXPECT_FALSE(gunzip("no archive", kAny));
  EXPECT_FALSE(gunzip(packed.substr(0, packed.size() - 1), kAny));
  EXPECT_FALSE(gunzip(packed + "z", kAny));
  EXPECT_FALSE(gunzip(packed, 100'000)) << "longer than it may be";
  for (std::size_t at = 12; at < packed.size(); at += 7) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    // One x may be copied from another place; other bytes never come out.
    EXPECT_EQ(gunzip(damaged, kAny).value_or(bytes), bytes) << at;
  }
}

}  // namespace
}  // namespace memgrade
