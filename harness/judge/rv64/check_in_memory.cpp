// Whether all that a page table maps at a look from outside (Evidence::search, "looks") is memory at all. A
// fault handler that takes the 0 of alloc_pages for an address maps physical page 0.
#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/text/premise.hpp>

namespace memgrade::judge {
namespace {

// What is mapped to where no memory is; "" when there is nothing.
std::string outside(const Json& mappings, long double first, long double last) {
  for (const Json& mapping : mappings) {
    const auto frame = number(param(mapping, "frame")), at = number(param(mapping, "first"));
    const auto end = number(param(mapping, "last"));
    if (!frame || !at || !end || *end < *at) continue;
    if (*frame >= first && *frame + (*end - *at) <= last) continue;
    return fmt::format("the page at {:#x} is mapped to {:#x}, where there is no memory",
                       static_cast<std::uint64_t>(*at), static_cast<std::uint64_t>(*frame));
  }
  return {};
}

Verdict check_in_memory(const Json& params, const Observed& observed) {
  const std::string expected = "what is mapped is memory";
  const Json& look = param(param(observed.evidence.search, "looks"), text_param(params, "look"));
  if (observed.evidence.unobserved || !look.is_object())
    return fail_verdict(expected, "nothing known", "the kernel could not be looked into");
  const Json& mappings = param(look, "mappings");
  const auto first = number(param(params, "first")), last = number(param(params, "last"));
  if (param(look, "reached") != true || !mappings.is_array() || !first || !last)
    return inconclusive_verdict(expected, printable(text_param(look, "why")));
  if (const std::string wrong = outside(mappings, *first, *last); !wrong.empty())
    return fail_verdict(expected, "a page that is none", wrong);
  if (auto unmet = unmet_premise(params, observed)) return *unmet;
  return pass_verdict(expected, counted(mappings.size(), "mapping"));
}

}  // namespace

Checker in_memory_checker() {
  return {
      {.name = "in_memory",
       .doc = "All that is mapped when the kernel is looked into from outside lies in the machine's memory.",
       .fields =
           {{.key = "look", .type = FieldType::name, .required = true, .doc = "The look, as in `looks`."},
            {.key = "first",
             .type = FieldType::integer,
             .required = true,
             .doc = "The memory's first physical address.",
             .minimum = 0},
            {.key = "last", .type = FieldType::integer, .required = true, .doc = "Its last.", .minimum = 0},
            premise_field()}},
      check_in_memory};
}

}  // namespace memgrade::judge
