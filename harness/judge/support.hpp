// What every checker needs: parameters, values compared as values, and short words for people. Inside this
// module only.
//
// What a checker says may hold any bytes: judge_task makes all of it fit to be shown, once.
//
// Nothing here throws, whatever the evidence holds: a student's program may have printed anything.
#pragma once

#include <functional>
#include <harness/model/verdict.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::judge {

// Parameters. A key that is missing, or null, gives the fallback.
[[nodiscard]] const Json& param(const Json& params, std::string_view key);
[[nodiscard]] std::string text_param(const Json& params, std::string_view key);
[[nodiscard]] std::vector<std::string> texts_param(const Json& params, std::string_view key);

// A finite number, exactly: long double holds every 64-bit integer and every double.
[[nodiscard]] std::optional<long double> number(const Json& value);
// Likewise, or the count that a rate stands for.
[[nodiscard]] std::optional<long double> number_or_rate(const Json& value);
// Numbers by value (3 equals 3.0), a rate and a count where the rate can be the count's, everything else by
// type and value. Lists and other objects equal nothing.
[[nodiscard]] bool same_value(const Json& a, const Json& b);

// One line for a person: 244, "text", a list of 3 values, nothing.
[[nodiscard]] std::string show(const Json& value);
[[nodiscard]] std::string show(long double value);
// A student's text with quotes, shortened; a line of many megabytes costs no more than a short one.
[[nodiscard]] std::string quote_text(std::string_view text);
// "page faults" of "book.page_faults".
[[nodiscard]] std::string words_of(std::string_view fact_name);

// The two sides of a comparison, as the keys `fact`, and `value` or `to`, name them.
struct Comparison {
  std::string fact;             // what was observed
  const Json* value = nullptr;  // what is expected, of the params; null where `to` says it
  std::string to;               // the fact that holds what is expected
  std::string differs_from;     // the fact that the observed one must differ from; "": none

  explicit Comparison(const Json& params, std::string_view value_field = "value");
};

// What is expected: the comparison's value, or the fact that `to` names.
struct Target {
  const Json* value = nullptr;  // nullptr when there is none
  std::string missing;          // then why
};
[[nodiscard]] Target target(const Comparison& sides, const Observed& observed);

// Why a property was not put to the test: the fact that `differs_from` names has the same value, so that the
// observed number may be one that never changes. Nothing when it was, or when the check has no such
// parameter.
[[nodiscard]] std::optional<Verdict> untested(const Comparison& sides, const Observed& observed);
[[nodiscard]] FieldSpec differs_from_field();

// A failed verdict for a fact that the evidence does not hold.
[[nodiscard]] Verdict missing_fact(const Observed& observed, std::string_view fact_name,
                                   std::string expected = {});
// A failed verdict for a fact of another type than the checker needs: "a number".
[[nodiscard]] Verdict wrong_type(std::string_view fact_name, const Json& value, std::string_view needed);

// Key specs that several checkers share.
[[nodiscard]] FieldSpec fact_field(std::string doc);
[[nodiscard]] FieldSpec to_field(std::string doc);
[[nodiscard]] FieldSpec run_field(std::string doc);  // the key `run`: one of the task's
[[nodiscard]] FieldSpec value_field(std::string doc);
// For TermSpec::inspect: exactly one of these keys must be given.
[[nodiscard]] std::function<std::vector<SettingDiagnostic>(const Json& params)> needs_one_of(
    std::vector<std::string> keys);

}  // namespace memgrade::judge
