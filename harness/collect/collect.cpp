#include <harness/base/hash.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/linux_module/workspace.hpp>
#include <harness/collect/program/workspace.hpp>
#include <harness/collect/riscv_kernel/workspace.hpp>

namespace memgrade::collect {

namespace {

std::vector<Collector>& table_of_collectors() {
  static std::vector<Collector> table = {program_collector(), riscv_kernel_collector(),
                                         linux_module_collector()};
  return table;
}

}  // namespace

const std::vector<Collector>& collectors() {
  return table_of_collectors();
}

void add_collector(Collector collector) {
  table_of_collectors().push_back(std::move(collector));
}

const Collector* find_collector(std::string_view name) {
  for (const Collector& collector : collectors())
    if (collector.spec.name == name) return &collector;
  return nullptr;
}

Subject subject_of(const Lab& lab) {
  const Collector* const collector = find_collector(lab.collector);
  return collector != nullptr ? collector->spec.subject : Subject::program;
}

std::string collect_digest(const Lab& lab, const Task& task) {
  Json settings = {
      {"collector", lab.collector}, {"lab", lab.settings}, {"ignore", lab.ignore}, {"task", task.collect}};
  return digest(dump_json(settings, -1));
}

}  // namespace memgrade::collect
