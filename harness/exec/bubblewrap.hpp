// The command lines of bwrap and memgrade-confine.
#pragma once

#include <harness/exec/sandbox.hpp>
#include <harness/exec/supervise.hpp>

namespace memgrade::exec {

struct Tools {
  std::string bwrap, confine;  // paths
  uid_t user = 0;              // to become inside, when we are root; 0: we are an ordinary user
};

// The job of running `confined` in namespaces, with no more than `environment`.
[[nodiscard]] Result<Job> bubblewrap_job(const Tools& tools, const Confined& confined, const Limits& limits,
                                         const std::map<std::string, std::string>& environment);

// The job of a runner of a batch. `confined` has no command; its directory is where the folder of each run is
// mounted.
[[nodiscard]] Result<Job> batch_job(const Tools& tools, const Confined& confined);
// What such a runner is asked, for a run in `folder`, a name below CONFINE_FOLDERS. `user` is the runner's.
[[nodiscard]] std::vector<std::string> batch_request(const Confined& confined, const Limits& limits,
                                                     uid_t user, const std::string& folder,
                                                     const std::map<std::string, std::string>& environment);

// The limits as options of memgrade-confine, with the user to become (0: none) and, where the tasks of the
// command's user are its tasks alone, a limit of their number.
[[nodiscard]] std::vector<std::string> confine_limits(const Confined& confined, const Limits& limits,
                                                      uid_t user, bool own_namespace = false);

}  // namespace memgrade::exec
