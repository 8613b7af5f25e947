// Makers of input data: seeded, the same bytes on every machine.
#pragma once

#include <harness/oracle/oracle.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::oracle {

struct Generator {
  TermSpec spec;
  // `files` holds the files made before, for generators that derive one file from another (`of`).
  Result<std::string> (*make)(const Json& params, const Files& files);
};
[[nodiscard]] const std::vector<Generator>& generators();
[[nodiscard]] const Generator* find_generator(std::string_view name);

}  // namespace memgrade::oracle
