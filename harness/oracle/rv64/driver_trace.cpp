#include <fmt/format.h>

#include <harness/base/numbers.hpp>
#include <harness/base/siphash.hpp>
#include <harness/base/text.hpp>
#include <harness/oracle/rv64/driver_trace.hpp>

namespace memgrade::oracle {
namespace {

using Words = std::vector<std::string_view>;

Words words_of(std::string_view text, char separator = ' ') {
  Words words;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    if (end != 0) words.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return words;
}

bool read_number(std::string_view text, int base, std::uint64_t& value) {
  const auto read = parse_unsigned(text, base);
  value = read.value_or(value);
  return read.has_value();
}

// "3@40" or "0".
bool read_wrong(std::string_view text, std::optional<Wrong>& wrong) {
  const std::size_t at = text.find('@');
  Wrong read;
  if (!read_number(text.substr(0, at), 10, read.count)) return false;
  if (at != std::string_view::npos && !read_number(text.substr(at + 1), 10, read.first)) return false;
  wrong = read;
  return true;
}

bool read_death(const Words& words, Seen& seen) {
  Death death;
  death.hang = words[0] == "!hang";
  if (words.size() != (death.hang ? 4U : 6U) || (!death.hang && words[0] != "!fault")) return false;
  death.in_driver = words[1] == "probe";
  std::size_t next = 2;
  if (!death.hang && !read_number(words[next++], 10, death.scause)) return false;
  if (!read_number(words[next++], 16, death.sepc)) return false;
  if (!death.hang && !read_number(words[next++], 16, death.stval)) return false;
  if (!read_number(words[next], 16, death.ra)) return false;
  seen.death = death;
  return true;
}

bool read_access(const Words& words, Seen& seen) {
  constexpr std::string_view results[] = {"ok", "skip", "endless", "trap", "hang"};
  SeenAccess access;
  std::size_t result = 0;
  while (result < std::size(results) && results[result] != words[0]) ++result;
  if (result == std::size(results) || words.size() != 3) return false;
  access.result = static_cast<AccessResult>(result);
  const bool ok = access.result == AccessResult::ok;
  const std::string_view faults = words[ok ? 2 : 1], rest = words[ok ? 1 : 2];
  if (!faults.starts_with('f') || !read_number(faults.substr(1), 10, access.faults)) return false;
  if (ok) {
    if (!read_number(rest, 16, access.value)) return false;
  } else if (!rest.starts_with('s') || !read_number(rest.substr(1), 10, access.scause)) {
    return false;
  }
  seen.access = access;
  return true;
}

// "0-2000:17:1"
bool read_vma(std::string_view text, Seen& seen) {
  if (text.starts_with("bad:")) {
    seen.vmas_broken = true;
    return true;
  }
  const Words parts = words_of(text, ':');
  if (parts.size() != 3) return false;
  const Words ends = words_of(parts[0], '-');
  SeenVma vma;
  std::uint64_t mapped = 0;
  if (ends.size() != 2 || !read_number(ends[0], 16, vma.start) || !read_number(ends[1], 16, vma.end) ||
      !read_number(parts[1], 16, vma.flags) || !read_number(parts[2], 10, mapped))
    return false;
  vma.mapped = mapped != 0;
  seen.vmas.push_back(vma);
  return true;
}

bool read_list(const Words& words, int base, Seen& seen) {
  if (words.empty()) return true;
  if (words.size() != 1) return false;
  for (const std::string_view item : words_of(words[0], ',')) {
    std::uint64_t value = 0;
    if (!read_number(item, base, value)) return false;
    seen.list.push_back(value);
  }
  return true;
}

// What follows an address.
bool read_note(std::string_view word, Seen& seen) {
  if (word == "out") {
    seen.outside = true;
    return true;
  }
  if (word == "u") return true;
  if (word.starts_with('z')) return read_wrong(word.substr(1), seen.nonzero);
  if (word.starts_with('v')) return read_wrong(word.substr(1), seen.damaged);
  seen.owner = word;
  return word.starts_with('s') || word.starts_with('f') || word == "b";
}

bool read_value(const Words& words, Call call, Seen& seen) {
  if (words.empty()) return call == Call::slub_init;
  const int base = call == Call::hog || call == Call::unhog ? 10 : 16;
  return read_number(words[0], base, seen.value) && (words.size() == 1 || read_note(words[1], seen)) &&
         words.size() <= 2;
}

bool read_result(Call call, Words words, Seen& seen) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with('!')) continue;
    if (i > 0 && !read_number(words[0], 16, seen.value)) return false;
    return read_death({words.begin() + static_cast<std::ptrdiff_t>(i), words.end()}, seen);
  }
  switch (call) {
    case Call::load:
    case Call::store:
    case Call::fetch:
      return !words.empty() && read_access(words, seen);
    case Call::vmas:
      if (words.size() == 1 && words[0] == "-") return true;
      for (const std::string_view word : words)
        if (!read_vma(word, seen)) return false;
      return !words.empty();
    case Call::census:
      return read_list(words, 10, seen);
    case Call::ptes:
      return read_list(words, 16, seen);
    default:
      return read_value(words, call, seen);
  }
}

