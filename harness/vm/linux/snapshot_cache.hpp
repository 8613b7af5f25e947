// The saved guests that are in the cache, for a person: what they are, how large, how old; and removing them.
#pragma once

#include <cstdint>
#include <harness/base/json.hpp>
#include <harness/vm/cache.hpp>
#include <string>
#include <vector>

namespace memgrade::vm {

struct CachedSnapshot {
  std::string key;
  Json origin;  // what it depends on: harness/vm/linux/snapshot.hpp; null of one that is not whole
  std::uint64_t bytes = 0;  // on disk
  double made_s = 0;        // ago
  double used_s = 0;        // ago
};

// The one that was used last first. A cache that cannot be read has none.
[[nodiscard]] std::vector<CachedSnapshot> cached_snapshots(const fs::path& cache);

// Removes all of them, and what graders that were killed left behind; waits for one who is booting. How many
// there were.
[[nodiscard]] Result<std::size_t> remove_guests(const fs::path& cache, const Progress& progress,
                                                std::stop_token stop);

// Removes those that nobody has used for so long, unless somebody is at them: each change of a kernel, of
// QEMU or of a library leaves one behind.
void remove_unused_guests(const fs::path& cache, double unused_s);

}  // namespace memgrade::vm
