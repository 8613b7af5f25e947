// The words for endings: one table, read in both directions.
#include <algorithm>
#include <array>
#include <harness/base/termination.hpp>
#include <utility>

namespace memgrade {
namespace {

constexpr std::array<std::pair<Ending, std::string_view>, 15> words{{
    {Ending::exited, "exited"},
    {Ending::signaled, "signaled"},
    {Ending::wall_timeout, "wall_timeout"},
    {Ending::cpu_timeout, "cpu_timeout"},
    {Ending::quiet_timeout, "quiet_timeout"},
    {Ending::memory_limit, "memory_limit"},
    {Ending::output_limit, "output_limit"},
    {Ending::disk_limit, "disk_limit"},
    {Ending::process_limit, "process_limit"},
    {Ending::panic, "panic"},
    {Ending::reset, "reset"},
    {Ending::oops, "oops"},
    {Ending::hang, "hang"},
    {Ending::no_evidence, "no_evidence"},
    {Ending::not_started, "not_started"},
}};

}  // namespace

std::string_view to_string(Ending ending) {
  const auto* found = std::ranges::find(words, ending, &decltype(words)::value_type::first);
  return found == words.end() ? std::string_view("unknown") : found->second;
}

std::optional<Ending> ending_from(std::string_view word) {
  const auto* found = std::ranges::find(words, word, &decltype(words)::value_type::second);
  if (found == words.end()) return std::nullopt;
  return found->first;
}

bool is_timeout(Ending ending) {
  return ending == Ending::wall_timeout || ending == Ending::cpu_timeout || ending == Ending::quiet_timeout ||
         ending == Ending::hang;
}

bool is_crash(Ending ending) {
  return ending == Ending::signaled || ending == Ending::memory_limit || ending == Ending::output_limit ||
         ending == Ending::disk_limit || ending == Ending::process_limit || ending == Ending::panic ||
         ending == Ending::reset || ending == Ending::oops || ending == Ending::no_evidence;
}

}  // namespace memgrade
