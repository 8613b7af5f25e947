#include <fmt/format.h>

#include <cmath>
#include <harness/base/numbers.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

// The steps of a JSON pointer (RFC 6901), or what is wrong with it. The library's own throws.
std::expected<std::vector<std::string>, std::string> steps_of(std::string_view pointer) {
  std::vector<std::string> steps;
  while (!pointer.empty()) {
    if (pointer.front() != '/') return std::unexpected("a JSON pointer begins with '/'");
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    const std::string_view step = pointer.substr(0, end);
    for (std::size_t at = step.find('~'); at != step.npos; at = step.find('~', at + 1))
      if (at + 1 == step.size() || (step[at + 1] != '0' && step[at + 1] != '1'))
        return std::unexpected("'~' stands in a JSON pointer as '~0', and '/' in a name as '~1'");
    steps.push_back(replace_all(replace_all(std::string(step), "~1", "/"), "~0", "~"));
    pointer.remove_prefix(end);
  }
  return steps;
}

struct JsonPathParams {
  std::string fact, path;
  std::expected<std::vector<std::string>, std::string> steps;
  const Json* equals = nullptr;  // of the params
  std::optional<long double> near, at_least, at_most;
  long double within = 0;

  explicit JsonPathParams(const Json& params)
      : fact(text_param(params, "fact")),
        path(text_param(params, "path")),
        steps(steps_of(path)),
        near(number(param(params, "near"))),
        at_least(number(param(params, "at_least"))),
        at_most(number(param(params, "at_most"))),
        within(number(param(params, "within")).value_or(0)) {
    if (const Json& value = param(params, "equals"); !value.is_null()) equals = &value;
  }
};

// The value that the steps lead to, or null.
const Json* value_at(const Json& document, const std::vector<std::string>& steps) {
  const Json* here = &document;
  for (const std::string& step : steps) {
    const auto index = here->is_array() ? parse_unsigned(step) : std::nullopt;
    if (here->is_object() && here->contains(step))
      here = &here->at(step);
    else if (index && *index < here->size())
      here = &(*here)[*index];
    else
      return nullptr;
  }
  return here;
}

// What the number is held against, in words, and whether it is right.
struct Held {
  std::string expected;
  bool right = false;
};

std::optional<Held> held_against(const JsonPathParams& params, long double given) {
  if (params.near)
    return Held{fmt::format("{} ± {}", show(*params.near), show(params.within)),
                std::fabs(given - *params.near) <= params.within};
  if (params.at_least) return Held{"≥ " + show(*params.at_least), given >= *params.at_least};
  if (params.at_most) return Held{"≤ " + show(*params.at_most), given <= *params.at_most};
  return std::nullopt;
}

Verdict compare(const JsonPathParams& params, const Json& value, const std::string& path) {
  if (params.equals != nullptr) {
    const std::string exact = show(*params.equals);
    if (same_value(value, *params.equals)) return pass_verdict(exact, show(value));
    return fail_verdict(exact, show(value),
                        fmt::format("{} is {} where {} is expected", path, show(value), exact));
  }
  const auto given = number(value);
  if (!given)
    return fail_verdict("a number", show(value),
                        fmt::format("{} is {} where a number is expected", path, show(value)));
  const auto held = held_against(params, *given);
  if (!held) return fail_verdict("", show(value), "the case does not say what is expected");
  if (held->right) return pass_verdict(held->expected, show(*given));
  return fail_verdict(held->expected, show(*given),
                      fmt::format("{} is {} where {} is expected", path, show(*given), held->expected));
}

Verdict check_json_path(const Json& json, const Observed& observed) {
  const JsonPathParams params(json);
  const Json& given = fact(observed, params.fact);
  if (given.is_null()) return missing_fact(observed, params.fact);
  Result<Json> parsed = Json(nullptr);
  if (given.is_string()) {
    const std::string& text = given.get_ref<const std::string&>();
    if (trim(text).empty()) return missing_fact(observed, params.fact, "JSON");
    parsed = parse_json(text);
    if (!parsed)
      return fail_verdict("JSON", quote_text(text),
                          fmt::format("{} is no JSON: {}", words_of(params.fact), parsed.error().message));
  }
  const Json& document = given.is_string() ? *parsed : given;
  const Json* const value = params.steps ? value_at(document, *params.steps) : nullptr;
  if (value == nullptr || value->is_null())
    return fail_verdict("a value at " + quote(params.path), "nothing",
                        fmt::format("{} holds nothing at {}", words_of(params.fact), quote(params.path)));
  return compare(params, *value, params.path.empty() ? words_of(params.fact) : params.path);
}

std::vector<SettingDiagnostic> inspect_json_path(const Json& params) {
  auto diagnostics = needs_one_of({"equals", "near", "at_least", "at_most"})(params);
  if (const auto steps = steps_of(text_param(params, "path")); !steps)
    diagnostics.push_back({"/path", steps.error()});
  return diagnostics;
}

std::vector<FieldSpec> json_path_fields() {
  return {fact_field("A text that is JSON, such as `book.stdout`, or a fact with values inside."),
          {.key = "path", .required = true, .doc = "A JSON pointer (RFC 6901): `/stats/page_faults`."},
          {.key = "equals", .type = FieldType::scalar, .doc = "The value that stands there."},
          {.key = "near", .type = FieldType::number, .doc = "The number that stands there, up to `within`."},
          {.key = "within",
           .type = FieldType::number,
           .fallback = 0,
           .doc = "The largest distance from `near` that is accepted.",
           .minimum = 0},
          {.key = "at_least", .type = FieldType::number, .doc = "The least number that may stand there."},
          {.key = "at_most", .type = FieldType::number, .doc = "The largest number that may stand there."}};
}

}  // namespace

Checker json_path_checker() {
  return {{.name = "json_path",
           .doc = "A value inside JSON that the program printed.",
           .fields = json_path_fields(),
           .inspect = inspect_json_path},
          check_json_path};
}

}  // namespace memgrade::judge
