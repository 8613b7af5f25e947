// What the page tables map at a look from outside (Evidence::search, "looks"), against a list of what must be
// mapped: no page more, no page less, with these rights.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/page.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>
#include <harness/judge/text/premise.hpp>
#include <map>

namespace memgrade::judge {
namespace {

constexpr std::uint64_t kMostMappedPages = 65'536;

// Page number -> rights.
using Pages = std::map<std::uint64_t, std::string>;

Pages pages_of(const Json& ranges) {
  Pages pages;
  if (!ranges.is_array()) return pages;
  for (const Json& range : ranges) {
    const auto first = number(param(range, "first")), last = number(param(range, "last"));
    const Json& permissions = param(range, "rights");
    if (!first || !last || *first < 0 || *last < *first || !permissions.is_string()) continue;
    for (auto page = static_cast<std::uint64_t>(*first) / page_bytes;
         page <= static_cast<std::uint64_t>(*last) / page_bytes && pages.size() < kMostMappedPages; ++page)
      pages[page] = printable(permissions.get<std::string>());
  }
  return pages;
}

std::string words_of(const Pages& pages) {
  std::string text;
  for (auto page = pages.begin(); page != pages.end();) {
    auto end = page;
    std::uint64_t last = page->first;
    while (++end != pages.end() && end->first == last + 1 && end->second == page->second) last = end->first;
    text += fmt::format("{}{:#x}-{:#x} {}", text.empty() ? "" : ", ", page->first * page_bytes,
                        last * page_bytes + page_bytes - 1, page->second);
    page = end;
  }
  return text.empty() ? "nothing" : text;
}

Verdict check_mapped(const Json& params, const Observed& observed) {
  const Pages expected = pages_of(param(params, "pages"));
  const Json& look = param(param(observed.evidence.search, "looks"), text_param(params, "look"));
  if (observed.evidence.unobserved || !look.is_object())
    return fail_verdict(words_of(expected), "nothing known", "the kernel could not be looked into");
  if (auto unmet = unmet_premise(params, observed)) return *unmet;
  if (param(look, "reached") != true) {
    const Json& why = param(look, "why");
    return fail_verdict(words_of(expected), "not reached",
                        why.is_string() ? printable(why.get<std::string>()) : "the kernel did not get there");
  }
  const Pages seen = pages_of(param(look, "mappings"));
  // A PTE that the machine does not take is neither a mapping nor nothing.
  const Json& broken = param(look, "broken");
  if (broken.is_array() && !broken.empty()) {
    const auto at = number(param(broken[0], "first"));
    return fail_verdict(
        words_of(expected), words_of(seen),
        fmt::format("the PTE of {:#x} is one that the machine refuses ({})",
                    static_cast<std::uint64_t>(at.value_or(0)), text_param(broken[0], "rights")));
  }
  if (seen == expected) return pass_verdict(words_of(expected), words_of(seen));
  const Pages touched = pages_of(param(params, "touched"));
  if (!touched.empty() && std::ranges::includes(expected, seen) && std::ranges::includes(seen, touched))
    return pass_verdict(words_of(expected), words_of(seen));
  for (const auto& [page, permissions] : expected) {
    const auto found = seen.find(page);
    if (found == seen.end())
      return fail_verdict(words_of(expected), words_of(seen),
                          fmt::format("the page at {:#x} is not mapped", page * page_bytes));
    if (found->second != permissions)
      return fail_verdict(
          words_of(expected), words_of(seen),
          fmt::format("the page at {:#x} has the rights {}", page * page_bytes, found->second));
  }
  for (const auto& [page, permissions] : seen)
    if (!expected.contains(page))
      return fail_verdict(words_of(expected), words_of(seen),
                          fmt::format("the page at {:#x} is mapped and should not be", page * page_bytes));
  return fail_verdict(words_of(expected), words_of(seen), "the mappings differ");
}

}  // namespace

Checker mapped_checker() {
  return {
      {.name = "mapped",
       .doc = "Exactly these pages are mapped when the kernel is looked into from outside.",
       .fields =
           {{.key = "look", .type = FieldType::name, .required = true, .doc = "The look, as in `looks`."},
            {.key = "pages",
             .type = FieldType::object,
             .list = true,
             .fallback = Json::array(),
             .doc = "What must be mapped in the range that was listed, and nothing else.",
             .fields =
                 {{.key = "first",
                   .type = FieldType::integer,
                   .required = true,
                   .doc = "The first address.",
                   .minimum = 0},
                  {.key = "last",
                   .type = FieldType::integer,
                   .required = true,
                   .doc = "The last address.",
                   .minimum = 0},
                  {.key = "rights", .required = true, .doc = "`rwxu` with `-` for what is not given."}}},
            premise_field(),
            {.key = "touched",
             .type = FieldType::object,
             .list = true,
             .fallback = Json::array(),
             .doc = "Of these pages some must be mapped at least, where it does not matter whether all are: "
                    "those that were accessed.",
             .fields = {{.key = "first",
                         .type = FieldType::integer,
                         .required = true,
                         .doc = "As above.",
                         .minimum = 0},
                        {.key = "last",
                         .type = FieldType::integer,
                         .required = true,
                         .doc = "As above.",
                         .minimum = 0},
                        {.key = "rights", .required = true, .doc = "As above."}}}}},
      check_mapped};
}

}  // namespace memgrade::judge