class TraceReader {
 public:
  TraceReader(const CallSequence& sequence, const TraceKey& key) : sequence_(sequence), key_(key) {}

  // `line` begins with '@' and one of the three letters.
  void take(std::string_view line) {
    const std::size_t hash = line.rfind(" #");
    std::uint64_t check = 0;
    if (hash == std::string_view::npos || hash + 10 != line.size() ||
        !read_number(line.substr(hash + 2), 16, check))
      return disbelieve(line);
    const std::string_view text = line.substr(0, hash);
    const std::uint64_t expected = siphash(text, {key_.key[0], key_.key[1] ^ last_});
    if ((expected & 0xFFFF'FFFFU) != check) return disbelieve(line);
    last_ = expected;
    if (trace_.diagnostic.empty() && !believe(text)) trace_.diagnostic = text;
  }
  [[nodiscard]] PageTrace result() { return std::move(trace_); }

 private:
  void disbelieve(std::string_view line) {
    if (trace_.disbelieved++ == 0) trace_.first_disbelieved = shorten(printable(line), 120);
  }

  bool believe(std::string_view text) {
    const Words words = words_of(text);
    if (words[0] == "@B") return begin(words);
    if (words[0] == "@E") return end(words);
    return words.size() >= 3 && operation(words);
  }

  bool begin(const Words& words) {
    std::uint64_t nonce = 0, count = 0, phase = 0;
    if (trace_.begun || words.size() != 7 || words[1] != "1" || !read_number(words[2], 16, nonce) ||
        !read_number(words[3], 16, trace_.start) || !read_number(words[4], 10, trace_.pages) ||
        !read_number(words[5], 10, count) || !read_number(words[6], 10, phase))
      return false;
    trace_.begun = nonce == key_.nonce && count == sequence_.ops.size() &&
                   phase == static_cast<std::uint64_t>(sequence_.phase);
    return trace_.begun;
  }

  bool operation(const Words& words) {
    std::uint64_t number = 0;
    const std::size_t index = trace_.seen.size();
    if (!trace_.begun || index >= sequence_.ops.size() || !read_number(words[1], 10, number) ||
        number != index || words[2] != wire_name(sequence_.ops[index].call))
      return false;
    std::size_t equals = 3;
    while (equals < words.size() && words[equals] != "=") ++equals;
    if (equals == words.size()) return false;
    Seen seen;
    const Words rest(words.begin() + static_cast<std::ptrdiff_t>(equals) + 1, words.end());
    if (!read_result(sequence_.ops[index].call, rest, seen)) return false;
    trace_.seen.push_back(std::move(seen));
    return true;
  }

  bool end(const Words& words) {
    std::uint64_t count = 0, nonce = 0;
    if (!trace_.begun || words.size() != 4 || !read_number(words[1], 10, count) ||
        !read_number(words[3], 16, nonce) || nonce != key_.nonce)
      return false;
    const bool died = !trace_.seen.empty() && trace_.seen.back().death.has_value();
    const std::size_t done = trace_.seen.size() - (died ? 1 : 0);
    if (count != done || (words[2] == "done") != (!died && done == sequence_.ops.size())) return false;
    trace_.status = words[2];
    return true;
  }

  const CallSequence& sequence_;
  const TraceKey& key_;
  std::uint64_t last_ = 0;
  PageTrace trace_;
};

}  // namespace

PageTrace parse_page_trace(std::string_view console, const CallSequence& sequence, const TraceKey& key) {
  TraceReader reader(sequence, key);
  for (const std::string_view line : split_lines(console)) {
    std::size_t at = std::string_view::npos;
    for (const std::string_view mark : {"@T ", "@B ", "@E "}) {
      const std::size_t found = line.rfind(mark);
      if (found != std::string_view::npos && (at == std::string_view::npos || found > at)) at = found;
    }
    if (at != std::string_view::npos) reader.take(line.substr(at));
  }
  return reader.result();
}

}  // namespace memgrade::oracle
