// The numbers of fields' offsets and sizes are those of Elf64_Ehdr, Elf64_Phdr, Elf64_Shdr and Elf64_Sym.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <harness/base/elf.hpp>

namespace memgrade {
namespace {

constexpr std::size_t header_bytes = 64, program_header_bytes = 56, section_header_bytes = 64,
                      symbol_bytes = 24;
constexpr std::uint32_t pt_load = 1, sht_symtab = 2, sht_strtab = 3;
constexpr std::uint16_t section_undefined = 0;
constexpr std::uint16_t count_elsewhere = 0xFFFF;  // PN_XNUM

template <typename T>
using Or = std::expected<T, std::string>;

std::unexpected<std::string> wrong(std::string reason) {
  return std::unexpected(std::move(reason));
}

// [offset, offset + bytes) of `all`, or nothing: without an overflow.
std::optional<std::string_view> part(std::string_view all, std::uint64_t offset, std::uint64_t bytes) {
  if (offset > all.size() || bytes > all.size() - offset) return std::nullopt;
  return all.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(bytes));
}

// Little-endian, at an offset that the caller knows to be inside.
template <typename T>
T number(std::string_view bytes, std::size_t offset) {
  T value = 0;
  for (std::size_t i = sizeof(T); i-- > 0;) {
    value = static_cast<T>(static_cast<std::uint64_t>(value) << 8U |
                           static_cast<unsigned char>(bytes[offset + i]));
  }
  return value;
}
constexpr auto u16 = number<std::uint16_t>;
constexpr auto u32 = number<std::uint32_t>;
constexpr auto u64 = number<std::uint64_t>;

struct Section {
  std::uint32_t type = 0, link = 0;
  std::uint64_t offset = 0, bytes = 0, entry_bytes = 0;
};

Or<void> read_header(std::string_view file, Elf& elf) {
  constexpr std::string_view magic(
      "\x7F"
      "ELF",
      4);
  if (!file.starts_with(magic)) return wrong("is no ELF file");
  if (file.size() < header_bytes) return wrong("ends within the ELF header");
  if (file[4] != 2) return wrong("is no ELF file of 64 bits");
  if (file[5] != 1) return wrong("is no little-endian ELF file");
  if (file[6] != 1) return wrong("is of an unknown version of ELF");
  elf.type = static_cast<ElfType>(u16(file, 16));
  elf.machine = u16(file, 18);
  elf.entry = u64(file, 24);
  return {};
}

Or<void> read_segments(std::string_view file, Elf& elf) {
  const std::uint64_t offset = u64(file, 32);
  const std::uint64_t count = u16(file, 56);
  if (count == 0) return {};
  if (count == count_elsewhere) return wrong("has more program headers than any kernel");
  if (u16(file, 54) != program_header_bytes) return wrong("has program headers of a strange size");
  const auto table = part(file, offset, count * program_header_bytes);
  if (!table) return wrong("has its program headers outside the file");
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view header = table->substr(i * program_header_bytes, program_header_bytes);
    if (u32(header, 0) != pt_load) continue;
    const std::uint32_t flags = u32(header, 4);
    const ElfSegment segment{.address = u64(header, 16),
                             .physical = u64(header, 24),
                             .file_offset = u64(header, 8),
                             .file_bytes = u64(header, 32),
                             .bytes = u64(header, 40),
                             .readable = (flags & 4U) != 0,
                             .writable = (flags & 2U) != 0,
                             .executable = (flags & 1U) != 0};
    if (!part(file, segment.file_offset, segment.file_bytes))
      return wrong(fmt::format("segment {} lies outside the file", i));
    if (segment.file_bytes > segment.bytes)
      return wrong(fmt::format("segment {} is longer in the file than in memory", i));
    if (segment.bytes > 0 && segment.address + (segment.bytes - 1) < segment.address)
      return wrong(fmt::format("segment {} goes past the last address", i));
    elf.segments.push_back(segment);
  }
  return {};
}

Or<std::vector<Section>> read_sections(std::string_view file) {
  std::vector<Section> sections;
  const std::uint64_t offset = u64(file, 40);
  if (offset == 0) return sections;
  if (u16(file, 58) != section_header_bytes) return wrong("has section headers of a strange size");
  // With 0xFF00 sections or more the count stands in the first section's size, which no kernel needs.
  const std::uint64_t count = u16(file, 60);
  const auto table = part(file, offset, count * section_header_bytes);
  if (!table) return wrong("has its section headers outside the file");
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view header = table->substr(i * section_header_bytes, section_header_bytes);
    sections.push_back({u32(header, 4), u32(header, 40), u64(header, 24), u64(header, 32), u64(header, 56)});
  }
  return sections;
}

std::string name_at(std::string_view names, std::uint32_t offset, const ElfLimits& limits) {
  if (offset >= names.size()) return {};
  const std::string_view rest = names.substr(offset, limits.name_bytes);
  return std::string(rest.substr(0, rest.find('\0')));
}

void add_symbol(std::string_view entry, std::string_view names, const ElfLimits& limits, Elf& elf) {
  const auto info = static_cast<unsigned char>(entry[4]);
  if (u16(entry, 6) == section_undefined) return;
  ElfSymbol symbol{.name = name_at(names, u32(entry, 0), limits),
                   .value = u64(entry, 8),
                   .bytes = u64(entry, 16),
                   .function = (info & 15U) == 2,
                   .object = (info & 15U) == 1,
                   .global = (info >> 4U) != 0};
  if (!symbol.name.empty()) elf.symbols.push_back(std::move(symbol));
}

Or<void> read_symbols(std::string_view file, const ElfLimits& limits, Elf& elf) {
  const auto sections = read_sections(file);
  if (!sections) return wrong(sections.error());
  const auto table = std::ranges::find(*sections, sht_symtab, &Section::type);
  if (table == sections->end()) return {};
  if (table->entry_bytes != symbol_bytes) return wrong("has symbols of a strange size");
  const auto entries = part(file, table->offset, table->bytes);
  if (!entries) return wrong("has its symbols outside the file");
  if (table->link >= sections->size() || (*sections)[table->link].type != sht_strtab)
    return wrong("has symbols without names");
  const Section& strings = (*sections)[table->link];
  const auto names = part(file, strings.offset, strings.bytes);
  if (!names) return wrong("has the names of its symbols outside the file");
  const std::size_t count = entries->size() / symbol_bytes;
  for (std::size_t i = 0; i < count && elf.symbols.size() < limits.symbols; ++i) {
    add_symbol(entries->substr(i * symbol_bytes, symbol_bytes), *names, limits, elf);
  }
  return {};
}

}  // namespace

const ElfSymbol* Elf::find(std::string_view name) const {
  const ElfSymbol* local = nullptr;
  for (const ElfSymbol& symbol : symbols) {
    if (symbol.name != name) continue;
    if (symbol.global) return &symbol;
    if (local == nullptr) local = &symbol;
  }
  return local;
}

std::expected<Elf, std::string> parse_elf(std::string_view bytes, const ElfLimits& limits) {
  Elf elf;
  if (auto read = read_header(bytes, elf); !read) return wrong(read.error());
  if (auto read = read_segments(bytes, elf); !read) return wrong(read.error());
  if (auto read = read_symbols(bytes, limits, elf); !read) return wrong(read.error());
  return elf;
}

}  // namespace memgrade
