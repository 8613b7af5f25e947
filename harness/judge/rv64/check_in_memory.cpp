// Whether all that a page table maps at a look from outside (PageTableProbe) is memory at all. A
// fault handler that takes the 0 of alloc_pages for an address maps physical page 0.
#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/rv64/probe.hpp>
#include <harness/judge/text/premise.hpp>

namespace memgrade::judge {
namespace {

// What is mapped to where no memory is; "" when there is nothing.
std::string outside(const std::vector<PageMapping>& mappings, long double first, long double last) {
  for (const PageMapping& mapping : mappings) {
    const auto frame = static_cast<long double>(mapping.frame);
    const auto behind_first = static_cast<long double>(mapping.last - mapping.first);
    if (mapping.last < mapping.first || (frame >= first && frame + behind_first <= last)) continue;
    return fmt::format("the page at {:#x} is mapped to {:#x}, where there is no memory", mapping.first,
                       mapping.frame);
  }
  return {};
}

Verdict check_in_memory(const Json& params, const Observed& observed) {
  const std::string expected = "what is mapped is memory";
  const PageTableProbe* const probe = find_probe(observed, text_param(params, "look"));
  if (probe == nullptr) return not_probed(expected);
  const auto first = number(param(params, "first")), last = number(param(params, "last"));
  if (!probe->reached || !first || !last) return inconclusive_verdict(expected, probe->why);
  if (const std::string wrong = outside(probe->mappings, *first, *last); !wrong.empty())
    return fail_verdict(expected, "a page that is none", wrong);
  if (auto unmet = unmet_premise(params, observed)) return *unmet;
  return pass_verdict(expected, counted(probe->mappings.size(), "mapping"));
}

}  // namespace

Checker in_memory_checker() {
  return {
      {.name = "in_memory",
       .doc = "All that is mapped when the kernel is looked into from outside lies in the machine's memory.",
       .fields =
           {probe_field("The look, as in `looks`."),
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
