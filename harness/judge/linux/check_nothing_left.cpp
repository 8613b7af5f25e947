// What a module left behind in the guest: itself, kernel threads, entries of sysfs and procfs, marks of a
// damaged kernel.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/linux/broken_run.hpp>
#include <harness/judge/support.hpp>
#include <map>
#include <memory>
#include <set>

namespace memgrade::judge {
namespace {

// Bits of /proc/sys/kernel/tainted that a module of ours must not set
// (Documentation/admin-guide/tainted-kernels).
const std::map<int, const char*> kTaints = {{4, "a machine check"},
                                            {5, "a bad page"},
                                            {7, "the kernel died once"},
                                            {9, "a kernel warning"},
                                            {14, "a soft lockup"}};
constexpr long double kKthreadd = 2;

using Patterns = std::vector<std::unique_ptr<RE2>>;

bool tolerated(const Patterns& patterns, const std::string& name) {
  return std::ranges::any_of(patterns, [&](const auto& p) { return p->ok() && RE2::FullMatch(name, *p); });
}

// Names of a list that were not there before.
void add_new_names(const Json& before, const Json& after, const char* what, const Patterns& patterns,
                   std::vector<std::string>& left) {
  std::set<std::string> known;
  for (const Json& name : before)
    if (name.is_string()) known.insert(name.get<std::string>());
  for (const Json& name : after)
    if (name.is_string() && !known.contains(name.get<std::string>()) &&
        !tolerated(patterns, name.get<std::string>()))
      left.push_back(fmt::format("{} {}", what, printable(name.get<std::string>())));
}

// Kernel threads: children of kthreadd.
void add_new_threads(const Json& before, const Json& after, const Patterns& patterns,
                     std::vector<std::string>& left) {
  std::set<long double> known;
  for (const Json& task : before)
    if (task.is_array() && !task.empty()) known.insert(number(task[0]).value_or(0));
  for (const Json& task : after) {
    if (!task.is_array() || task.size() < 3 || !task[1].is_string()) continue;
    const bool is_new = !known.contains(number(task[0]).value_or(0));
    if (is_new && number(task[2]) == kKthreadd && !tolerated(patterns, task[1].get<std::string>()))
      left.push_back("kernel thread " + printable(task[1].get<std::string>()));
  }
}

void add_taints(const Json& before, const Json& after, std::vector<std::string>& left) {
  const auto then = number(before), now = number(after);
  if (!then || !now || *then < 0 || *now < 0) return;
  const auto fresh = static_cast<std::uint64_t>(*now) & ~static_cast<std::uint64_t>(*then);
  for (const auto& [bit, meaning] : kTaints)
    if ((fresh >> bit & 1) != 0) left.push_back(fmt::format("the taint of {}", meaning));
}

Verdict left_behind(const Json& params, const Observed& observed) {
  const std::string place = fmt::format("oracle.{}.system.", text_param(params, "run"));
  const Json& before = fact(observed, place + text_param(params, "before"));
  const Json& after = fact(observed, place + text_param(params, "after"));
  const std::string expected = "nothing";
  for (const Json* side : {&before, &after})
    for (const char* part : {"modules", "tasks", "sysfs", "proc", "taint"})
      if (param(*side, part).is_null())
        return fail_verdict(expected, "not known",
                            "the guest did not get as far as looking at what is left behind");
  Patterns patterns;
  for (const std::string& text : texts_param(params, "tolerate"))
    patterns.push_back(std::make_unique<RE2>(text, RE2::Quiet));
  std::vector<std::string> left;
  add_new_names(before["modules"], after["modules"], "module", patterns, left);
  add_new_threads(before["tasks"], after["tasks"], patterns, left);
  add_new_names(before["sysfs"], after["sysfs"], "sysfs entry", patterns, left);
  add_new_names(before["proc"], after["proc"], "proc entry", patterns, left);
  const std::size_t things = left.size();
  add_taints(before["taint"], after["taint"], left);
  if (left.empty()) return pass_verdict(expected, expected);
  Verdict verdict = fail_verdict(expected, counted(left.size(), "thing"),
                                 "left behind after rmmod: " + shorten(join(left, ", "), 300));
  verdict.detail = join(left, "\n");
  // A taint alone is what the kernel log tells already.
  const Json& reports = crash_reports(observed, text_param(params, "run"));
  if (things == 0 && reports.is_array() && !reports.empty())
    verdict.in_broken_run = text_param(params, "run");
  return verdict;
}

Verdict check_nothing_left(const Json& params, const Observed& observed) {
  return in_run(left_behind(params, observed), observed, text_param(params, "run"));
}

}  // namespace

Checker nothing_left_checker() {
  return {
      {.name = "nothing_left",
       .doc =
           "After a module is gone, the guest has no module, kernel thread, sysfs or proc entry that it did "
           "not have before, and the kernel is not marked as damaged.",
       .fields = {run_field("The guest job."),
                  {.key = "before",
                   .type = FieldType::name,
                   .fallback = "before",
                   .doc = "The step `system` before the module was loaded.",
                   .refers_to = Reference{.kind = "system step", .owner = "run", .by_default = true}},
                  {.key = "after",
                   .type = FieldType::name,
                   .fallback = "after",
                   .doc = "The one after it was removed.",
                   .refers_to = Reference{.kind = "system step", .owner = "run", .by_default = true}},
                  {.key = "tolerate",
                   .type = FieldType::regex,
                   .list = true,
                   .fallback = Json::array({"kworker/.*", "ksoftirqd/.*", "migration/.*"}),
                   .doc = "Names that may appear: the kernel's own come and go."}}},
      check_nothing_left};
}

}  // namespace memgrade::judge
