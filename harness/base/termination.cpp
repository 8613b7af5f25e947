// The words for endings: one table, read in both directions.
#include <algorithm>
#include <array>
#include <harness/base/termination.hpp>
#include <utility>

namespace memgrade {
namespace {

constexpr std::array<std::pair<Termination, std::string_view>, 15> words{{
    {Termination::exited, "exited"},
    {Termination::signaled, "signaled"},
    {Termination::wall_timeout, "wall_timeout"},
    {Termination::cpu_timeout, "cpu_timeout"},
    {Termination::quiet_timeout, "quiet_timeout"},
    {Termination::memory_limit, "memory_limit"},
    {Termination::output_limit, "output_limit"},
    {Termination::disk_limit, "disk_limit"},
    {Termination::process_limit, "process_limit"},
    {Termination::panic, "panic"},
    {Termination::reset, "reset"},
    {Termination::oops, "oops"},
    {Termination::hang, "hang"},
    {Termination::no_evidence, "no_evidence"},
    {Termination::not_started, "not_started"},
}};

}  // namespace

std::string_view to_string(Termination termination) {
  const auto* found = std::ranges::find(words, termination, &decltype(words)::value_type::first);
  return found == words.end() ? std::string_view("unknown") : found->second;
}

std::optional<Termination> termination_from(std::string_view word) {
  const auto* found = std::ranges::find(words, word, &decltype(words)::value_type::second);
  if (found == words.end()) return std::nullopt;
  return found->first;
}

bool is_timeout(Termination termination) {
  return termination == Termination::wall_timeout || termination == Termination::cpu_timeout ||
         termination == Termination::quiet_timeout || termination == Termination::hang;
}

bool is_crash(Termination termination) {
  return termination == Termination::signaled || termination == Termination::memory_limit ||
         termination == Termination::output_limit || termination == Termination::disk_limit ||
         termination == Termination::process_limit || termination == Termination::panic ||
         termination == Termination::reset || termination == Termination::oops ||
         termination == Termination::no_evidence;
}

}  // namespace memgrade
