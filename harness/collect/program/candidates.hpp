// The command lines that are worth trying, best first: the case's usual forms, what the submission says
// itself, and then what the grammar makes of its options and of arguments by position.
//
// All are tried on the same short traces, so the order decides how long a search takes, and which of two that
// answer equally is taken; nothing else.
#pragma once

#include <harness/collect/program/hints.hpp>
#include <harness/collect/program/settings.hpp>
#include <set>
#include <string>
#include <vector>

namespace memgrade::collect {

struct CallCandidate {
  CallTemplate words;  // placeholders for values; the data files and the output file stand in them by name
  bool said = false;   // the submission itself knows its options, or writes it so

  // Whether it gives the program values that its code does not read.
  [[nodiscard]] bool gives_more_than(const std::set<std::string>& taken, const CallSearch& search) const;
};

// Each once.
[[nodiscard]] std::vector<CallCandidate> call_candidates(const ProgramSettings& settings, const Hints& hints);

// `{backing_store}` and its kind replaced by file names; placeholders for values stay.
[[nodiscard]] CallTemplate with_file_names(const CallTemplate& words, const CallSearch& search);

}  // namespace memgrade::collect
