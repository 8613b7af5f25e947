// What a process and its descendants use, read from /proc; and an end to all of them.
//
// A sample is not atomic: a process that came or went meanwhile may be missing. A descendant whose parent
// died is no longer found below the root, unless the root adopts orphans (process 1 of a namespace, a
// subreaper); `kill_all` therefore remembers those it saw.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>

namespace memgrade::exec {

struct TreeSample {
  double cpu_s = 0;             // user and system, with those already waited for
  std::uint64_t rss_bytes = 0;  // the sum; memory that several processes share counts for each
  std::uint64_t tasks = 0;      // processes and threads alive
  std::uint64_t processes = 0;
};

class ProcessTree {
 public:
  // Without the root itself when it is a helper of ours.
  ProcessTree(pid_t root, bool count_root) : root_(root), count_root_(count_root) {}
  [[nodiscard]] TreeSample sample();
  // Resident bytes of the processes of the last sample, shared memory divided among those that share it
  // (PSS). Costs a walk over their page tables.
  [[nodiscard]] std::uint64_t proportional_bytes() const;
  // Bytes in files that they hold open but that have no name any more: no walk of a directory finds these.
  [[nodiscard]] std::uint64_t unlinked_bytes() const;
  // SIGKILL to every process seen so far that is still the same, except the root.
  void kill_all() const;

 private:
  void visit(pid_t pid, int depth, TreeSample& sum);
  pid_t root_;
  bool count_root_;
  std::map<pid_t, std::uint64_t> seen_;  // and when each was started, in clock ticks since boot
  std::map<pid_t, std::uint64_t> last_;  // those of the last sample
};

}  // namespace memgrade::exec
