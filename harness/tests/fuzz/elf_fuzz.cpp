// The reader of ELF files on any bytes, and on a good file with any bytes changed: it comes back, and what it
// says can be used without looking again.
#include <cstdint>
#include <harness/base/elf.hpp>
#include <harness/tests/fuzz/require.hpp>
#include <harness/tests/unit/base/small_elf.hpp>
#include <iterator>
#include <string>
#include <string_view>

namespace memgrade::oracle {
namespace {

constexpr ElfLimits limits{.symbols = 50, .name_bytes = 20};

void look(std::string_view file) {
  const auto elf = parse_elf(file, limits);
  if (!elf) return require(!elf.error().empty(), "refused without a reason");
  require(elf->symbols.size() <= limits.symbols, "too many symbols");
  for (const ElfSegment& segment : elf->segments) {
    require(segment.file_bytes <= segment.bytes, "more bytes in the file than in memory");
    require(segment.file_offset <= file.size() && segment.file_bytes <= file.size() - segment.file_offset,
            "a segment without its bytes");
  }
  for (const ElfSymbol& symbol : elf->symbols) {
    require(!symbol.name.empty() && symbol.name.size() <= limits.name_bytes, "a name of a wrong length");
    require(elf->find(symbol.name) != nullptr, "a symbol that is not found");
  }
}

// Four bytes of input are one edit: where, how wide, and with what. They are mixed first, so that text gets
// everywhere too; wide fields of ELF begin at multiples of four.
std::string edited(std::string_view edits) {
  std::string file = test::good_file();
  constexpr std::uint64_t tempting[] = {0,      1,           2,     3,          0x7F,      0x80,
                                        0xFFFF, 0x7FFF'FFFF, ~0ULL, ~0ULL >> 1, 1ULL << 63};
  for (; edits.size() >= 4; edits.remove_prefix(4)) {
    std::uint64_t mixed = 0;
    for (std::size_t i = 0; i < 4; ++i) mixed = mixed << 8U | static_cast<unsigned char>(edits[i]);
    mixed *= 0x9E37'79B9'7F4A'7C15;  // the golden ratio: Knuth's multiplicative hashing
    mixed ^= mixed >> 32U;
    const int width = 1 << (mixed % 4);
    const std::size_t at = (mixed >> 2U) % (file.size() - 8) / (width > 2 ? 4 : 1) * (width > 2 ? 4 : 1);
    const std::size_t choice = (mixed >> 20U) % (std::size(tempting) + 4);
    test::put(file, at, choice < std::size(tempting) ? tempting[choice] : mixed >> 24U, width);
  }
  return file;
}

}  // namespace
}  // namespace memgrade::oracle

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace memgrade::oracle;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  look(input);
  // A whole input is so many edits that nothing good is left: small pieces of it.
  for (std::size_t at = 0; at + 32 <= input.size(); at += 1 + input.size() / 16) {
    for (const std::size_t bytes : {4U, 12U, 32U}) look(edited(input.substr(at, bytes)));
  }
  return 0;
}
