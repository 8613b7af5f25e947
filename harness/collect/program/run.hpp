// Runs a built program once: a fresh directory with the data in it, the command line filled in, the sandbox.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/program/build.hpp>
#include <harness/collect/program/call.hpp>
#include <harness/collect/program/data_sets.hpp>
#include <harness/model/evidence.hpp>
#include <harness/oracle/oracle.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

// One question to the program.
struct Question {
  std::string run;      // the name of the record that comes back
  Json values;          // for placeholders
  oracle::Files files;  // in the current directory
  Places places = {};   // where a person finds them; none: by their own names
};

class Runner {
 public:
  Runner(const Lab& lab, const Context& context, const Built& built, bool sanitized)
      : lab_(lab), context_(context), built_(built), sanitized_(sanitized) {}

  // Nothing when the invocation has no program for the question's setting.
  [[nodiscard]] Result<std::optional<RunRecord>> ask(const Invocation& invocation,
                                                     const Question& question) const;

  // A line for a shell that does the same, in a folder with the program and the question's places.
  [[nodiscard]] std::string command_for(const Invocation& invocation, const Question& question) const;

 private:
  [[nodiscard]] Result<std::vector<std::string>> command_line(const Invocation& invocation,
                                                              const Question& question) const;
  [[nodiscard]] Status keep_new_files(const std::filesystem::path& directory, const oracle::Files& given,
                                      RunRecord& record) const;

  const Lab& lab_;
  const Context& context_;
  const Built& built_;
  bool sanitized_;
};

// The oracle's facts for a question (parameters filled in), or null when the lab has no oracle.
[[nodiscard]] Result<Json> truth_of(const Lab& lab, const Question& question);

}  // namespace memgrade::collect
