// A control decides whose fault a failed build is: the same is done once more with work that is known to be
// good, in the same place and with the same limits. Where that fails, too, the host is to blame, and nobody
// loses a point; where it goes well, the student's work is built once more, unless a compiler named an error
// in a line of his own files, and what comes of that counts.
//
// Nothing of this happens when a build goes well.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <harness/base/result.hpp>
#include <harness/model/evidence.hpp>
#include <mutex>
#include <optional>
#include <string>

namespace memgrade::collect {

// With less room than this for its temporary files nothing that fails is held against anybody.
inline constexpr std::uint64_t kLeastRoomBytes = 64U << 20, kLeastRoomFiles = 1000;
// "3 MB are free in /tmp, where 64 MB are needed; …"; "" when there is room.
[[nodiscard]] std::string lack_of_room(const std::filesystem::path& directory);

// Known-good work, and what became of it; thread-safe. One answer serves failures within a minute: what is
// short now need not have been short ten minutes ago.
class KnownGood {
 public:
  // Does it, and tells what failed; "" when it went well.
  using Attempt = std::function<Result<std::string>()>;
  explicit KnownGood(Attempt attempt) : attempt_(std::move(attempt)) {}

  // An Error of kind infrastructure when the host fails even this. `scratch` must have room.
  [[nodiscard]] Status check(const std::filesystem::path& scratch);

 private:
  Attempt attempt_;
  std::mutex mutex_;
  std::optional<std::chrono::steady_clock::time_point> good_at_;
};

// What an attempt says of a build: "" when it went well, else the first line of its complaint.
[[nodiscard]] std::string trouble_of(const BuildRecord& record);
// A compiler named an error in a line of a file of the submission.
[[nodiscard]] bool names_an_error(const BuildRecord& record);
// What a report says of the control that was run.
[[nodiscard]] std::string note_on_control(const BuildRecord& first, const BuildRecord& counted, bool again);

// `build` gives a value with `record` and `notes`; it is called again when that may help.
template <typename Build>
auto build_with_control(const Build& build, KnownGood& known_good, const std::filesystem::path& scratch)
    -> decltype(build()) {
  auto first = build();
  if (!first || first->record.succeeded || first->record.steps.empty()) return first;
  if (Status host = known_good.check(scratch); !host) return std::unexpected(host.error());
  if (names_an_error(first->record)) {
    first->notes.push_back(note_on_control(first->record, first->record, false));
    return first;
  }
  auto second = build();
  if (second) second->notes.push_back(note_on_control(first->record, second->record, true));
  return second;
}

}  // namespace memgrade::collect
