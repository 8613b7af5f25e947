// Starts one child process: nothing of the parent but what is named here gets into it.
//
// The child leads a process group of its own, has default signal handlers and an empty signal mask, holds
// only the descriptors of the plan, and is killed when the thread that started it ends. Several threads may
// start children at once.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <filesystem>
#include <harness/base/descriptor.hpp>
#include <harness/base/result.hpp>
#include <map>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace memgrade::exec {

struct ResourceLimit {
  int resource = 0;  // RLIMIT_...
  rlim_t soft = 0, hard = 0;
};

struct LaunchPlan {
  std::vector<std::string> argv;  // argv[0] with a '/', or found in PATH of `environment`
  std::map<std::string, std::string> environment = {};
  std::filesystem::path directory = {};    // empty: the parent's
  std::vector<int> descriptors = {};       // the child's 0, 1, 2, ...
  std::vector<ResourceLimit> limits = {};  // one that is stricter already stays
};

struct Launched {
  pid_t pid = -1;    // to be waited for by the caller
  Descriptor pidfd;  // readable when the child is over
};

// An Error of kind infrastructure when the program is not found or cannot be executed. `context` may be
// running; the child has nothing to do with it when the function returns.
[[nodiscard]] Result<Launched> launch(boost::asio::io_context& context, const LaunchPlan& plan);

struct Reaped {
  int status = 0;  // as wait(2) gives it
  rusage used{};
};
// Waits for a launched child that has ended or was killed, and a moment for its group, if it was killed: the
// rest of the group is reaped by process 1.
[[nodiscard]] Result<Reaped> reap(pid_t child);

// The file that `program` names: itself when it has a '/', else the first executable in `path`; "" if none.
[[nodiscard]] std::string find_program(const std::string& program, const std::string& path);

// A pipe whose ends no other child can inherit, with numbers that no child's descriptors take.
struct Pipe {
  Descriptor reader, writer;
};
[[nodiscard]] Result<Pipe> make_pipe();
// A descriptor for reading `bytes` that nobody can write to; of no bytes: /dev/null.
[[nodiscard]] Result<Descriptor> readable(const std::string& bytes);
// The same open file under a number above those of a child's plan; closed on exec.
[[nodiscard]] Result<Descriptor> move_above_child_fds(Descriptor descriptor);

}  // namespace memgrade::exec
