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
std::string settings_of(const Json& difference) {
  const Json& with = param(difference, "with");
  std::string text;
  if (!with.is_object()) return text;
  for (const auto& [name, value] : with.items()) {
    const std::string shown =
        value.is_string() ? printable(value.get_ref<const std::string&>()) : show(value);
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, shown);
  }
  return text;
}

// A text stays as it is, anything else is written as a value.
std::string words_at(const Json& difference, std::string_view key) {
  const Json& value = param(difference, key);
  return value.is_string() ? shorten(printable(value.get_ref<const std::string&>()), 160) : show(value);
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

std::string wrapped_trace(const Json& trace) {
  std::vector<std::string> words;
  // More than ever fits kTraceLines.
  for (std::size_t i = 0; i < std::min<std::size_t>(trace.size(), kTraceLines * kColumns); ++i)
    words.push_back(trace[i].is_string() ? shorten(printable(trace[i].get_ref<const std::string&>()), 60)
                                         : show(trace[i]));
  const Wrapped wrapped = wrap(words, "  ", kTraceLines);
  if (wrapped.shown == trace.size()) return wrapped.text;
  return wrapped.text + fmt::format("  … and {} more\n", trace.size() - wrapped.shown);
}

std::string trace_heading(const Json& difference, const Json& trace) {
  if (trace.empty()) return "an empty trace shows it";
  std::string text = fmt::format("a trace of {}", counted(trace.size(), "line"));
  const Json& full = param(difference, "full_length");
  if (full.is_number()) text += fmt::format(" out of {}", show(full));
  return text + " shows it" + (param(difference, "minimal") == true ? ", none can be left out:" : ":");
}

std::string detail_of(const Json& difference) {
  std::string text;
  const std::string settings = settings_of(difference);
  if (!settings.empty()) text += "with " + settings;
  if (const Json& seed = param(difference, "seed"); !seed.is_null())
    text += fmt::format("{}seed {}", text.empty() ? "" : "; ", show(seed));
  if (!text.empty()) text += "\n";
  if (const std::string why = text_param(difference, "explanation"); !why.empty())
    text += prose("what should happen: " + printable(why));
  if (const Json& trace = param(difference, "trace"); trace.is_array())
    text += prose(trace_heading(difference, trace)) + wrapped_trace(trace);
  if (const std::string command = text_param(difference, "command"); !command.empty())
    text += "command: " + printable(command) + "\n";
  return text;
}

Verdict differing(const std::string& name, const Json& difference) {
  const std::string settings = settings_of(difference);
  if (text_param(difference, "kind") == "not shown")
    return fail_verdict(words_at(difference, "expected"), words_at(difference, "observed"),
                        fmt::format("{}: not shown ({})", words_of(name), words_at(difference, "observed")));
  const std::string expected = words_at(difference, "expected"), observed = words_at(difference, "observed");
  Verdict verdict =
      fail_verdict(expected, observed,
                   fmt::format("{}{}: {} where {} is expected", words_of(name),
                               settings.empty() ? "" : " with " + settings, observed, expected));
  const Json& trace = param(difference, "trace");
  const auto step = number(param(difference, "step"));
  if (step && *step >= 0 && trace.is_array() && *step < static_cast<long double>(trace.size()))
    verdict.message += fmt::format(", at line {} of the trace below", show(*step + 1));
  verdict.detail = detail_of(difference);
  return verdict;
}

bool compared(const Json& search, const std::string& name) {
  const Json& names = param(search, "compare");
  return names.is_array() && std::ranges::find(names, Json(name)) != names.end();
}

Verdict check_no_difference(const Json& params, const Observed& observed) {
  const std::string name = text_param(params, "in");
  const std::string expected = "no difference";
  const Json& search = observed.evidence.search;
  if (observed.evidence.unobserved || !search.is_object()) return missing_fact(observed, "search", expected);
  const Json& differences = param(search, "differences");
  if (const Json& found = param(differences, name); !found.is_null()) return differing(name, found);
  if (const Json& ended = param(search, "ended"); !ended.is_null()) {
    Verdict verdict =
        fail_verdict(expected, "no end by itself",
                     fmt::format("the program {} while it was asked", words_at(search, "ended")));
    if (const Json& death = param(differences, "ending"); death.is_object())
      verdict.detail = detail_of(death);
    return verdict;
  }
  const auto questions = number(param(search, "questions"));
  if (!questions || *questions < 1 || !differences.is_object() || !compared(search, name))
    return fail_verdict(expected, "nothing compared",
                        fmt::format("nothing could be compared in {}", words_of(name)));
  return pass_verdict(expected, fmt::format("none in {} questions", show(*questions)));
}

}  // namespace

Checker no_difference_checker() {
  return {
      {.name = "no_difference",
       .doc = "The differential search found no trace on which the program's answer differs from the true "
              "one. Shows the shortest one found, and what should have happened.",
       .fields = {{.key = "in",
                   .required = true,
                   .doc = "One of the answers that the search compares: `page_faults`."}}},
      check_no_difference};
}

}  // namespace memgrade::judge
