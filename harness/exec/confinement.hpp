// What single runs in the sandbox and the runs of a batch have in common.
#pragma once

#include <harness/exec/sandbox.hpp>
#include <harness/exec/supervise.hpp>

namespace memgrade::exec {

[[nodiscard]] std::unexpected<Error> no_sandbox(std::string message);

// What memgrade-confine's report, or its absence, says of a command.
[[nodiscard]] Result<Outcome> outcome_of(Result<Seen> seen, const Limits& limits,
                                         const std::vector<std::filesystem::path>& writable);

// Read-only mounts are shared by runs of different users, so they are not lent: their roots, which TempDir
// makes for root alone, are opened to the group that all these users have.
void open_to_leased(const std::vector<Mount>& mounts);

// The command's own variables, and those that every command has.
[[nodiscard]] std::map<std::string, std::string> environment_of(const Confined& confined,
                                                                const std::string& home);

}  // namespace memgrade::exec
