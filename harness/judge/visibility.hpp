// Which runs a student may hear of: a run that none but staff checks look at is theirs alone. Inside this
// room only.
#pragma once

#include <harness/model/evidence.hpp>
#include <harness/model/lab.hpp>

namespace memgrade::judge {

// Every check of the task is for staff, so that everything observed is.
[[nodiscard]] bool all_hidden(const Task& task);
// Some staff check names this run and no visible one does, or everything is hidden.
[[nodiscard]] bool is_hidden(const Task& task, const RunRecord& run);

}  // namespace memgrade::judge
