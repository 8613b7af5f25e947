// memgrade: parse, run, exit.
#include <exception>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>

int main(int argc, char** argv) {
  namespace cli = memgrade::cli;
  cli::prepare_output();
  int status = cli::kInfrastructure;
  try {
    status = cli::run(argc, argv);
  } catch (const std::exception& error) {
    // Modules turn their libraries' exceptions into errors; what gets here is a defect of ours, and must not
    // look like a grade.
    cli::print_to(stderr, "memgrade: internal error: {}\n", error.what());
  }
  return cli::finish_output(status);
}
