#include <vmsim/trace.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <limits>
#include <optional>
#include <utility>

namespace vmsim {
namespace {

constexpr std::string_view kSpace = " \t\r";
constexpr std::size_t kShown = 40;  // bytes of a bad line that an error repeats

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kSpace) - begin + 1);
}

// A decimal integer modulo 2^64. As 2^64 is a multiple of every address space, its low bits are right however
// long it is.
std::optional<std::uint64_t> parse_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return negative ? 0 - value : value;
}

// The start of a bad line, fit for a terminal.
std::string shown(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, kShown)) result += c >= ' ' && c <= '~' ? c : '?';
  if (text.size() > kShown) result += "...";
  return result;
}

Result<std::vector<Address>> parse_text(std::string_view content, const Geometry& geometry,
                                        const std::string& name) {
  std::vector<Address> addresses;
  for (std::size_t line_number = 1; !content.empty(); ++line_number) {
    const std::size_t end = content.find('\n');
    const std::string_view line = trimmed(content.substr(0, end));
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    if (line.empty()) continue;
    const std::optional<std::uint64_t> value = parse_integer(line);
    if (!value) {
      return Error{ErrorKind::bad_input, name + ":" + std::to_string(line_number) +
                                             ": not a decimal address: '" + shown(line) + "'"};
    }
    addresses.push_back(static_cast<Address>(*value & geometry.address_mask()));
  }
  return addresses;
}

Result<std::vector<Address>> parse_binary(std::string_view content, const Geometry& geometry,
                                          const std::string& name) {
  const std::size_t width = geometry.address_bits() <= 16 ? 2 : 4;
  if (content.size() % width != 0) {
    return Error{ErrorKind::bad_input, name + ": " + std::to_string(content.size()) +
                                           " bytes are no whole number of " + std::to_string(width) +
                                           "-byte addresses"};
  }
  std::vector<Address> addresses(content.size() / width);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    Address value = 0;
    for (std::size_t byte = width; byte-- > 0;) {
      value = value << 8 | static_cast<unsigned char>(content[i * width + byte]);
    }
    addresses[i] = value & geometry.address_mask();
  }
  return addresses;
}

Result<std::string> read_all(std::istream& in, const std::string& name) {
  std::string content;
  std::vector<char> chunk(std::size_t{1} << 16);
  while (in) {
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    content.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return Error{ErrorKind::io, name + ": cannot read"};
  return content;
}

}  // namespace

Result<std::vector<Address>> parse_trace(std::string_view content, TraceFormat format,
                                         const Geometry& geometry, const std::string& name) {
  auto addresses = format == TraceFormat::text ? parse_text(content, geometry, name)
                                               : parse_binary(content, geometry, name);
  if (addresses && addresses->size() >= std::numeric_limits<TraceIndex>::max()) {
    return Error{ErrorKind::bad_input, name + ": more addresses than can be counted in 32 bits"};
  }
  return addresses;
}

Result<std::vector<Address>> read_trace(const std::string& path, TraceFormat format,
                                        const Geometry& geometry) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  std::ifstream file;
  if (!standard_input) {
    file.open(path, std::ios::binary);
    if (!file) return Error{ErrorKind::io, path + ": cannot open: " + std::strerror(errno)};
  }
  Result<std::string> content = read_all(standard_input ? std::cin : file, name);
  if (!content) return content.error();
  return parse_trace(*content, format, geometry, name);
}

}  // namespace vmsim
