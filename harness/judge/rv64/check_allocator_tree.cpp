// The allocator's tree as a look read it out of the kernel's memory (AllocatorReading):
// its nodes must not contradict each other, and what the page tables map must lie in blocks that it has given
// out. A kernel that keeps no such tree is not looked at.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/page.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/rv64/probe.hpp>

namespace memgrade::judge {
namespace {

constexpr std::uint64_t kMostPages = 65'536;

bool is_given(const AllocatorReading& tree, std::uint64_t page) {
  return std::ranges::any_of(tree.given,
                             [&](const auto& block) { return page >= block.first && page <= block.second; });
}

// What is mapped though the allocator has not given it out; "" when there is nothing.
std::string wrong_frame(const PageTableProbe& probe, const AllocatorReading& tree) {
  for (const PageMapping& mapping : probe.mappings) {
    const std::uint64_t pages = (mapping.last - mapping.first) / page_bytes + 1;
    for (std::uint64_t i = 0; i < pages && i < kMostPages; ++i) {
      const std::uint64_t at = mapping.frame + i * page_bytes;
      if (at >= tree.base && is_given(tree, (at - tree.base) / page_bytes)) continue;
      return fmt::format("the page at {:#x} is mapped to {:#x}, which the allocator has not given out",
                         mapping.first + i * page_bytes, at);
    }
  }
  return {};
}

std::uint64_t largest_block(const Json& params) {
  const auto pages = number(param(params, "largest"));
  return pages && *pages > 0 ? static_cast<std::uint64_t>(*pages) : 0;
}

// A block that is larger than any that was asked for; "" when there is none.
std::string too_large(const AllocatorReading& tree, std::uint64_t largest) {
  if (largest == 0) return {};
  for (const auto& [first, last] : tree.given)
    if (last - first >= largest)
      return fmt::format("pages {}-{} are one block in use, of {} pages; nobody asked for more than {}",
                         first, last, last - first + 1, largest);
  return {};
}

std::string drawn(const AllocatorReading& tree) {
  std::string text;
  for (const std::string& diagnostic : tree.diagnostics) text += diagnostic + "\n";
  return text + tree.picture;
}

Verdict check_allocator_tree(const Json& params, const Observed& observed) {
  const std::string expected = "nodes that agree, and what is mapped is given out";
  const PageTableProbe* const probe = find_probe(observed, text_param(params, "look"));
  if (probe == nullptr) return not_probed(expected);
  if (!probe->reached) return not_reached(*probe, expected);
  if (!probe->allocator) return fail_verdict(expected, "nothing known", "the allocator was not looked at");
  const AllocatorReading& tree = *probe->allocator;
  if (!tree.inconclusive.empty()) return inconclusive_verdict(expected, tree.inconclusive);
  const std::string frame = wrong_frame(*probe, tree);
  Verdict verdict = pass_verdict(expected, fmt::format("{} pages free", tree.free_pages));
  if (!tree.diagnostics.empty())
    verdict =
        fail_verdict(expected, counted(tree.diagnostics.size(), "contradiction"), tree.diagnostics.front());
  else if (!frame.empty())
    verdict = fail_verdict(expected, "a page that no allocator owns", frame);
  else if (const std::string block = too_large(tree, largest_block(params)); !block.empty())
    verdict = fail_verdict(expected, "a block in use that nobody asked for", block);
  verdict.detail = drawn(tree);
  return verdict;
}

}  // namespace

Checker allocator_tree_checker() {
  return {
      {.name = "allocator_tree",
       .doc = "The allocator's tree, read from outside, does not contradict itself, and all that is mapped "
              "lies in blocks that it has given out. Without such a tree there is nothing to see "
              "(`if_unseen`).",
       .fields = {probe_field("The look, as in `looks`, with `allocator`."),
                  {.key = "largest",
                   .type = FieldType::integer,
                   .fallback = 0,
                   .unit = "pages",
                   .doc = "A block in use that is larger was asked for by nobody; 0: any may be.",
                   .minimum = 0}}},
      check_allocator_tree};
}

}  // namespace memgrade::judge
