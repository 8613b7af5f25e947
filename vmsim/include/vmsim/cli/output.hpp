// What `vm` prints, as text or as one JSON object. It writes nothing itself but into the string it is given.
#pragma once

#include <vmsim/cli/options.hpp>
#include <vmsim/statistics.hpp>

#include <cstdint>
#include <string>

namespace vmsim {

// One access as it is shown. `virtual_address` has been cut to the geometry's width.
struct Line {
  Address virtual_address = 0;
  std::int64_t physical_address = -1;  // -1: no frame was found
  int value = -1;                      // the signed byte there
};

void append_text(std::string& out, const Line& line);
void append_text(std::string& out, const Statistics& statistics);

// The JSON object is written in three steps: json_head, json_line for each access (not at all with --quiet),
// json_tail.
void json_head(std::string& out, const Options& options);
void json_line(std::string& out, const Line& line, bool first);
void json_tail(std::string& out, const Options& options, const Statistics& statistics);

}  // namespace vmsim
