// grade case-format: the reference of case files. docs/case-format.md is this command's output.
#include <fmt/format.h>

#include <harness/casefile/casefile.hpp>
#include <harness/cli/cli.hpp>
#include <harness/grading/grade.hpp>

namespace memgrade::cli {

Action add_case_format(CLI::App&) {
  return [] {
    fmt::print("{}", casefile::reference_page(grading::vocabulary()));
    return static_cast<int>(kGraded);
  };
}

}  // namespace memgrade::cli
