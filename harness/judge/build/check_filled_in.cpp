// Whether anything was filled in at all: starter code that was handed in as it came is told so, and nothing
// else is said of it.
//
// Both must hold for "nothing": the functions have no code but what starter code has (no loop, no call but
// the few that it comes with), and nothing came out when they ran. So an answer that is found in an odd way
// is never taken for starter code.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <harness/base/c_source.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>
#include <harness/judge/text/regex.hpp>
#include <memory>

namespace memgrade::judge {
namespace {

using Patterns = std::vector<std::unique_ptr<RE2>>;

Patterns patterns_param(const Json& params, std::string_view key) {
  Patterns patterns;
  for (const std::string& text : texts_param(params, key)) patterns.push_back(expression(text));
  return patterns;
}

bool names_one(std::string_view name, const Patterns& patterns) {
  return std::ranges::any_of(patterns, [&](const auto& pattern) {
    return pattern->ok() && RE2::FullMatch(re2::StringPiece(name.data(), name.size()), *pattern);
  });
}

bool is_loop(std::string_view name) {
  return name == "for" || name == "while" || name == "do" || name == "goto";
}

bool is_called(std::string_view code, std::size_t behind) {
  const std::size_t next = code.find_first_not_of(" \t\r\n", behind);
  return next != std::string_view::npos && code[next] == '(';
}

// A loop, or a call that starter code has not.
bool has_own_code(const CSource& source, const CPart& part, const Patterns& given) {
  constexpr auto words = std::to_array<std::string_view>({"if", "switch", "return", "sizeof"});
  bool own = false;
  for_names(source.code, part.begin, part.end, [&](std::string_view name, std::size_t offset) {
    const bool call = is_called(source.code, offset + name.size()) &&
                      std::ranges::find(words, name) == words.end() && !names_one(name, given);
    own = own || call || is_loop(name);
  });
  return own;
}

struct Functions {
  std::vector<std::string> places;  // "scan_vmas (ktest.c:72)"
  bool own_code = false;
};

Functions functions_of(const Json& params, const Observed& observed) {
  const Patterns wanted = patterns_param(params, "functions"), given = patterns_param(params, "given");
  Functions functions;
  for (const auto& [file, text] : observed.evidence.sources) {
    const CSource source = read_c(text);
    for (const CPart& part : source.definitions) {
      if (!names_one(part.name, wanted)) continue;
      functions.places.push_back(
          fmt::format("{} ({}:{})", part.name, printable(file), source.line_of(part.begin)));
      functions.own_code = functions.own_code || has_own_code(source, part, given);
    }
  }
  return functions;
}

// Whether something came out: a file with more than blanks in it, a text that is not the one that says
// nothing.
bool says_something(const std::string& name, const RE2& nothing, const Observed& observed) {
  const RunRecord* const run = run_of(observed.evidence, name);
  const std::string rest = run != nullptr ? name.substr(std::min(name.size(), run->name.size() + 1)) : "";
  if (run != nullptr && rest.starts_with("files.")) {
    const auto file = run->files.find(rest.substr(6));
    return file != run->files.end() && !trim(file->second.bytes).empty();
  }
  const Json& value = fact(observed, name);
  if (!value.is_string()) return !value.is_null();
  return !RE2::FullMatch(value.get_ref<const std::string&>(), nothing);
}

Verdict check_filled_in(const Json& params, const Observed& observed) {
  const std::string expected = "something of the student's own";
  if (observed.evidence.unobserved || observed.evidence.sources.empty())
    return fail_verdict(expected, "nothing", "the source that is to be looked at is not there");
  const Functions functions = functions_of(params, observed);
  if (functions.places.empty() || functions.own_code) return pass_verdict(expected, "there is");
  const auto nothing = expression(text_param(params, "nothing"));
  for (const std::string& name : texts_param(params, "outputs"))
    if (says_something(name, *nothing, observed)) return pass_verdict(expected, "there is");
  Verdict verdict =
      fail_verdict(expected, "the starter code", "nothing was filled in: " + join(functions.places, ", "));
  verdict.settles = true;
  return verdict;
}

}  // namespace

Checker filled_in_checker() {
  return {
      {.name = "filled_in",
       .doc = "Functions that starter code leaves open have code of the student's own, or something came of "
              "them. Where neither holds, the task fails as \"nothing was filled in\", and no other check is "
              "shown. A source that has no such function passes.",
       .fields = {{.key = "functions",
                   .type = FieldType::regex,
                   .required = true,
                   .list = true,
                   .doc = "The functions, by their whole names."},
                  {.key = "given",
                   .type = FieldType::regex,
                   .list = true,
                   .fallback = Json::array(),
                   .doc = "Names that starter code calls in them."},
                  {.key = "outputs",
                   .type = FieldType::fact,
                   .list = true,
                   .fallback = Json::array(),
                   .doc = "Files and texts that come of them."},
                  {.key = "nothing",
                   .type = FieldType::regex,
                   .fallback = R"(\s*)",
                   .doc = "How such a text reads when nothing came."}}},
      check_filled_in};
}

}  // namespace memgrade::judge
