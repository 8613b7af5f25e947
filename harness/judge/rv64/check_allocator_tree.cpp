// The allocator's tree as a look read it out of the kernel's memory (Evidence::search, "looks", "allocator"):
// its nodes must not contradict each other, and what the page tables map must lie in blocks that it has given
// out. A kernel that keeps no such tree is not looked at.
#include <fmt/format.h>

#include <harness/base/page.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

constexpr std::uint64_t kMostPages = 65'536;

std::uint64_t address(const Json& object, std::string_view key) {
  const auto value = number(param(object, key));
  return value && *value >= 0 ? static_cast<std::uint64_t>(*value) : 0;
}

bool is_given(const Json& given, std::uint64_t page) {
  if (!given.is_array()) return false;
  for (const Json& block : given) {
    if (!block.is_array() || block.size() != 2) continue;
    const auto first = number(block[0]), last = number(block[1]);
    if (first && last && page >= *first && page <= *last) return true;
  }
  return false;
}

// What is mapped though the allocator has not given it out; "" when there is nothing.
std::string wrong_frame(const Json& look, const Json& tree) {
  const Json& mappings = param(look, "mappings");
  const std::uint64_t base = address(tree, "base");
  if (!mappings.is_array()) return {};
  for (const Json& mapping : mappings) {
    const std::uint64_t first = address(mapping, "first"), frame = address(mapping, "frame");
    const std::uint64_t pages = (address(mapping, "last") - first) / page_bytes + 1;
    for (std::uint64_t i = 0; i < pages && i < kMostPages; ++i) {
      const std::uint64_t at = frame + i * page_bytes;
      if (at >= base && is_given(param(tree, "given"), (at - base) / page_bytes)) continue;
      return fmt::format("the page at {:#x} is mapped to {:#x}, which the allocator has not given out",
                         first + i * page_bytes, at);
    }
  }
  return {};
}

// A block that is larger than any that was asked for; "" when there is none.
std::string too_large(const Json& given, std::uint64_t largest) {
  if (!given.is_array() || largest == 0) return {};
  for (const Json& block : given) {
    if (!block.is_array() || block.size() != 2) continue;
    const auto first = number(block[0]), last = number(block[1]);
    if (!first || !last || *last - *first < static_cast<long double>(largest)) continue;
    return fmt::format("pages {}-{} are one block in use, of {} pages; nobody asked for more than {}",
                       show(*first), show(*last), show(*last - *first + 1), largest);
  }
  return {};
}

std::string drawn(const Json& tree) {
  std::string text;
  for (const std::string& diagnostic : texts_param(tree, "complaints")) text += printable(diagnostic) + "\n";
  return text + printable(text_param(tree, "picture"));
}

Verdict check_allocator_tree(const Json& params, const Observed& observed) {
  const std::string expected = "nodes that agree, and what is mapped is given out";
  const Json& look = param(param(observed.evidence.search, "looks"), text_param(params, "look"));
  if (observed.evidence.unobserved || !look.is_object())
    return fail_verdict(expected, "nothing known", "the kernel could not be looked into");
  if (param(look, "reached") != true)
    return fail_verdict(expected, "not reached", printable(text_param(look, "why")));
  const Json& tree = param(look, "allocator");
  if (const std::string why = printable(text_param(tree, "unseen")); !why.empty())
    return inconclusive_verdict(expected, why);
  const auto free = number(param(tree, "free_pages"));
  if (!free) return fail_verdict(expected, "nothing known", "the allocator was not looked at");
  const std::vector<std::string> diagnostics = texts_param(tree, "complaints");
  const std::string frame = wrong_frame(look, tree);
  Verdict verdict = pass_verdict(expected, show(*free) + " pages free");
  if (!diagnostics.empty())
    verdict =
        fail_verdict(expected, counted(diagnostics.size(), "contradiction"), printable(diagnostics.front()));
  else if (!frame.empty())
    verdict = fail_verdict(expected, "a page that no allocator owns", frame);
  else if (const std::string block = too_large(param(tree, "given"), address(params, "largest"));
           !block.empty())
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
       .fields = {{.key = "look",
                   .type = FieldType::name,
                   .required = true,
                   .doc = "The look, as in `looks`, with `allocator`."},
                  {.key = "largest",
                   .type = FieldType::integer,
                   .fallback = 0,
                   .unit = "pages",
                   .doc = "A block in use that is larger was asked for by nobody; 0: any may be.",
                   .minimum = 0}}},
      check_allocator_tree};
}

}  // namespace memgrade::judge
