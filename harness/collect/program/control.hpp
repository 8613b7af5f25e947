// A small program that is known to be good, built and run as a submission's programs are.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/program/settings.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

// By each of the lab's recipes that would be tried on `submission`, with these flags added. What failed; ""
// when nothing did.
[[nodiscard]] Result<std::string> try_known_good_program(const Lab& lab, const ProgramSettings& settings,
                                                         const std::filesystem::path& submission,
                                                         const std::vector<std::string>& extra_flags,
                                                         const Context& context);

}  // namespace memgrade::collect
