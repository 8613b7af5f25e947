#include <fmt/format.h>

#include <algorithm>
#include <harness/oracle/rv64/page_map.hpp>
#include <vector>

namespace memgrade::oracle {
namespace {

struct Run {
  std::size_t first = 0, pages = 0;
  std::int32_t owner = -1;
};

std::vector<Run> runs_of(std::span<const std::int32_t> owners) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (runs.empty() || runs.back().owner != owners[i]) runs.push_back({i, 0, owners[i]});
    ++runs.back().pages;
  }
  return runs;
}

std::string owner_text(std::int32_t owner) {
  switch (owner) {
    case -1:
      return "free";
    case -2:
      return "objects";
    case -3:
      return "in use";
    default:
      return fmt::format("p{}", owner);
  }
}

std::string line_of(const Run& run, bool marked) {
  return fmt::format("{} pages {:4} - {:4}  {:8} {} page{}\n", marked ? '>' : ' ', run.first,
                     run.first + run.pages - 1, owner_text(run.owner), run.pages, run.pages == 1 ? "" : "s");
}

std::string left_out(std::span<const Run> runs) {
  if (runs.empty()) return "";
  std::size_t used = 0, free = 0;
  for (const Run& run : runs) (run.owner == -1 ? free : used) += run.pages;
  return fmt::format("  pages {:4} - {:4}  …        {} used, {} free, in {} runs\n", runs.front().first,
                     runs.back().first + runs.back().pages - 1, used, free, runs.size());
}

}  // namespace

std::string draw_pages(std::span<const std::int32_t> owners, std::int64_t mark, std::size_t lines) {
  const std::vector<Run> runs = runs_of(owners);
  const auto holds_grade = [&](const Run& run) {
    return mark >= 0 && static_cast<std::size_t>(mark) >= run.first &&
           static_cast<std::size_t>(mark) < run.first + run.pages;
  };
  const auto marked = std::ranges::find_if(runs, holds_grade);
  const std::size_t center = marked == runs.end() ? 0 : static_cast<std::size_t>(marked - runs.begin());
  const std::size_t shown = std::min(runs.size(), std::max<std::size_t>(lines, 3) - 2);
  const std::size_t from = std::min(center > shown / 2 ? center - shown / 2 : 0, runs.size() - shown);
  const std::span all(runs);
  std::string text = left_out(all.first(from));
  for (const Run& run : all.subspan(from, shown)) text += line_of(run, holds_grade(run));
  return text + left_out(all.subspan(from + shown));
}

}  // namespace memgrade::oracle
