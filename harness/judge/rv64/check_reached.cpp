// Whether the kernel got to the place of a look (Evidence::search, "looks"): what no printed line can show.
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

Verdict check_reached(const Json& params, const Observed& observed) {
  const std::string expected = "the kernel gets there";
  const Json& look = param(param(observed.evidence.search, "looks"), text_param(params, "look"));
  if (observed.evidence.unobserved || !look.is_object())
    return fail_verdict(expected, "nothing known", "the kernel could not be looked into");
  if (param(look, "reached") == true) return pass_verdict(expected, "it does");
  const std::string why = printable(text_param(look, "why"));
  return fail_verdict(expected, "it does not", why.empty() ? "the kernel did not get there" : why);
}

}  // namespace

Checker reached_checker() {
  return {
      {.name = "reached",
       .doc = "The kernel gets to the place of a look, whatever it prints.",
       .fields =
           {{.key = "look", .type = FieldType::name, .required = true, .doc = "The look, as in `looks`."}}},
      check_reached};
}

}  // namespace memgrade::judge
