// What a differential search found (Evidence::search). A search that could compare nothing, or that the
// program did not live through, is no proof of anything and does not pass.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

constexpr std::size_t kColumns = 70, kTraceLines = 20;

// "frames 128, policy lru"
std::string settings_of(const FoundDifference& difference) {
  std::string text;
  for (const auto& [name, value] : difference.with.items()) {
    const std::string shown =
        value.is_string() ? printable(value.get_ref<const std::string&>()) : show(value);
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, shown);
  }
  return text;
}

std::string short_text(std::string_view text) {
  return shorten(printable(text), 160);
}

// Words as lines of at most kColumns, each behind `indent`, at most `max_lines` of them.
struct Wrapped {
  std::string text;
  std::size_t shown = 0;  // words
};
Wrapped wrap(const std::vector<std::string>& words, std::string_view indent, std::size_t max_lines) {
  Wrapped wrapped;
  std::string line;
  std::size_t lines = 0;
  for (const std::string& word : words) {
    const std::size_t width = display_width(line) + display_width(word) + (line.empty() ? 0 : 1);
    if (!line.empty() && width + indent.size() > kColumns) {
      wrapped.text += fmt::format("{}{}\n", indent, line);
      line.clear();
      if (++lines == max_lines) return wrapped;
    }
    line += (line.empty() ? "" : " ") + word;
    ++wrapped.shown;
  }
  if (!line.empty()) wrapped.text += fmt::format("{}{}\n", indent, line);
  return wrapped;
}

std::string prose(std::string_view text) {
  return wrap(split_words(text), "", SIZE_MAX).text;
}

std::string wrapped_trace(const std::vector<std::string>& trace) {
  std::vector<std::string> words;
  // More than ever fits kTraceLines.
  for (std::size_t i = 0; i < std::min<std::size_t>(trace.size(), kTraceLines * kColumns); ++i)
    words.push_back(shorten(printable(trace[i]), 60));
  const Wrapped wrapped = wrap(words, "  ", kTraceLines);
  if (wrapped.shown == trace.size()) return wrapped.text;
  return wrapped.text + fmt::format("  … and {} more\n", trace.size() - wrapped.shown);
}

std::string trace_heading(const FoundDifference& difference) {
  if (difference.trace.empty()) return "an empty trace shows it";
  return fmt::format("a trace of {} out of {} shows it{}:", counted(difference.trace.size(), "line"),
                     difference.full_length, difference.minimal ? ", none can be left out" : "");
}

std::string detail_of(const FoundDifference& difference) {
  const std::string settings = settings_of(difference);
  std::string text = settings.empty() ? "" : fmt::format("with {}; ", settings);
  text += fmt::format("seed {}\n", difference.seed);
  if (!difference.explanation.empty())
    text += prose("what should happen: " + printable(difference.explanation));
  text += prose(trace_heading(difference)) + wrapped_trace(difference.trace);
  if (!difference.command.empty()) text += "command: " + printable(difference.command) + "\n";
  return text;
}

Verdict differing(const std::string& name, const FoundDifference& difference) {
  const std::string settings = settings_of(difference);
  const std::string expected = short_text(difference.expected), observed = short_text(difference.observed);
  if (!difference.shown)
    return fail_verdict(expected, observed, fmt::format("{}: not shown ({})", words_of(name), observed));
  Verdict verdict =
      fail_verdict(expected, observed,
                   fmt::format("{}{}: {} where {} is expected", words_of(name),
                               settings.empty() ? "" : " with " + settings, observed, expected));
  if (difference.step < difference.trace.size())
    verdict.message += fmt::format(", at line {} of the trace below", difference.step + 1);
  verdict.detail = detail_of(difference);
  return verdict;
}

Verdict died(const DifferentialSearch& search, const std::string& expected) {
  Verdict verdict = fail_verdict(expected, "no end by itself",
                                 fmt::format("the program {} while it was asked", short_text(*search.ended)));
  if (const FoundDifference* death = search.differences.find("ending")) verdict.detail = detail_of(*death);
  return verdict;
}

Verdict check_no_difference(const Json& params, const Observed& observed) {
  const std::string name = text_param(params, "in");
  const std::string expected = "no difference";
  const auto* const search = std::get_if<DifferentialSearch>(&observed.evidence.search);
  if (observed.evidence.unobserved || search == nullptr) return missing_fact(observed, "search", expected);
  if (const FoundDifference* found = search->differences.find(name)) return differing(name, *found);
  if (search->ended) return died(*search, expected);
  const bool compared = std::ranges::find(search->compare, name) != search->compare.end();
  if (search->questions == 0 || !compared)
    return fail_verdict(expected, "nothing compared",
                        fmt::format("nothing could be compared in {}", words_of(name)));
  return pass_verdict(expected, fmt::format("none in {} questions", search->questions));
}

}  // namespace

Checker no_difference_checker() {
  return {
      {.name = "no_difference",
       .doc = "The differential search found no trace on which the program's answer differs from the true "
              "one. Shows the shortest one found, and what should have happened.",
       .fields = {{.key = "in",
                   .required = true,
                   .doc = "One of the answers that the search compares: `page_faults`.",
                   .refers_to = Reference{"answer under `compare`"}}}},
      check_no_difference};
}

}  // namespace memgrade::judge
