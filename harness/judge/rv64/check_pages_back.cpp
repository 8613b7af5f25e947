// How many pages the allocator has free at two looks from outside (AllocatorReading):
// what was taken between them must have come back.
//
//   lost <= `most`             it has come back
//   most < lost <= `taken`     it has not
//   lost > `taken`             so much was never taken: the allocator's count is wrong, and shows nothing
//   here
#include <fmt/format.h>

#include <harness/judge/checkers.hpp>
#include <harness/judge/rv64/probe.hpp>
#include <harness/judge/text/premise.hpp>

namespace memgrade::judge {
namespace {

struct FreePages {
  long double count = 0;
  std::string inconclusive;  // why there is no count
};

FreePages free_pages_at(const Observed& observed, const std::string& name) {
  const PageTableProbe* const probe = find_probe(observed, name);
  if (probe == nullptr || !probe->reached) return {0, "the kernel did not get there"};
  if (!probe->allocator) return {0, "the allocator was not looked at"};
  return {static_cast<long double>(probe->allocator->free_pages), probe->allocator->inconclusive};
}

Verdict check_pages_back(const Json& params, const Observed& observed) {
  const std::string expected = "what was taken comes back";
  if (observed.evidence.unobserved) return not_probed(expected);
  if (auto unmet = unmet_premise(params, observed)) return *unmet;
  const FreePages before = free_pages_at(observed, text_param(params, "before"));
  const FreePages after = free_pages_at(observed, text_param(params, "after"));
  for (const FreePages* one : {&before, &after})
    if (!one->inconclusive.empty()) return inconclusive_verdict(expected, one->inconclusive);
  const long double lost = before.count - after.count;
  const std::string counts =
      fmt::format("{} pages free before, {} after", show(before.count), show(after.count));
  if (lost <= number(param(params, "most")).value_or(0)) return pass_verdict(expected, counts);
  if (lost > number(param(params, "taken")).value_or(0))
    return inconclusive_verdict(expected, fmt::format("{}: so many were never taken", counts));
  return fail_verdict(expected, counts, fmt::format("{} pages did not come back", show(lost)));
}

}  // namespace

Checker pages_back_checker() {
  return {
      {.name = "pages_back",
       .doc = "Between two looks no pages were lost, by the allocator's tree as it is read from outside. "
              "Without such a tree, or where more is missing than was taken, nothing is seen (`if_unseen`).",
       .fields = {{.key = "before",
                   .type = FieldType::name,
                   .required = true,
                   .doc = "A look with `allocator`.",
                   .refers_to = Reference{"look with an allocator"}},
                  {.key = "after",
                   .type = FieldType::name,
                   .required = true,
                   .doc = "A later one.",
                   .refers_to = Reference{"look with an allocator"}},
                  {.key = "most",
                   .type = FieldType::integer,
                   .required = true,
                   .unit = "pages",
                   .doc = "What may be missing all the same: page tables and records.",
                   .minimum = 0},
                  {.key = "taken",
                   .type = FieldType::integer,
                   .required = true,
                   .unit = "pages",
                   .doc = "What was taken between them.",
                   .minimum = 0},
                  premise_field()}},
      check_pages_back};
}

}  // namespace memgrade::judge
