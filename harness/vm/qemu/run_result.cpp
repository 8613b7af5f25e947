// The words for endings: one table, read in both directions.
#include <algorithm>
#include <array>
#include <harness/vm/qemu/run_result.hpp>
#include <utility>

namespace memgrade::vm {
namespace {

constexpr std::array<std::pair<GuestTermination, std::string_view>, 10> words{{
    {GuestTermination::shutdown, "shutdown"},
    {GuestTermination::reset, "reset"},
    {GuestTermination::stopped, "stopped"},
    {GuestTermination::probed, "probed"},
    {GuestTermination::silence, "silence"},
    {GuestTermination::wall_timeout, "wall_timeout"},
    {GuestTermination::cpu_timeout, "cpu_timeout"},
    {GuestTermination::output_limit, "output_limit"},
    {GuestTermination::aborted, "aborted"},
    {GuestTermination::not_loaded, "not_loaded"},
}};

}  // namespace

std::string_view to_string(GuestTermination termination) {
  const auto* found = std::ranges::find(words, termination, &decltype(words)::value_type::first);
  return found == words.end() ? std::string_view("unknown") : found->second;
}

std::optional<GuestTermination> guest_termination_from(std::string_view word) {
  const auto* found = std::ranges::find(words, word, &decltype(words)::value_type::second);
  if (found == words.end()) return std::nullopt;
  return found->first;
}

bool is_timeout(GuestTermination termination) {
  return termination == GuestTermination::silence || termination == GuestTermination::wall_timeout ||
         termination == GuestTermination::cpu_timeout;
}

}  // namespace memgrade::vm
