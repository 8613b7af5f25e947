// A file against a segment of the watched process's memory: byte for byte, or named strings alone.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <harness/base/base64.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/linux/broken_run.hpp>
#include <harness/judge/linux/guest_memory.hpp>
#include <harness/judge/linux/segment_diff.hpp>

namespace memgrade::judge {
namespace {

struct Truth {
  std::uint64_t start = 0;
  std::string bytes;
  std::vector<bool> changed;  // bytes that were not the same in every observation
  std::optional<Verdict> verdict;
};

std::optional<std::pair<std::uint64_t, std::string>> segment_in(const Json& observation) {
  const auto start = whole(param(observation, "start")), end = whole(param(observation, "end"));
  const Json& text = param(observation, "base64");
  auto bytes = text.is_string() ? from_base64(text.get_ref<const std::string&>()) : std::nullopt;
  if (!start || !end || !bytes || *end < *start || *end - *start != bytes->size() || bytes->empty())
    return std::nullopt;
  return std::pair(*start, *std::move(bytes));
}

Truth truth_of(const Json& params, const Observed& observed) {
  Truth truth;
  for (const std::string& name : texts_param(params, "truth")) {
    const Json& observation = fact(observed, name);
    auto segment = segment_in(observation);
    const bool fits = segment && (truth.bytes.empty() || (segment->first == truth.start &&
                                                          segment->second.size() == truth.bytes.size()));
    if (!fits) {
      truth.verdict = observation.is_null()
                          ? missing_fact(observed, name, "the segment")
                          : fail_verdict("the segment", "nothing to compare with",
                                         fmt::format("{} does not hold a segment to compare with", name));
      return truth;
    }
    if (truth.bytes.empty()) {
      truth.start = segment->first;
      truth.bytes = std::move(segment->second);
      truth.changed.resize(truth.bytes.size());
      continue;
    }
    for (std::size_t i = 0; i < truth.bytes.size(); ++i)
      if (segment->second[i] != truth.bytes[i]) truth.changed[i] = true;
  }
  if (truth.bytes.empty())
    truth.verdict = fail_verdict("the segment", "nothing", "the case does not say what to compare with");
  return truth;
}

// The first byte of the copy that differs, where the truth stood still; copy.size() when all agree so far.
std::size_t first_wrong(const Truth& truth, std::string_view copy) {
  const std::size_t common = std::min(copy.size(), truth.bytes.size());
  for (std::size_t i = 0; i < common; ++i)
    if (copy[i] != truth.bytes[i] && !truth.changed[i]) return i;
  return common;
}

// The strings that must stand in the dump, in this order.
struct Named {
  std::string name, text;
};
struct Strings {
  std::vector<Named> all;
  std::optional<Verdict> verdict;
};

Strings strings_of(const Json& params, const Observed& observed) {
  Strings strings;
  const Json& list = param(params, "strings");
  if (!list.is_array()) return strings;
  for (const Json& entry : list) {
    Named named{text_param(entry, "name"), text_param(entry, "text")};
    const std::string from = text_param(entry, "from");
    if (!from.empty()) {
      const Json& value = fact(observed, from);
      if (value.is_null()) strings.verdict = missing_fact(observed, from, "the strings");
      if (value.is_string()) named.text = value.get<std::string>();
    }
    if (!strings.verdict && named.text.empty())
      strings.verdict = fail_verdict("the strings", "nothing", "the case does not say how a string reads");
    strings.all.push_back(std::move(named));
  }
  return strings;
}

// How much of the string's begin stands in the dump.
std::size_t longest_begin(std::string_view dump, std::string_view text) {
  std::size_t low = 0, high = text.size();
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    if (dump.find(text.substr(0, middle)) != std::string_view::npos)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

struct FoundCopy {
  std::size_t right = 0;
  std::string detail, first_wrong;
};

FoundCopy look_for(const std::vector<Named>& strings, std::string_view dump) {
  FoundCopy found;
  std::size_t after = 0;
  for (const Named& string : strings) {
    const std::size_t at = dump.find(string.text, after);
    std::string line;
    if (at != std::string_view::npos) {
      after = at + string.text.size();
      ++found.right;
      line = fmt::format("whole, {} at byte {}", counted(string.text.size(), "byte"), at);
    } else if (dump.find(string.text) != std::string_view::npos) {
      line = "whole, but before the string that it should follow";
    } else {
      const std::size_t begin = longest_begin(dump, string.text);
      line = begin < 4 ? std::string("missing")
                       : fmt::format("broken after {} of {}", begin, counted(string.text.size(), "byte"));
    }
    if (at == std::string_view::npos && found.first_wrong.empty())
      found.first_wrong = fmt::format("{} is {}", string.name, line);
    found.detail += fmt::format("{}: {}\n", string.name, line);
  }
  return found;
}

Verdict check_strings(const Strings& strings, const GuestFile& file) {
  const std::string expected = fmt::format("{}, whole and in order", counted(strings.all.size(), "string"));
  if (strings.all.empty()) return fail_verdict(expected, "nothing", "the case names no strings");
  const FoundCopy found = look_for(strings.all, file.bytes());
  Verdict verdict = pass_verdict(expected, fmt::format("{} of them", found.right));
  if (found.right < strings.all.size()) {
    verdict = fail_verdict(expected, verdict.observed, found.first_wrong + file.cut());
    verdict.fraction = static_cast<double>(found.right) / static_cast<double>(strings.all.size());
  }
  verdict.detail = found.detail;
  return verdict;
}

// Which part of the file is wrong: the file itself, or one of its copies.
struct Part {
  std::size_t number = 0;  // of the copy, from 1
  std::string_view bytes;
};

std::optional<Part> wrong_part(const Truth& truth, std::string_view file, bool many) {
  const std::size_t length = truth.bytes.size();
  if (!many || file.size() < length) {
    const bool right = file.size() == length && first_wrong(truth, file) == length;
    return right ? std::nullopt : std::optional(Part{1, file});
  }
  for (std::size_t copy = 0; copy * length < file.size(); ++copy) {
    const std::string_view bytes = file.substr(copy * length, length);
    // The last may be on its way still.
    if (first_wrong(truth, bytes) == bytes.size()) continue;
    // Copies that are each too long or too short are shown by the first.
    const auto copy_bytes = dump_length({truth.start, truth.bytes}, file);
    if (copy_bytes && *copy_bytes != length) return Part{1, file.substr(0, *copy_bytes)};
    const bool only_one = file.size() < 2 * length;
    return copy == 0 || only_one ? Part{1, file} : Part{copy + 1, file.substr(copy * length)};
  }
  return std::nullopt;
}

// A mistake costs a fifth of the check, whatever its size, and its share of the bytes.
constexpr double kMostOfWrong = 0.8;

Verdict check_bytes(const Truth& truth, const GuestFile& file, bool many) {
  const std::string expected = fmt::format("{} from {:#x}", counted(truth.bytes.size(), "byte"), truth.start);
  const auto wrong = wrong_part(truth, file.bytes(), many);
  const std::size_t copies = file.bytes().size() / truth.bytes.size();
  if (!wrong) return pass_verdict(expected, copies < 2 ? "the same bytes" : fmt::format("{} times", copies));
  const SegmentView view{truth.start, truth.bytes};
  const std::size_t at = first_wrong(truth, wrong->bytes);
  std::string message = dump_mistake(view, wrong->bytes, at);
  if (wrong->number > 1) message = fmt::format("where copy {} should begin: {}", wrong->number, message);
  Verdict verdict = fail_verdict(expected, counted(file.bytes().size(), "byte"), message + file.cut());
  verdict.detail = hex_beside(view, wrong->bytes, at);
  const double share = held_share(view, wrong->bytes);
  verdict.fraction = kMostOfWrong * share;
  if (share > 0)
    verdict.observed += fmt::format(", {:.0f} % of the segment in them", std::floor(100 * share));
  return verdict;
}

// The pages of one region alone, wherever in the file they stand.
Verdict check_pages(const Truth& truth, const GuestFile& file, const Json& region) {
  const auto first = whole(param(region, "first")), last = whole(param(region, "last"));
  const std::string expected = "the pages' bytes";
  const HeldPages pages =
      first && last ? held_pages({truth.start, truth.bytes}, file.bytes(), *first, *last) : HeldPages{};
  if (pages.all == 0)
    return fail_verdict(expected, "nothing", "the workload told of no such pages of the segment");
  const std::string observed = fmt::format("{} of {}", pages.held, counted(pages.all, "page"));
  if (pages.held == pages.all) return pass_verdict(expected, observed);
  Verdict verdict = fail_verdict(
      expected, observed,
      fmt::format("what the page at {:#x} holds is not in the file{}", pages.first_missing, file.cut()));
  verdict.fraction = static_cast<double>(pages.held) / static_cast<double>(pages.all);
  return verdict;
}

Verdict check_segment(const Json& params, const Observed& observed) {
  const GuestFile file = guest_file(params, observed, "file");
  const std::string run = run_name(text_param(params, "file"));
  if (file.verdict) return in_run(*file.verdict, observed, run);
  const Strings strings = strings_of(params, observed);
  if (strings.verdict) return in_run(*strings.verdict, observed, run);
  if (text_param(params, "what") == "strings") return check_strings(strings, file);
  const Truth truth = truth_of(params, observed);
  if (truth.verdict) return in_run(*truth.verdict, observed, run);
  if (text_param(params, "what") == "pages")
    return check_pages(truth, file, fact(observed, text_param(params, "region")));
  Verdict verdict = check_bytes(truth, file, text_param(params, "copies") == "any");
  if (!strings.all.empty()) verdict.detail += "\n" + look_for(strings.all, file.bytes()).detail;
  return verdict;
}

std::vector<FieldSpec> string_fields() {
  return {{.key = "name", .required = true, .doc = "What it is called in the report."},
          {.key = "text", .doc = "The string itself."},
          {.key = "from", .type = FieldType::fact, .doc = "A fact that holds the string, instead."}};
}

}  // namespace

Checker segment_checker() {
  return {
      {.name = "segment",
       .doc = "A file from the guest holds a segment of a process's memory, byte for byte. Says what kind "
              "of mistake a difference looks like.",
       .fields = {guest_file_field("The dump: `data.files.ktest_func4.bin`."),
                  {.key = "truth",
                   .type = FieldType::fact,
                   .list = true,
                   .fallback = Json::array(),
                   .doc = "Observations of the segment, `oracle.data.memory.before.data`. With several, "
                          "bytes that changed between them may be anything."},
                  {.key = "what",
                   .type = FieldType::choice,
                   .fallback = "bytes",
                   .doc = "`bytes`: all of it; a file with a mistake gives four fifths of the share of the "
                          "segment that it holds. `strings`: the named strings alone; gives the share of "
                          "those that are right. `pages`: the pages of `region` alone, wherever they stand.",
                   .choices = {"bytes", "strings", "pages"}},
                  {.key = "region",
                   .type = FieldType::fact,
                   .doc = "Of `pages`: where they are, `oracle.data.regions.absent`."},
                  {.key = "copies",
                   .type = FieldType::choice,
                   .fallback = "one",
                   .doc = "`any`: the file may hold the segment several times, as a module writes it that "
                          "appends at every scan; all whole copies must be right.",
                   .choices = {"one", "any"}},
                  {.key = "strings",
                   .type = FieldType::object,
                   .list = true,
                   .fallback = Json::array(),
                   .doc = "Strings that must stand in it whole and in this order; each is named in the "
                          "report.",
                   .fields = string_fields()}}},
      check_segment};
}

}  // namespace memgrade::judge
