#include <re2/re2.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/globs.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/program/recognise.hpp>

namespace memgrade::collect {
namespace {

constexpr std::uint64_t kMostRecognisedBytes = 256U << 10;
constexpr std::size_t kMostNeighbours = 32;

bool has_main(const fs::path& root, const fs::path& file) {
  static const RE2 main_function("\\bmain\\s*\\(");
  const auto part = read_untrusted(root, file, kMostRecognisedBytes);
  return part && RE2::PartialMatch(part->bytes, main_function);
}

bool a_neighbour_has_main(const fs::path& root, const fs::path& folder) {
  std::error_code error;
  std::size_t seen = 0;
  for (fs::directory_iterator entry(root / folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path file = folder / entry->path().filename();
    if (!is_c_source(file)) continue;
    if (++seen > kMostNeighbours) return false;
    if (has_main(root, file)) return true;
  }
  return false;
}

}  // namespace

bool is_c_source(const fs::path& file) {
  static const std::vector<std::string> globs = {"*.c", "*.C", "*.cc", "*.cpp", "*.cxx"};
  return file_matches(globs, file.filename());
}

bool is_text(const fs::path& file) {
  return to_lower(file.extension().string()) == ".txt";
}

bool reads_like_a_program_of(const Lab& lab, const fs::path& root, const fs::path& file) {
  const auto found = lab.settings.find("recognise");
  if (found == lab.settings.end()) return false;
  const Json& settings = *found;
  const std::vector<std::string> words = texts(settings.value("words", Json::array()));
  const bool text = is_text(file);
  if (words.empty() || (!text && !is_c_source(file))) return false;
  const auto part = read_untrusted(root, file, kMostRecognisedBytes);
  if (!part) return false;
  const auto spoken = std::ranges::count_if(words, [&](const std::string& word) {
    const RE2 pattern("(?i)" + word, RE2::Quiet);
    return pattern.ok() && RE2::PartialMatch(part->bytes, pattern);
  });
  return spoken >= settings.value("at_least", std::ptrdiff_t{3}) &&
         (has_main(root, file) || (!text && a_neighbour_has_main(root, file.parent_path())));
}

}  // namespace memgrade::collect
