// The data of "Designing a Virtual Memory Manager" (Silberschatz, Galvin, Gagne, Operating System Concepts),
// made from the two rules that it follows. Nothing of the published files is carried here but check sums
// (FNV-1a, 64 bits) of their bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vmsim::tests::book {

inline constexpr std::uint64_t kStoreSum = 0x5C94'9F6E'17DA'1525U;
inline constexpr std::uint64_t kAddressesSum = 0x79ED'D644'5410'3348U;
inline constexpr std::uint64_t kCorrectWithStatsSum = 0x2632'EFC8'BAC4'BC45U;

inline std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t sum = 0xCBF2'9CE4'8422'2325U;
  for (const char byte : bytes) sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100'0000'01B3U;
  return sum;
}

// 1,000 times nextInt(65536) of a java.util.Random(271085499210485): a 48-bit linear congruential generator,
// whose top 16 bits are the number, as 65536 is a power of two.
inline std::vector<std::uint32_t> addresses() {
  constexpr std::uint64_t kMultiplier = 0x5DEECE66DU;
  constexpr std::uint64_t kMask = (std::uint64_t{1} << 48) - 1;
  std::uint64_t state = (271'085'499'210'485U ^ kMultiplier) & kMask;
  std::vector<std::uint32_t> result(1'000);
  for (std::uint32_t& address : result) {
    state = (state * kMultiplier + 0xB) & kMask;
    address = static_cast<std::uint32_t>(state >> 32);
  }
  return result;
}

inline std::string addresses_text() {
  std::string text;
  for (const std::uint32_t address : addresses()) text += std::to_string(address) + "\n";
  return text;
}

// The signed byte at `address`: byte `address % 4` of the big-endian word `address / 4`.
inline int value_at(std::uint32_t address) {
  return static_cast<signed char>((address / 4) >> (8 * (3 - address % 4)));
}

inline std::string backing_store() {
  std::string bytes(65'536, '\0');
  for (std::uint32_t address = 0; address < bytes.size(); ++address) {
    bytes[address] = static_cast<char>(value_at(address));
  }
  return bytes;
}

// The lines for 256 frames, where nothing is ever evicted: frames are numbered in the order in which pages
// first appear.
inline std::string translations() {
  std::map<std::uint32_t, std::uint32_t> frame_of_page;
  std::string text;
  for (const std::uint32_t address : addresses()) {
    const auto next = static_cast<std::uint32_t>(frame_of_page.size());
    const std::uint32_t frame = frame_of_page.try_emplace(address / 256, next).first->second;
    text += "Virtual address: " + std::to_string(address) +
            " Physical address: " + std::to_string(frame * 256 + address % 256) +
            " Value: " + std::to_string(value_at(address)) + "\n";
  }
  return text;
}

}  // namespace vmsim::tests::book
