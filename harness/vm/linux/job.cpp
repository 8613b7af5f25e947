#include <sys/random.h>

#include <fmt/format.h>

#include <harness/base/siphash.hpp>
#include <harness/base/text.hpp>
#include <harness/vm/linux/job.hpp>
#include <string_view>

namespace memgrade::vm {
namespace {

constexpr std::size_t longest_name = 200;
constexpr std::size_t seed_bytes = 32;

void put(std::string& bytes, std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i));
}

bool is_plain(const std::string& name) {
  return !name.empty() && name.size() <= longest_name && name[0] != '.' &&
         name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
}

// Thirty-two bytes that depend on the job's seed alone: the evidence of a job can be made again.
std::string seed_of(std::uint64_t seed) {
  std::string bytes;
  for (std::uint64_t i = 0; bytes.size() < seed_bytes; ++i) {
    put(bytes, siphash("guest seed", {seed, i}), 8);
  }
  return bytes;
}

}  // namespace

std::string guest_word(std::string_view text) {
  if (text.empty()) return "%";
  std::string word;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7F && byte != '%')
      word += c;
    else
      word += fmt::format("%{:02X}", byte);
  }
  return word;
}

Result<std::string> encode_job(const GuestJob& job, const RecordKey& key, std::uint64_t evidence_bytes) {
  std::string bytes = "MGJ1";
  put(bytes, job.files.size(), 4);
  for (const std::uint64_t half : key) put(bytes, half, 8);
  put(bytes, evidence_bytes, 8);
  bytes += seed_of(job.seed);
  put(bytes, job.steps.size(), 8);
  bytes += job.steps;
  for (const GuestFile& file : job.files) {
    if (!is_plain(file.name)) {
      return fail(ErrorKind::infrastructure,
                  fmt::format("a guest's file cannot be called {}", quote(file.name)));
    }
    put(bytes, file.name.size(), 4);
    put(bytes, file.executable ? 1 : 0, 4);
    put(bytes, file.bytes.size(), 8);
    bytes += file.name;
    bytes += file.bytes;
  }
  if (bytes.size() > largest_job_bytes) {
    return fail(ErrorKind::infrastructure,
                fmt::format("the files of a guest's job have {} bytes, more than its {}", bytes.size(),
                            largest_job_bytes));
  }
  put(bytes, siphash(bytes, key), 8);
  return bytes;
}

Result<RecordKey> random_field() {
  RecordKey key{};
  if (::getrandom(key.data(), sizeof key, 0) == static_cast<ssize_t>(sizeof key)) return key;
  return fail(ErrorKind::infrastructure, "this host gives no random numbers");
}

}  // namespace memgrade::vm
