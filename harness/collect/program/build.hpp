// Builds a submission: a private copy, the ways of the case in their order, and what came out.
//
// The copy holds no link, no data file of ours and nothing that was compiled elsewhere: what is graded was
// built here, from source, in the sandbox.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/exec/batches.hpp>
#include <harness/model/evidence.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace memgrade::collect {

struct Built {
  BuildRecord record;
  std::filesystem::path directory;      // on the host
  std::vector<std::string> programs;    // relative to it, sorted
  std::vector<std::string> left_out;    // "vm: compiled elsewhere", relative paths with the reason
  std::shared_ptr<exec::Batches> runs;  // of these programs
};

// Where a submission's files stand inside the sandbox.
inline constexpr const char* kBuildInside = "/submission";
// The directory that a program starts in.
inline constexpr const char* kHomeInside = "/home/student";

// `extra_flags` are added to every call of a compiler, whatever the Makefile says.
[[nodiscard]] Result<Built> build_program(const Lab& lab, const LabSubmission& submission,
                                          const Context& context, const std::vector<std::string>& extra_flags,
                                          const std::string& name);

}  // namespace memgrade::collect
