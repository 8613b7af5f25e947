// The directories that a command may write to: what they hold, and whose they are.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/exec/process.hpp>
#include <string>
#include <vector>

namespace memgrade::exec {

struct DiskUse {
  std::uint64_t bytes = 0;  // as allocated, so that a hole costs nothing
  std::uint64_t files = 0;  // of all kinds, directories too
  bool too_deep = false;    // nested so deeply that not all could be counted
};
[[nodiscard]] DiskUse disk_use(const std::vector<std::filesystem::path>& directories);
// The limit that the directories are over, for a person ("64 MiB on disk"), or "". `more_bytes` are added.
[[nodiscard]] std::string disk_excess(const std::vector<std::filesystem::path>& directories,
                                      const Limits& limits, std::uint64_t more_bytes = 0);

// Hands directories to another user for as long as the object lives, and takes them back: afterwards all that
// is below belongs to the owner of the directory again, who can read the files and enter the directories,
// also those whose rights were removed. No link is followed.
class Lending {
 public:
  // `user` 0: the owner stays, and only the rights are mended. An Error of kind sandbox when a directory is a
  // link or cannot be handed over.
  [[nodiscard]] static Result<Lending> lend(std::vector<std::filesystem::path> directories, uid_t user);
  Lending(Lending&& other) noexcept = default;
  Lending& operator=(Lending&&) = delete;
  Lending(const Lending&) = delete;
  Lending& operator=(const Lending&) = delete;
  ~Lending() { take_back(); }
  void take_back();

 private:
  struct Loan {
    std::filesystem::path path;
    uid_t user;
    gid_t group;
  };
  Lending(std::vector<Loan> loans, bool owned) : loans_(std::move(loans)), owned_(owned) {}
  std::vector<Loan> loans_;
  bool owned_;  // the owner was changed
};

}  // namespace memgrade::exec
