// The directory that holds what is costly to get and can be got again: kernels and saved guests.
//
// Several graders of one user share it at the same time. Whatever is put there is made beside its final name
// and renamed, so that a name that stands there stands for something whole; who makes something holds a lock
// (`lock`), so that it is made once. Removing the directory costs time and nothing else.
#pragma once

#include <filesystem>
#include <functional>
#include <harness/base/files.hpp>
#include <harness/base/result.hpp>
#include <stop_token>
#include <string>

namespace memgrade::vm {

// What a person is told while something takes long: one short line without a line end, a few times a second
// at most. May be empty.
using Progress = std::function<void(const std::string& line)>;

// $MEMGRADE_CACHE, else $XDG_CACHE_HOME/memgrade, else ~/.cache/memgrade; made when missing. An absolute
// path. An Error of kind infrastructure says what to do when it cannot be made or written.
[[nodiscard]] Result<fs::path> cache_directory();

// The lock `name` of the directory `folder` (a file `.name.lock` in it, made when missing). Waits without an
// end while another grader has it, says so through `progress` with `doing` ("fetches Linux 6.1"), and comes
// back with an Error of kind interrupted on `stop`.
[[nodiscard]] Result<FileLock> lock(const fs::path& folder, const std::string& name, const std::string& doing,
                                    const Progress& progress, std::stop_token stop);

// Bytes that are free to this user where `folder` stands; the largest number when that is not known.
[[nodiscard]] std::uint64_t free_bytes(const fs::path& folder);

}  // namespace memgrade::vm
