// What did not come back after a module and the process that it watched were gone: objects of slab caches,
// and free memory.
#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/linux/broken_run.hpp>
#include <harness/judge/support.hpp>
#include <map>

namespace memgrade::judge {
namespace {

// What is missing when objects of a cache stay.
const std::map<std::string, const char*> kMeanings = {
    {"mm_struct", "an mm of an ended process is still held: is mmput() missing?"},
    {"task_struct", "a task that has ended is still held: is put_task_struct() missing?"},
    {"pid", "a struct pid is still held: is put_pid() missing?"},
    {"filp", "files are still open: is filp_close() missing?"},
    {"vm_area_struct", "VMAs of an ended process are still there: its mm is held"},
};

std::string meaning_of(const std::string& cache) {
  const auto found = kMeanings.find(cache);
  return found != kMeanings.end() ? found->second : "objects were not freed";
}

// Objects of all kmalloc caches together; nothing when there are none.
std::optional<long double> kmalloc_objects(const Json& state) {
  std::optional<long double> sum;
  const Json& slabs = param(state, "slabs");
  for (const auto& [cache, count] : slabs.items())
    if (cache.starts_with("kmalloc-")) sum = sum.value_or(0) + number(count).value_or(0);
  return sum;
}

// What no one uses, pages that a processor keeps for itself included.
std::optional<long double> free_bytes(const Json& state) {
  const Json& meminfo = param(state, "meminfo");
  const auto free = number(param(meminfo, "MemFree"));
  if (!free) return std::nullopt;
  return *free + number(param(meminfo, "PerCpuFree")).value_or(0);
}

// How many tasks there are more: kernel threads of the kernel's own come and go.
long double more_tasks(const Json& before, const Json& after) {
  const Json &then = param(before, "tasks"), &now = param(after, "tasks");
  if (!then.is_array() || !now.is_array()) return 0;
  return static_cast<long double>(now.size()) - static_cast<long double>(then.size());
}

Verdict leaks_of(const Json& params, const Observed& observed) {
  const std::string place = fmt::format("oracle.{}.system.", text_param(params, "run"));
  const Json& before = fact(observed, place + text_param(params, "before"));
  const Json& after = fact(observed, place + text_param(params, "after"));
  const Json& tolerances = param(params, "slabs");
  std::vector<std::string> leaks, counts;
  for (const auto& [cache, tolerance] : tolerances.items()) {
    const auto then = number(param(param(before, "slabs"), cache)),
               now = number(param(param(after, "slabs"), cache));
    if (!then || !now)
      return fail_verdict("no leak", "not known", "the guest did not get as far as counting what is left");
    const long double more = *now - *then - (cache == "task_struct" ? more_tasks(before, after) : 0);
    counts.push_back(fmt::format("{}: {} before, {} after", cache, show(*then), show(*now)));
    if (more > number(tolerance).value_or(0))
      leaks.push_back(fmt::format("{} of {} more: {}", show(more), cache, meaning_of(cache)));
  }
  if (const auto tolerance = number(param(params, "kmalloc"))) {
    const auto then = kmalloc_objects(before), now = kmalloc_objects(after);
    if (!then || !now)
      return fail_verdict("no leak", "not known", "the guest did not get as far as counting what is left");
    counts.push_back(fmt::format("by kmalloc: {} before, {} after", show(*then), show(*now)));
    if (*now - *then > *tolerance)
      leaks.push_back(
          fmt::format("{} allocations of kmalloc() more: is kfree() missing?", show(*now - *then)));
  }
  const auto free_then = free_bytes(before), free_now = free_bytes(after);
  if (!free_then || !free_now)
    return fail_verdict("no leak", "not known", "the guest did not get as far as counting what is left");
  const long double lost = *free_then - *free_now;
  counts.push_back(fmt::format("free memory: {} KiB before, {} KiB after", show(*free_then / 1024),
                               show(*free_now / 1024)));
  if (lost > number(param(params, "free")).value_or(0))
    leaks.push_back(fmt::format("{} KiB of memory did not come back: pages or allocations are still held",
                                static_cast<std::uint64_t>(lost) / 1024));
  const std::string expected = "what was taken is given back";
  Verdict verdict = leaks.empty() ? pass_verdict(expected, "nothing is held")
                                  : fail_verdict(expected, leaks.front(), join(leaks, "; "));
  verdict.detail = join(counts, "\n");
  return verdict;
}

Verdict check_no_leak(const Json& params, const Observed& observed) {
  return in_run(leaks_of(params, observed), observed, text_param(params, "run"));
}

}  // namespace

Checker no_leak_checker() {
  return {{.name = "no_leak",
           .doc = "After a module and the watched process are gone, memory and slab objects are back, within "
                  "stated tolerances.",
           .fields = {run_field("The guest job."),
                      {.key = "before",
                       .type = FieldType::name,
                       .fallback = "before",
                       .doc = "The step `system` with meminfo and slabs, after a `settle`.",
                       .refers_to = Reference{.kind = "system step", .owner = "run", .by_default = true}},
                      {.key = "after",
                       .type = FieldType::name,
                       .fallback = "after",
                       .doc = "The later one.",
                       .refers_to = Reference{.kind = "system step", .owner = "run", .by_default = true}},
                      {.key = "slabs",
                       .type = FieldType::integer,
                       .map = true,
                       .fallback = Json::object(),
                       .doc = "Slab caches, each with how many objects more are tolerated."},
                      {.key = "kmalloc",
                       .type = FieldType::integer,
                       .doc = "How many objects more are tolerated in all kmalloc caches together."},
                      {.key = "free",
                       .type = FieldType::size,
                       .fallback = 2 << 20,
                       .unit = "bytes",
                       .doc = "How much free memory may be missing."}}},
          check_no_leak};
}

}  // namespace memgrade::judge
