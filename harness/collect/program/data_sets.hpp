// Data sets of the collector `program`: what stands in the current directory of a run.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/model/lab.hpp>
#include <harness/oracle/oracle.hpp>
#include <map>
#include <optional>
#include <string>

namespace memgrade::collect {

// File names, and where a person finds the files: paths in a run's directory.
using Places = std::map<std::string, std::string>;

class DataSets {
 public:
  // Generates every set of the lab. With `dataset`, the replaceable sets are read from there instead; a file
  // that is missing there is an error (kind usage) that names all files that are wanted.
  [[nodiscard]] static Result<DataSets> make(const Json& lab_settings,
                                             const std::optional<std::filesystem::path>& dataset);

  [[nodiscard]] const oracle::Files& set(const std::string& name) const { return sets_.at(name); }
  // The set with some files made anew. `overrides` maps names to generators; `values` fills their
  // placeholders.
  [[nodiscard]] Result<oracle::Files> with(const std::string& name, const Json& overrides,
                                           const Json& values) const;
  // Where the set's files stand for people: those made anew in `own`, the others where each task has them.
  [[nodiscard]] Places places(const std::string& lab, const std::string& name, const Json& overrides,
                              const std::string& own) const;

 private:
  std::map<std::string, oracle::Files> sets_;
};

// The bytes that a generator (as normalised by the loader: {name, params}) makes.
[[nodiscard]] Result<std::string> generate(const Json& generator, const Json& values,
                                           const oracle::Files& files);

// "inputs/LAB/FOLDER": a task's or a data set's.
[[nodiscard]] std::string inputs_folder(const std::string& lab, const std::string& folder);

// The files where `places` has them, below `directory`. What is there already stays.
[[nodiscard]] Status write_named(const oracle::Files& files, const Places& places,
                                 const std::filesystem::path& directory);

// Writes files into an existing directory.
[[nodiscard]] Status write_files(const oracle::Files& files, const std::filesystem::path& directory);

}  // namespace memgrade::collect
