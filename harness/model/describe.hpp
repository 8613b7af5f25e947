// How a run ended, in words for a student. Used wherever a verdict has to say it, so that it is said one way.
#pragma once

#include <harness/model/evidence.hpp>
#include <string>
#include <string_view>

namespace memgrade {

// "SIGSEGV"; "signal 77" when the number has no name.
[[nodiscard]] std::string signal_name(int signal);

// "program", "module", "kernel": to stand after "the".
[[nodiscard]] std::string_view word_of(Subject subject);

// What the run did, to stand after "the program", "the module" or "the kernel": "ended with exit status 1",
// "crashed with SIGSEGV (segmentation fault: it used memory that is not its own)", "met the limit of 5 s of
// CPU time".
[[nodiscard]] std::string describe_termination(const RunRecord& run);

}  // namespace memgrade
