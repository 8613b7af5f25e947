// What the models found in seeded call sequences (Evidence::search, "families"). A family whose sequences did
// not come to their end proves nothing and does not pass. Where the driver does not go into the submission's
// kernel, "driver_inconclusive" says why, and nobody has looked.
#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

constexpr std::size_t kMostCalls = 24;

std::string text_at(const Json& object, std::string_view key) {
  const Json& value = param(object, key);
  return value.is_string() ? printable(value.get_ref<const std::string&>()) : std::string();
}

// The shortest sequence, the call that went wrong marked, and the memory as it was then.
std::string detail_of(const Json& violation) {
  std::string text;
  const Json& sequence = param(violation, "sequence");
  if (sequence.is_array() && !sequence.empty()) {
    const Json& full = param(violation, "full_length");
    text += fmt::format("{} of {} {} it{}:\n", counted(sequence.size(), "call"),
                        full.is_number() ? show(full) : "more", sequence.size() == 1 ? "shows" : "show",
                        param(violation, "minimal") == true ? "; none can be left out" : "");
    const std::size_t from = sequence.size() > kMostCalls ? sequence.size() - kMostCalls : 0;
    if (from > 0) text += fmt::format("  … {} before\n", counted(from, "call"));
    const auto wrong = number(param(violation, "op"));
    for (std::size_t i = from; i < sequence.size(); ++i)
      text += fmt::format(
          "{} {}\n", wrong && *wrong == i ? ">" : " ",
          sequence[i].is_string() ? shorten(printable(sequence[i].get<std::string>()), 120) : "?");
  }
  if (const std::string picture = text_at(violation, "picture"); !picture.empty()) text += "\n" + picture;
  if (const std::string rule = text_at(violation, "rule"); !rule.empty()) text += "\nrule: " + rule + "\n";
  return text;
}

Verdict check_rules_kept(const Json& params, const Observed& observed) {
  const std::string name = text_param(params, "family");
  const std::string expected = "every rule kept";
  const Json& search = observed.evidence.search;
  const Json& family = param(param(search, "families"), name);
  if (const std::string why = text_at(search, "driver_unseen"); !why.empty() && !family.is_object())
    return inconclusive_verdict(expected, why);
  if (observed.evidence.unobserved || !family.is_object())
    return fail_verdict(expected, "nothing", "the kernel could not be driven, so nothing is known of it");
  const Json& violations = param(family, "violations");
  if (violations.is_array() && !violations.empty()) {
    const Json& first = violations[0];
    Verdict verdict =
        fail_verdict(text_at(first, "expected"), text_at(first, "observed"), text_at(first, "sentence"));
    verdict.detail = detail_of(first);
    for (std::size_t i = 1; i < violations.size(); ++i)
      verdict.detail += fmt::format("\nalso: {}\nrule: {}\n", text_at(violations[i], "sentence"),
                                    text_at(violations[i], "rule"));
    return verdict;
  }
  if (const std::string ended = text_at(family, "ended"); !ended.empty())
    return fail_verdict(expected, ended, fmt::format("the kernel {} before the calls were done", ended));
  const auto calls = number(param(family, "calls"));
  if (!violations.is_array() || !calls || *calls < 1)
    return fail_verdict(expected, "nothing", "no call was made");
  return pass_verdict(expected, fmt::format("in {} calls", show(*calls)));
}

}  // namespace

Checker rules_kept_checker() {
  return {{.name = "rules_kept",
           .doc = "A family of call sequences broke no rule of the model. Shows the shortest sequence that "
                  "breaks one.",
           .fields = {{.key = "family", .required = true, .doc = "The family, as in `calls`."}}},
          check_rules_kept};
}

}  // namespace memgrade::judge
