// The command line of `vm`. Only reads it: files are opened by the program.
#pragma once

#include <vmsim/mmu.hpp>
#include <vmsim/result.hpp>
#include <vmsim/trace.hpp>

#include <string>

namespace vmsim {

struct Options {
  MachineConfig machine;
  std::string policy = "fifo";  // a name that find_policy knows, in lower case
  std::string store_path;
  std::string trace_path;  // "-": standard input
  TraceFormat trace_format = TraceFormat::text;
  bool json = false;
  bool quiet = false;
  bool help = false;  // the program prints the text of usage() and ends
  bool version = false;
};

// Reads the arguments with getopt_long: options and files in any order, the last of a repeated option counts.
// Error (bad_input): what is wrong, in one line.
Result<Options> parse_options(int argc, char** argv);

// The text of --help.
std::string usage();

}  // namespace vmsim
