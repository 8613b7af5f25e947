// What is true: computed by us from the same input that the student's program got.
//
// An oracle is pure. It shares no code with the reference solutions, so that one mistake cannot be in both.
#pragma once

#include <cstdint>
#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <harness/model/schema.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::oracle {

// File name -> bytes: the data that a run is given.
using Files = std::map<std::string, std::string>;

struct Oracle {
  TermSpec spec;
  std::vector<std::string> facts;  // dotted names below oracle.<run>: "page_faults", "translations.value"
  // The facts as a JSON object of that shape. An error (kind case_file) when the parameters make no sense.
  Result<Json> (*truth)(const Json& params, const Files& files);
  // What should have happened at one step (0-based line of the trace, blank lines not counted), in one
  // sentence.
  std::string (*explain)(const Json& params, const Files& files, std::size_t step);
};
[[nodiscard]] const std::vector<Oracle>& oracles();
[[nodiscard]] const Oracle* find_oracle(std::string_view name);

}  // namespace memgrade::oracle
