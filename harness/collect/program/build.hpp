// Builds a submission: a private copy, the recipes of the case in their order (or the commands that somebody
// wrote down), and what came out. Programs are made of one folder's files alone.
//
// The copy holds no link, no data file of ours and nothing that was compiled elsewhere: what is graded was
// built here, from source, in the sandbox.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/program/settings.hpp>
#include <harness/exec/batches.hpp>
#include <harness/model/evidence.hpp>
#include <memory>
#include <string>
#include <vector>

namespace memgrade::collect {

struct Built {
  BuildRecord record;
  std::filesystem::path directory;      // on the host
  std::vector<std::string> programs;    // relative to it, sorted
  std::vector<std::string> left_out;    // "vm: compiled elsewhere", relative paths with the reason
  std::vector<std::string> notes;       // who said how it is built, and what of that was of no use
  std::shared_ptr<exec::Batches> runs;  // of these programs
};

struct BuildOrder {
  std::filesystem::path source;          // the student's files
  std::vector<std::string> extra_flags;  // added to every call of a compiler, whatever the Makefile says
  std::string name;                      // of the directory in scratch
  std::vector<Instruction> told = {};    // commands in the place of the case's recipes
};

// Where a submission's files stand inside the sandbox.
inline constexpr const char* kBuildInside = "/submission";
// The directory that a program starts in.
inline constexpr const char* kHomeInside = "/home/student";
// Of a folder's sources at most so many are compiled, and of those with a main so many linked.
inline constexpr std::size_t kMostSources = 64, kMostPrograms = 16;

[[nodiscard]] Result<Built> build_program(const Lab& lab, const ProgramSettings& settings,
                                          const BuildOrder& order, const Context& context);

// Builds, source by source, the programs that the recipe which was taken did not make (a Makefile's first
// target is often not its only program), and adds them to `built`.
[[nodiscard]] Status build_further_programs(const Lab& lab, const ProgramSettings& settings,
                                            const BuildOrder& order, const Context& context, Built& built);

}  // namespace memgrade::collect
