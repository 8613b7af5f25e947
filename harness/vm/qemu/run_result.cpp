// The words for endings: one table, read in both directions.
#include <algorithm>
#include <array>
#include <harness/vm/qemu/run_result.hpp>
#include <utility>

namespace memgrade::vm {
namespace {

constexpr std::array<std::pair<GuestEnding, std::string_view>, 9> words{{
    {GuestEnding::shutdown, "shutdown"},
    {GuestEnding::reset, "reset"},
    {GuestEnding::stopped, "stopped"},
    {GuestEnding::probed, "probed"},
    {GuestEnding::silence, "silence"},
    {GuestEnding::wall_timeout, "wall_timeout"},
    {GuestEnding::cpu_timeout, "cpu_timeout"},
    {GuestEnding::output_limit, "output_limit"},
    {GuestEnding::not_loaded, "not_loaded"},
}};

}  // namespace

std::string_view to_string(GuestEnding ending) {
  const auto* found = std::ranges::find(words, ending, &decltype(words)::value_type::first);
  return found == words.end() ? std::string_view("unknown") : found->second;
}

std::optional<GuestEnding> guest_ending_from(std::string_view word) {
  const auto* found = std::ranges::find(words, word, &decltype(words)::value_type::second);
  if (found == words.end()) return std::nullopt;
  return found->first;
}

bool is_timeout(GuestEnding ending) {
  return ending == GuestEnding::silence || ending == GuestEnding::wall_timeout ||
         ending == GuestEnding::cpu_timeout;
}

}  // namespace memgrade::vm
