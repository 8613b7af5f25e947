// What the page tables map at a look from outside (DriverSequences::probes), against a list of what must be
// mapped: no page more, no page less, with these permissions.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/page.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/rv64/probe.hpp>
#include <harness/judge/text/premise.hpp>
#include <map>

namespace memgrade::judge {
namespace {

constexpr std::uint64_t kMostMappedPages = 65'536;

// Page number -> permissions.
using Pages = std::map<std::uint64_t, std::string>;

void add_pages(Pages& pages, std::uint64_t first, std::uint64_t last, const std::string& permissions) {
  for (std::uint64_t page = first / page_bytes; page <= last / page_bytes && pages.size() < kMostMappedPages;
       ++page)
    pages[page] = permissions;
}

// Of the case.
Pages wanted_pages(const Json& ranges) {
  Pages pages;
  if (!ranges.is_array()) return pages;
  for (const Json& range : ranges) {
    const auto first = number(param(range, "first")), last = number(param(range, "last"));
    if (!first || !last || *first < 0 || *last < *first) continue;
    add_pages(pages, static_cast<std::uint64_t>(*first), static_cast<std::uint64_t>(*last),
              text_param(range, "rights"));
  }
  return pages;
}

Pages pages_of(const std::vector<PageMapping>& mappings) {
  Pages pages;
  for (const PageMapping& mapping : mappings)
    if (mapping.last >= mapping.first) add_pages(pages, mapping.first, mapping.last, mapping.permissions);
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
  const Pages expected = wanted_pages(param(params, "pages"));
  const PageTableProbe* const probe = find_probe(observed, text_param(params, "look"));
  if (probe == nullptr) return not_probed(words_of(expected));
  if (auto unmet = unmet_premise(params, observed)) return *unmet;
  if (!probe->reached) return not_reached(*probe, words_of(expected));
  const Pages seen = pages_of(probe->mappings);
  if (const auto& refused = probe->refused; !refused.empty())
    return fail_verdict(words_of(expected), words_of(seen),
                        fmt::format("the PTE of {:#x} is one that the machine refuses ({})",
                                    refused.front().first, refused.front().permissions));
  if (seen == expected) return pass_verdict(words_of(expected), words_of(seen));
  const Pages touched = wanted_pages(param(params, "touched"));
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
          fmt::format("the page at {:#x} has the permissions {}", page * page_bytes, found->second));
  }
  for (const auto& [page, permissions] : seen)
    if (!expected.contains(page))
      return fail_verdict(words_of(expected), words_of(seen),
                          fmt::format("the page at {:#x} is mapped and should not be", page * page_bytes));
  return fail_verdict(words_of(expected), words_of(seen), "the mappings differ");
}

// "rwxu", each letter or a '-' in its place: anything else is what no page can have.
bool are_permissions(std::string_view text) {
  constexpr std::string_view all = "rwxu";
  if (text.size() != all.size()) return false;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (text[i] != all[i] && text[i] != '-') return false;
  return true;
}

std::vector<SettingDiagnostic> inspect_permissions(const Json& params) {
  std::vector<SettingDiagnostic> diagnostics;
  for (const char* key : {"pages", "touched"}) {
    const Json& ranges = param(params, key);
    for (std::size_t i = 0; i < ranges.size(); ++i)
      if (const std::string rights = text_param(ranges[i], "rights"); !are_permissions(rights))
        diagnostics.push_back({fmt::format("/{}/{}/rights", key, i),
                               fmt::format("'{}' are no permissions; they are `rwxu` with `-` for what is "
                                           "not given",
                                           rights)});
  }
  return diagnostics;
}

}  // namespace

Checker mapped_checker() {
  return {
      {.name = "mapped",
       .doc = "Exactly these pages are mapped when the kernel is looked into from outside.",
       .fields =
           {probe_field("The look, as in `looks`."),
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
                        {.key = "rights", .required = true, .doc = "As above."}}}},
       .inspect = inspect_permissions},
      check_mapped};
}

}  // namespace memgrade::judge
