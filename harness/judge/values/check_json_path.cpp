#include <fmt/format.h>

#include <cmath>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

// The value at a JSON pointer (RFC 6901), or null. Written out because the library's own throws.
const Json* at_pointer(const Json& document, std::string_view pointer) {
  const Json* here = &document;
  while (!pointer.empty()) {
    if (pointer.front() != '/') return nullptr;
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    const std::string step =
        replace_all(replace_all(std::string(pointer.substr(0, end)), "~1", "/"), "~0", "~");
    pointer.remove_prefix(end);
    if (here->is_object()) {
      const auto found = here->find(step);
      if (found == here->end()) return nullptr;
      here = &*found;
    } else if (here->is_array() && !step.empty() && step.size() < 10 &&
               step.find_first_not_of("0123456789") == std::string::npos) {
      const std::size_t index = std::stoul(step);
      if (index >= here->size()) return nullptr;
      here = &(*here)[index];
    } else {
      return nullptr;
    }
  }
  return here;
}

Verdict compare(const Json& params, const Json& value, const std::string& path) {
  if (const Json& exact = param(params, "equals"); !exact.is_null()) {
    if (same_value(value, exact)) return pass_verdict(show(exact), show(value));
    return fail_verdict(show(exact), show(value),
                        fmt::format("{} is {} where {} is expected", path, show(value), show(exact)));
  }
  const auto given = number(value);
  if (!given)
    return fail_verdict("a number", show(value),
                        fmt::format("{} is {} where a number is expected", path, show(value)));
  const auto within = number(param(params, "within")).value_or(0);
  std::string expected;
  bool right = false;
  if (const auto near = number(param(params, "near"))) {
    expected = fmt::format("{} ± {}", show(*near), show(within));
    right = std::fabs(*given - *near) <= within;
  } else if (const auto low = number(param(params, "at_least"))) {
    expected = "≥ " + show(*low);
    right = *given >= *low;
  } else if (const auto high = number(param(params, "at_most"))) {
    expected = "≤ " + show(*high);
    right = *given <= *high;
  } else {
    return fail_verdict("", show(value), "the case does not say what is expected");
  }
  if (right) return pass_verdict(expected, show(*given));
  return fail_verdict(expected, show(*given),
                      fmt::format("{} is {} where {} is expected", path, show(*given), expected));
}

Verdict check_json_path(const Json& params, const Observed& observed) {
  const std::string name = text_param(params, "fact");
  const std::string path = text_param(params, "path");
  const Json& given = subject(params, observed);
  if (given.is_null()) return missing_fact(observed, name);
  Result<Json> parsed = Json(nullptr);
  if (given.is_string()) {
    const std::string& text = given.get_ref<const std::string&>();
    if (trim(text).empty()) return missing_fact(observed, name, "JSON");
    parsed = parse_json(text);
    if (!parsed)
      return fail_verdict("JSON", quote_text(text),
                          fmt::format("{} is no JSON: {}", words_of(name), parsed.error().message));
  }
  const Json& document = given.is_string() ? *parsed : given;
  const Json* const value = at_pointer(document, path);
  if (value == nullptr || value->is_null())
    return fail_verdict("a value at " + quote(path), "nothing",
                        fmt::format("{} holds nothing at {}", words_of(name), quote(path)));
  return compare(params, *value, path.empty() ? words_of(name) : path);
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
           .inspect = needs_one_of({"equals", "near", "at_least", "at_most"})},
          check_json_path};
}

}  // namespace memgrade::judge
