// The records of a guest's agent as any bytes, and good ones with bytes changed: a value or an error with a
// reason, and nothing else.
#include <cstdint>
#include <harness/oracle/procfs/snapshot_json.hpp>
#include <harness/tests/fuzz/require.hpp>
#include <string>
#include <string_view>
#include <tuple>

namespace memgrade::oracle {
namespace {

void check(const Result<Json>& read) {
  if (!read) return require(!read.error().message.empty(), "refused without a reason");
  const auto again = parse_json(dump_json(*read));
  require(again && *again == *read, "evidence that its serialised form does not give back");
}

const LinuxRecords& good() {
  static const LinuxRecords records = [] {
    const std::string page("\0\x10\x40\0\0\0\0\0\x34\x12\0\0\0\0\0\x80", 16);
    const std::string segment("\x10\0\0\0\0\0\0\0\x14\0\0\0\0\0\0\0abcd", 20);
    return LinuxRecords{{"maps", "401000-402000 r-xp 00001000 08:01 131   /job/a b (deleted)\n"},
                        {"pages", page},
                        {"data", segment},
                        {"code", segment},
                        {"stat", "77 (a) b) S 1"},
                        {"meminfo", "MemFree:  12 kB\nHugePages_Total: 0\n"},
                        {"slabs", "mm_struct 12\n"},
                        {"modules", "ktest 16384 0 - Live 0x0 (OE)\n"},
                        {"tasks", "12 2 I kworker/0:1\n"},
                        {"sysfs", "/sys/kernel/mm\n"},
                        {"proc", "sys\n"},
                        {"taint", "12288\n"}};
  }();
  return records;
}

}  // namespace
}  // namespace memgrade::oracle

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace memgrade::oracle;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const PhysicalRanges ram = {{0x1000, 0xFFFFFFF}};
  for (const auto& [kind, bytes] : good()) {
    LinuxRecords any = good(), changed = good();
    any[kind] = input;
    // Pairs of bytes are edits: where, and by what.
    std::string& record = changed[kind];
    for (std::size_t i = 0; i + 1 < input.size() && i < 16; i += 2)
      record[data[i] * 31U % record.size()] = static_cast<char>(data[i + 1]);
    for (const LinuxRecords& records : {any, changed}) {
      check(memory_of(records, ram));
      check(system_of(records));
    }
  }
  return 0;
}
