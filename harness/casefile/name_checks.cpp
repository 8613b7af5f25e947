#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/casefile/name_checks.hpp>

namespace memgrade::casefile {
namespace {

constexpr std::size_t kMostShown = 12;

bool is_known(const NameUse& use, const std::vector<std::string>& known) {
  return std::ranges::any_of(known, [&](const std::string& name) {
    return use.reference.glob ? glob_matches(use.name, name) : use.name == name;
  });
}

std::string what_there_is(const std::string& name, const std::vector<std::string>& known) {
  if (known.empty()) return "; there is none";
  const std::string near = name.size() > 100 ? "" : did_you_mean(name, known);
  return near.empty() && known.size() <= kMostShown ? "; there is " + join(known, ", ") : near;
}

std::string unknown_name(const NameUse& use, const std::string& owner,
                         const std::vector<std::string>& known) {
  const std::string& kind = use.reference.kind;
  const std::string what = use.reference.glob ? fmt::format("{} that matches", kind) : kind;
  const std::string wrong = owner.empty()
                                ? fmt::format("no {} {}", what, shown(use.name))
                                : fmt::format("{} has no {} {}", shown(owner), what, shown(use.name));
  return wrong + what_there_is(use.name, known);
}

}  // namespace

// The text at the owner's key beside the value, or in the nearest mapping above that has it.
std::string owner_of(const Checked& checked, const NameUse& use) {
  std::string pointer = use.pointer;
  while (!pointer.empty()) {
    pointer.resize(pointer.rfind('/'));
    const Json::json_pointer above(pointer);
    if (!checked.value.contains(above)) continue;
    const Json& holder = checked.value[above];
    if (!holder.is_object()) continue;
    const auto owner = holder.find(use.reference.owner);
    if (owner != holder.end()) return owner->is_string() ? owner->get<std::string>() : std::string();
  }
  return {};
}

void add_columns(NameTable& known, const std::vector<std::string>& facts) {
  for (const std::string& fact : facts) {
    const std::size_t dot = fact.rfind('.');
    if (dot == std::string::npos || fact.substr(dot) == ".rows") continue;
    known["column of " + fact.substr(0, dot)].push_back(fact.substr(dot + 1));
  }
}

void check_name_uses(Checked& checked, const NameTable& known) {
  for (const NameUse& use : checked.names) {
    const Reference& reference = use.reference;
    const std::string owner = reference.owner.empty() ? "" : owner_of(checked, use);
    if (use.name.empty() || (owner.empty() && !reference.owner.empty())) continue;
    const auto listed = known.find(owner.empty() ? reference.kind : reference.kind + " of " + owner);
    if (listed == known.end() || is_known(use, listed->second)) continue;
    std::string message = unknown_name(use, owner, listed->second);
    if (use.is_key)
      checked.diagnose_key(use.pointer, std::move(message));
    else
      checked.diagnose(use.pointer, std::move(message));
  }
}

}  // namespace memgrade::casefile
