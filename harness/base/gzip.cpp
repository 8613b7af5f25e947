#include <zlib.h>

#include <algorithm>
#include <harness/base/gzip.hpp>
#include <limits>

namespace memgrade {
namespace {

constexpr int kGzipHeader = 16;  // added to the window's size, in zlib's own way of asking for it

// zlib counts in 32 bits, so that large texts go through it in parts.
constexpr std::size_t kPart = 1U << 20;

Bytef* bytes_of(const char* text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text));
}

// Runs `step` until it says that it has no more, and gathers what comes out; false over `max_bytes`.
template <typename Step>
bool gather(z_stream& stream, std::string_view input, std::uint64_t max_bytes, std::string& output,
            Step step) {
  std::string part(kPart, '\0');
  int state = Z_OK;
  while (state == Z_OK) {
    if (stream.avail_in == 0) {
      stream.next_in = bytes_of(input.data());
      stream.avail_in = static_cast<uInt>(std::min(input.size(), kPart));
      input.remove_prefix(stream.avail_in);
    }
    stream.next_out = bytes_of(part.data());
    stream.avail_out = static_cast<uInt>(part.size());
    state = step(&stream, input.empty());
    output.append(part.data(), part.size() - stream.avail_out);
    if (output.size() > max_bytes) return false;
  }
  return state == Z_STREAM_END && input.empty() && stream.avail_in == 0;
}

}  // namespace

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  std::string packed;
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzipHeader, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return packed;  // out of memory
  gather(stream, bytes, std::numeric_limits<std::uint64_t>::max(), packed,
         [](z_stream* one, bool last) { return deflate(one, last ? Z_FINISH : Z_NO_FLUSH); });
  deflateEnd(&stream);
  return packed;
}

std::optional<std::string> gunzip(std::string_view packed, std::uint64_t max_bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, MAX_WBITS + kGzipHeader) != Z_OK) return std::nullopt;
  std::string bytes;
  const bool whole =
      gather(stream, packed, max_bytes, bytes, [](z_stream* one, bool) { return inflate(one, Z_NO_FLUSH); });
  inflateEnd(&stream);
  if (!whole) return std::nullopt;
  return bytes;
}

}  // namespace memgrade
