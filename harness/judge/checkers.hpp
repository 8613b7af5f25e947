// One function for each checker; each stands in the file check_<name>.cpp. Inside this module only: others go
// through the table in judge.hpp.
#pragma once

#include <harness/model/verdict.hpp>

namespace memgrade::judge {

[[nodiscard]] Checker absent_checker();
[[nodiscard]] Checker allocator_tree_checker();
[[nodiscard]] Checker answers_checker();
[[nodiscard]] Checker at_least_checker();
[[nodiscard]] Checker at_most_checker();
[[nodiscard]] Checker between_checker();
[[nodiscard]] Checker builds_checker();
[[nodiscard]] Checker clean_build_log_checker();
[[nodiscard]] Checker clean_kernel_log_checker();
[[nodiscard]] Checker column_checker();
[[nodiscard]] Checker diff_checker();
[[nodiscard]] Checker equals_checker();
[[nodiscard]] Checker exits_checker();
[[nodiscard]] Checker filled_in_checker();
[[nodiscard]] Checker hot_pages_checker();
[[nodiscard]] Checker in_memory_checker();
[[nodiscard]] Checker json_path_checker();
[[nodiscard]] Checker log_messages_checker();
[[nodiscard]] Checker mapped_checker();
[[nodiscard]] Checker matches_checker();
[[nodiscard]] Checker near_checker();
[[nodiscard]] Checker no_difference_checker();
[[nodiscard]] Checker no_leak_checker();
[[nodiscard]] Checker nothing_left_checker();
[[nodiscard]] Checker one_of_checker();
[[nodiscard]] Checker page_walk_checker();
[[nodiscard]] Checker pages_back_checker();
[[nodiscard]] Checker reached_checker();
[[nodiscard]] Checker reading_checker();
[[nodiscard]] Checker rules_kept_checker();
[[nodiscard]] Checker segment_checker();
[[nodiscard]] Checker sequence_checker();
[[nodiscard]] Checker source_avoids_checker();
[[nodiscard]] Checker step_checker();
[[nodiscard]] Checker table_checker();
[[nodiscard]] Checker text_equal_checker();

}  // namespace memgrade::judge
