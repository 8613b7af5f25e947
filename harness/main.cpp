// memgrade: parse, run, exit.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <harness/cli/cli.hpp>

int main(int argc, char** argv) {
  try {
    return memgrade::cli::run(argc, argv);
  } catch (const std::exception& error) {
    // Modules turn their libraries' exceptions into errors; what gets here is a defect of ours, and must not
    // look like a grade.
    fmt::print(stderr, "memgrade: internal error: {}\n", error.what());
    return memgrade::cli::kInfrastructure;
  }
}
