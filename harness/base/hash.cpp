// The digest, by xxHash's one-call interface. The canonical form makes it the same on every byte order.
#include <fmt/format.h>

#include <harness/base/hash.hpp>
#include <iterator>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace memgrade {

std::string digest(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  std::string text;
  for (const unsigned char byte : canonical.digest) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

}  // namespace memgrade
