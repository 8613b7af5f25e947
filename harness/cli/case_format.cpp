// grade case-format: the reference of case files. docs/case-format.md is this command's output.
#include <fmt/format.h>

#include <harness/casefile/casefile.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>
#include <harness/grading/grade.hpp>

namespace memgrade::cli {

Action add_case_format(CLI::App&) {
  return [] {
    print_to(stdout, "{}", casefile::reference_page(grading::vocabulary()));
    return static_cast<int>(kGraded);
  };
}

}  // namespace memgrade::cli
