// Records as the agent writes them (harness/guest/records.c).
#pragma once

#include <cstdint>
#include <harness/base/siphash.hpp>
#include <harness/vm/linux/job.hpp>
#include <string>

namespace memgrade::vm {

inline constexpr RecordKey test_key{0x0123456789ABCDEFU, 0xFEDCBA9876543210U};

inline std::string little(std::uint64_t value, int width) {
  std::string bytes;
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

inline std::string frame(std::uint64_t which, const std::string& kind, const std::string& name,
                         const std::string& data, std::uint64_t flags = 0, const RecordKey& by = test_key) {
  const std::string head = "MGR1" + little(flags, 4) + little(which, 8) + little(1'500'000'000, 8) +
                           little(data.size(), 8) + little(kind.size(), 2) + little(name.size(), 2) +
                           little(0, 4);
  const std::string body = kind + name + data;
  return head + little(siphash(head + body, by), 8) + body;
}

}  // namespace memgrade::vm
