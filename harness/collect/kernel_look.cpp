#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/collect/kernel_look.hpp>
#include <harness/oracle/elf.hpp>
#include <harness/oracle/sv39.hpp>
#include <set>

namespace memgrade::collect {
namespace {

constexpr std::uint64_t kMostImageBytes = 64U << 20;

std::string rights_of(std::uint64_t flags) {
  using namespace oracle::sv39;
  std::string text;
  for (const auto& [bit, letter] : {std::pair(pte_r, 'r'), {pte_w, 'w'}, {pte_x, 'x'}, {pte_u, 'u'}})
    text += flags & bit ? letter : '-';
  return text;
}

Json seen(const vm::Snapshot& snapshot) {
  Json mappings = Json::array();
  for (const auto& listing : snapshot.mappings)
    for (const auto& mapping : listing.mappings)
      mappings.push_back(
          {{"first", mapping.address}, {"last", mapping.end() - 1}, {"rights", rights_of(mapping.flags)}});
  return {{"reached", true}, {"why", ""}, {"mappings", std::move(mappings)}};
}

Json not_reached(std::string why) {
  return {{"reached", false}, {"why", std::move(why)}, {"mappings", Json::array()}};
}

// The points of one image's looks; those whose function does not exist are answered at once.
Result<vm::ProbePlan> plan_of(const KernelMachine& machine, const std::string& image, const Json& looks,
                              Json& answers) {
  vm::ProbePlan plan;
  const auto bytes = read_untrusted(machine.path(image), kMostImageBytes);
  if (!bytes) return std::unexpected(bytes.error());
  const auto elf = oracle::parse_elf(bytes->bytes);
  for (const Json& look : looks) {
    if (look.value("image", "") != image) continue;
    const std::string name = look.value("look", ""), at = look.value("at", "");
    const oracle::ElfSymbol* symbol = elf ? elf->find(at) : nullptr;
    if (!symbol) {
      answers[name] = not_reached(elf ? fmt::format("the image has no symbol {}", at) : elf.error());
      continue;
    }
    vm::ProbePoint point;
    point.name = name;
    point.address = symbol->value;
    point.hit = look.value("hit", 1U);
    point.look.mappings = {{look.value("first", std::uint64_t{0}), look.value("last", std::uint64_t{0})}};
    plan.points.push_back(std::move(point));
  }
  return plan;
}

}  // namespace

Result<Json> take_looks(const KernelMachine& machine, const Json& looks) {
  Json answers = Json::object();
  std::set<std::string> images;
  for (const Json& look : looks) {
    answers[look.value("look", "")] = not_reached("the kernel did not get there");
    images.insert(look.value("image", ""));
  }
  for (const std::string& image : images) {
    if (!machine.has(image)) continue;
    const auto plan = plan_of(machine, image, looks, answers);
    if (!plan) return std::unexpected(plan.error());
    if (plan->points.empty()) continue;
    const auto probed = machine.probe(image, *plan);
    if (!probed) return std::unexpected(probed.error());
    for (const vm::Snapshot& snapshot : probed->snapshots) answers[snapshot.name] = seen(snapshot);
  }
  return answers;
}

}  // namespace memgrade::collect
