// grade list: the labs, their tasks and points.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>
#include <memory>

namespace memgrade::cli {
namespace {

Json labs_json(const std::vector<Lab>& labs) {
  Json all = Json::array();
  for (const Lab& lab : labs) {
    Json tasks = Json::array();
    for (const Task& task : lab.tasks)
      tasks.push_back({{"task", task.name},
                       {"title", task.title},
                       {"points", task.points},
                       {"manual", task.manual},
                       {"shapes", task.variants},
                       {"informational", task.informational}});
    all.push_back({{"lab", lab.name}, {"title", lab.title}, {"points", lab.points}, {"tasks", tasks}});
  }
  return all;
}

void print(const Lab& lab) {
  print_to(stdout, "{}: {} ({})\n", lab.name, lab.title, plain_number(lab.points) + " points");
  std::size_t width = 0;
  for (const Task& task : lab.tasks) width = std::max(width, task.name.size());
  for (const Task& task : lab.tasks) {
    const char* remark = task.manual ? " (by a person)" : task.informational ? " (no points)" : "";
    const std::string variants = task.variants.empty() ? "" : fmt::format(" [{}]", join(task.variants, ", "));
    print_to(stdout, "  {:<{}}  {:>5}  {}{}{}\n", task.name, width, plain_number(task.points), task.title,
             remark, variants);
  }
}

}  // namespace

Action add_list(CLI::App& app) {
  auto json = std::make_shared<bool>(false);
  app.add_flag("--json", *json, "As JSON");
  return [json] {
    const auto labs = open_labs();
    if (!labs) return diagnose(labs.error());
    if (*json) print_to(stdout, "{}\n", dump_json(labs_json(*labs)));
    for (std::size_t i = 0; i < labs->size() && !*json; ++i) {
      if (i > 0) print_to(stdout, "\n");
      print((*labs)[i]);
    }
    return static_cast<int>(kGraded);
  };
}

}  // namespace memgrade::cli
