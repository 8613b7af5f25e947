// A number in a text that was read from sysfs: in one of the forms that are right, and the number itself.
#include <fmt/format.h>

#include <cmath>
#include <harness/base/text.hpp>
#include <harness/facts/numbers.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/text/regex.hpp>

namespace memgrade::judge {
namespace {

// The number in the text, and the form that it stands in.
struct Reading {
  std::optional<long double> value;
  std::string form;
  std::optional<Verdict> verdict;
};

Reading read(std::string_view text, const std::vector<std::string>& patterns) {
  Reading reading;
  // One line end at the text's end is what every attribute writes.
  if (text.ends_with('\n')) text.remove_suffix(1);
  for (const std::string& pattern : patterns) {
    const auto form = expression(pattern);
    if (!form->ok() || form->NumberOfCapturingGroups() != 1) {
      reading.verdict = fail_verdict("", "", "the case's form of a reading has not one group");
      return reading;
    }
    re2::StringPiece digits;
    if (!RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *form, &digits)) continue;
    const auto value = facts::number_of(std::string_view(digits.data(), digits.size()));
    if (!value) continue;
    reading.value = number(*value);
    reading.form = pattern;
    return reading;
  }
  return reading;
}

// What is asked for: `equals`, or `near`, each a number or the fact that `to` names.
struct Wanted {
  long double value = 0, within = 0;
  std::optional<Verdict> verdict;
};

Wanted wanted_of(const Json& params, const Observed& observed) {
  Wanted wanted;
  const std::string name = text_param(params, "equals");
  const Json& value = name.empty() ? param(params, "near") : fact(observed, name);
  if (const auto within = number(param(params, "within"))) wanted.within = *within;
  if (const auto given = number(value))
    wanted.value = *given;
  else if (!name.empty() && value.is_null())
    wanted.verdict = missing_fact(observed, name, "a number");
  else
    wanted.verdict = fail_verdict("a number", show(value), "the case does not say which number is expected");
  return wanted;
}

Verdict check_reading(const Json& params, const Observed& observed) {
  const std::string name = text_param(params, "text");
  const Json& text = fact(observed, name);
  if (text.is_null()) return missing_fact(observed, name, "a number");
  if (!text.is_string()) return wrong_type(name, text, "a text");
  const auto patterns = texts_param(params, "patterns");
  const Reading reading = read(text.get_ref<const std::string&>(), patterns);
  if (reading.verdict) return *reading.verdict;
  const std::string shown = quote_text(trim(text.get_ref<const std::string&>()));
  if (!reading.value)
    return fail_verdict(
        "text like " + join(patterns, " or "), shown,
        fmt::format("{} reads {}, which is not in the form asked for", words_of(name), shown));
  const Wanted wanted = wanted_of(params, observed);
  if (wanted.verdict) return *wanted.verdict;
  const std::string expected = wanted.within > 0
                                   ? fmt::format("{} ± {}", show(wanted.value), show(wanted.within))
                                   : show(wanted.value);
  const std::string form = patterns.size() > 1 ? fmt::format(" (in the form {})", reading.form) : "";
  if (std::fabs(*reading.value - wanted.value) <= wanted.within)
    return pass_verdict(expected, shown,
                        form.empty() ? "" : fmt::format("{} reads {}{}", words_of(name), shown, form));
  return fail_verdict(
      expected, show(*reading.value),
      fmt::format("{} reads {} where {} is right{}", words_of(name), show(*reading.value), expected, form));
}

}  // namespace

Checker reading_checker() {
  return {{.name = "reading",
           .doc = "A text that was read (an attribute of sysfs) is a number in one of the forms that are "
                  "right, with nothing beside it, and the number is right.",
           .fields = {{.key = "text",
                       .type = FieldType::fact,
                       .required = true,
                       .doc = "What was read: `scan.values.vma`."},
                      {.key = "patterns",
                       .type = FieldType::regex,
                       .list = true,
                       .fallback = Json::array({"(\\d+)"}),
                       .doc = "The forms: each for the whole text without its line end, with one group, the "
                              "number. The first that matches counts."},
                      {.key = "equals",
                       .type = FieldType::fact,
                       .doc = "The fact that it must equal, `oracle.scan.memory.before.count`."},
                      {.key = "near", .type = FieldType::number, .doc = "The number that it must be near."},
                      {.key = "within",
                       .type = FieldType::number,
                       .fallback = 0,
                       .doc = "How far from it it may be.",
                       .minimum = 0}},
           .inspect = needs_one_of({"equals", "near"})},
          check_reading};
}

}  // namespace memgrade::judge
