// A program lab's settings as C++ values, read once from what the loader made of lab.yaml. What the keys
// mean, and every default, stands in schema.cpp.
#pragma once

#include <harness/base/json.hpp>
#include <harness/exec/process.hpp>
#include <harness/model/lab.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

struct BuildRecipe {
  std::string name;
  std::vector<std::string> needs, argv, sources, compiler, libraries;
};

// A word that programs of this lab are given: a data file, a value of the setting, or a file to write to.
struct CallArgument {
  std::string name;                    // as placeholders name it: "frames"
  std::string file;                    // the data file; "" for a value
  bool output = false;                 // a file that the program writes
  std::vector<std::string> spellings;  // of a value: "{policy}", "{policy:upper}"
  std::vector<std::string> options;    // usual option letters, the usual one first
  std::vector<std::string> words;      // parts of words by which people speak of it, lower case
  bool by_input = false;               // a program may read it from its standard input
};

struct CallForm {
  std::vector<std::string> programs;   // names, with placeholders
  std::vector<std::string> arguments;  // with placeholders
};

struct CallSearch {
  std::vector<CallArgument> arguments;
  std::vector<std::vector<std::string>> orders;  // of arguments by position, the usual ones first
  std::size_t probes = 0;                        // at most so many runs for one program
  double seconds = 0;                            // of processor time, for all programs of a submission
  double wall_seconds = 0;                       // however little of that they take
  std::size_t programs = 0;                      // at most so many programs are tried

  [[nodiscard]] const CallArgument* argument(std::string_view name) const;
};

struct ProbeSettings {
  std::string data;
  Json files;
  std::vector<Json> over;
  std::vector<std::string> compare;
};

struct Recognition {
  std::vector<std::string> words;
  std::size_t at_least = 0;
};

struct ProgramSettings {
  std::vector<BuildRecipe> recipes;
  std::vector<std::string> warnings, sanitize;
  std::vector<std::string> programs;
  std::vector<CallForm> forms;
  CallSearch search;
  ProbeSettings probe;
  Recognition recognition;
  exec::Limits build_limits, run_limits;
};

[[nodiscard]] ProgramSettings program_settings(const Json& lab_settings);

}  // namespace memgrade::collect
