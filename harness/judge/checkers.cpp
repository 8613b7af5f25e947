// The table of checkers, sorted by name.
#include <algorithm>
#include <harness/judge/checkers.hpp>
#include <harness/judge/judge.hpp>

namespace memgrade::judge {

const std::vector<Checker>& checkers() {
  static const std::vector<Checker> table = {
      absent_checker(),
      allocator_tree_checker(),
      answers_checker(),
      at_least_checker(),
      at_most_checker(),
      between_checker(),
      builds_checker(),
      clean_build_log_checker(),
      clean_kernel_log_checker(),
      column_checker(),
      diff_checker(),
      equals_checker(),
      exits_checker(),
      filled_in_checker(),
      hot_pages_checker(),
      in_memory_checker(),
      json_path_checker(),
      log_messages_checker(),
      mapped_checker(),
      matches_checker(),
      near_checker(),
      no_difference_checker(),
      no_leak_checker(),
      nothing_left_checker(),
      one_of_checker(),
      page_walk_checker(),
      pages_back_checker(),
      reached_checker(),
      reading_checker(),
      rules_kept_checker(),
      segment_checker(),
      sequence_checker(),
      source_avoids_checker(),
      step_checker(),
      table_checker(),
      text_equal_checker(),
  };
  return table;
}

const Checker* find_checker(std::string_view name) {
  const std::vector<Checker>& all = checkers();
  const auto found = std::ranges::find_if(all, [&](const Checker& c) { return c.spec.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace memgrade::judge
