// Confines a command of a student: bubblewrap's namespaces plus limits.
//
// Inside: no network, a read-only system (only /usr, /bin, /lib*, /etc's few harmless files), private /tmp,
// /proc and /dev, nothing of the home directory or of other students, only the named directories, a user id
// without rights. When the command is over, everything that it started is gone, because its PID namespace is.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/exec/process.hpp>
#include <map>
#include <string>
#include <vector>

namespace memgrade::exec {

// When we are root, writable directories belong to the command's user for the time of the run, and what
// stands in a read-only one must be readable by anybody (the directory itself need not be). A writable
// directory serves one run at a time. In the end all that is in it is ours again, readable, and without
// set-id bits.
struct Mount {
  std::filesystem::path host;
  std::filesystem::path inside;
  bool writable = false;
  bool device = false;  // a device of the host, under its own name; the rights to it stay as they are
};

struct Confined {
  std::vector<std::string> argv;
  std::filesystem::path directory = {};  // inside
  std::vector<Mount> mounts = {};
  std::map<std::string, std::string> environment = {};  // beside PATH, HOME, LANG, TMPDIR, which are set
  std::string input = {};
  Meter* meter = nullptr;           // outlives the run
  bool address_space_limit = true;  // RLIMIT_AS too; off for programs built with AddressSanitizer
};

class Sandbox {
 public:
  // Runs something harmless in it to see that it works. The error says why not and what to do about it
  // (install bubblewrap, allow user namespaces, or --no-sandbox).
  [[nodiscard]] static Result<Sandbox> probe();
  // Without confinement; limits, process group and private environment stay. For --no-sandbox alone.
  [[nodiscard]] static Sandbox none();

  [[nodiscard]] Result<Outcome> run(const Confined& confined, const Limits& limits,
                                    std::stop_token stop = {}) const;
  [[nodiscard]] bool confines() const { return confines_; }
  // One line for the report: "bubblewrap 0.8.0, no network, user 61184" or "none (--no-sandbox)".
  [[nodiscard]] const std::string& description() const { return description_; }

 private:
  friend class Batches;  // opens sandboxes for many commands with the same tools
  [[nodiscard]] Result<Outcome> run_confined(const Confined& confined, const Limits& limits,
                                             std::stop_token stop) const;
  [[nodiscard]] Result<Outcome> run_bare(const Confined& confined, const Limits& limits,
                                         std::stop_token stop) const;

  bool confines_ = false;
  std::string description_;
  std::string program_;  // bwrap
  std::string confine_;  // memgrade-confine
};

}  // namespace memgrade::exec
