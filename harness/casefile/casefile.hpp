// Case files: YAML -> Lab, with every mistake reported in one go.
//
// The loader checks against the vocabulary's key specs and knows no lab, collector or checker by name. Each
// complaint is `file:line:col: what; did you mean …?`. A lab with a complaint is not returned.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/model/lab.hpp>
#include <harness/model/schema.hpp>
#include <string>
#include <utility>
#include <vector>

namespace memgrade::casefile {

struct CaseDiagnostic {
  Place place;
  std::string message;
  [[nodiscard]] std::string text()
      const;  // "cases/vmsim/lab.yaml:3:1: unknown key 'titel'; did you mean 'title'?"
};

struct Loaded {
  std::vector<Lab> labs;                    // in the order of their names; only those without a complaint
  std::vector<CaseDiagnostic> diagnostics;  // sorted by file, line, column
};

// Where files of ours stand that a lab names. Only `grade check-cases` looks for them: what is missing stops
// the grading of its lab anyway, and costs nobody a point.
using Roots = std::vector<std::filesystem::path>;

// Every folder of `cases` that holds a lab.yaml is a lab. An Error only when `cases` itself cannot be read.
[[nodiscard]] Result<Loaded> load_cases(const std::filesystem::path& cases, const Vocabulary& vocabulary,
                                        const Roots& roots = {});

// One lab folder.
[[nodiscard]] Loaded load_lab(const std::filesystem::path& lab_directory, const Vocabulary& vocabulary,
                              const Roots& roots = {});

// The example at the end of the page, as files of the folder cases/demo. It is written for the collector
// `program` and its oracle `paging`; a test loads it with the vocabulary that has them.
struct WorkedExample {
  std::string lab;                                         // lab.yaml
  std::vector<std::pair<std::string, std::string>> tasks;  // name of the task, its file
};
[[nodiscard]] WorkedExample worked_example();

// The reference page of every key: docs/case-format.md is exactly this text.
[[nodiscard]] std::string reference_page(const Vocabulary& vocabulary);

}  // namespace memgrade::casefile
