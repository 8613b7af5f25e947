#include <fmt/format.h>

#include <array>
#include <charconv>
#include <harness/base/text.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/explain.hpp>
#include <string_view>

namespace memgrade::oracle {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kUserEnd = std::uint64_t{1} << 47;
constexpr std::uint64_t kListPoison = 0xdead000000000100, kListPoisonEnd = 0xdead000000000200;
constexpr std::uint64_t kFreedPoison = 0x6b6b6b6b6b6b6b6b;

// What stands between `before` and `after` on the first line of the report that has both; "" where none has.
std::string between(const CrashReport& crash, std::string_view before, std::string_view after) {
  for (const std::string& line : crash.log) {
    const std::size_t begin = line.find(before);
    if (begin == std::string::npos) continue;
    const std::string_view rest = std::string_view(line).substr(begin + before.size());
    const std::size_t end = after.empty() ? rest.size() : rest.find(after);
    if (end != std::string_view::npos) return std::string(trim(rest.substr(0, end)));
  }
  return {};
}

bool says(const CrashReport& crash, std::string_view words) {
  for (const std::string& line : crash.log)
    if (line.find(words) != std::string::npos) return true;
  return false;
}

std::optional<std::uint64_t> hex(std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  return value;
}

bool in_module(const CrashReport& crash) {
  return crash.rip && crash.place && *crash.rip == *crash.place && !crash.place->module.empty();
}

std::string who(const CrashReport& crash) {
  return in_module(crash) ? crash.place->module : "the kernel";
}

// " in down_read+0x1f, called from scan_pages+0x4c of ktest": where the CPU stood, and whose call led there.
std::string where(const CrashReport& crash) {
  if (in_module(crash)) return " in " + show(*crash.place);
  const bool named = crash.rip && !crash.rip->function.starts_with("0x");
  std::string text = named ? " in " + show(*crash.rip) : "";
  if (crash.place && !crash.place->module.empty())
    text += fmt::format(", called from {} of {}", show(*crash.place), crash.place->module);
  else if (!crash.comm.empty())
    text += fmt::format(" (task {})", crash.comm);
  return text;
}

// The same behind a sentence that is complete without it.
std::string placed(const CrashReport& crash) {
  const std::string text = where(crash);
  return text.starts_with(" in ") ? "," + text : text;
}

std::string with_line(const CrashReport& crash) {
  return crash.file.empty() ? std::string() : fmt::format(" at {}:{}", crash.file, crash.line);
}

struct Fault {
  std::string verb = "used";
  std::optional<std::uint64_t> address;
  bool fetch = false, forbidden = false;
};

Fault fault_of(const CrashReport& crash) {
  Fault fault;
  std::string address = between(crash, "address: ", "");
  if (address.empty()) address = between(crash, "non-canonical address ", ":");
  if (address.empty()) address = between(crash, "for address ", ":");
  fault.address = hex(address);
  fault.fetch = says(crash, "instruction fetch");
  fault.forbidden = says(crash, "permissions violation");
  if (says(crash, " read access in kernel mode")) fault.verb = "read";
  if (says(crash, " write access in kernel mode")) fault.verb = "wrote";
  return fault;
}

std::string fetched(const CrashReport& crash, const Fault& fault) {
  if (fault.address && *fault.address < kPage)
    return fmt::format("{} called a function through a NULL pointer{}", who(crash), where(crash));
  std::string unloaded = between(crash, "[last unloaded: ", "]");
  unloaded = unloaded.substr(0, unloaded.find_first_of("( "));
  if (!unloaded.empty() && crash.rip && crash.rip->function.starts_with("0xffffffffc"))
    return fmt::format(
        "code of {} was to run after it had been unloaded: something that it started (a thread, a timer, a "
        "handler of a file) was not stopped first",
        unloaded);
  return fmt::format("{} jumped to {:#x}, where there is no code{}", who(crash), fault.address.value_or(0),
                     where(crash));
}

std::string through_null(const CrashReport& crash, const Fault& fault) {
  const std::string member =
      *fault.address == 0 ? "" : fmt::format(" (address {:#x}: a member of a structure)", *fault.address);
  return fmt::format("{} {} through a NULL pointer{}{}", who(crash), fault.verb, where(crash), member);
}

// An exception that is about no address: "divide error: 0000 [#1]".
std::string without_address(const CrashReport& crash) {
  const std::string name = crash.title.substr(0, crash.title.find(": 0"));
  if (name.ends_with("divide error")) return fmt::format("{} divided by zero{}", who(crash), where(crash));
  return fmt::format("{} did what the CPU refuses ({}){}", who(crash), name, where(crash));
}

std::string faulted(const CrashReport& crash) {
  const Fault fault = fault_of(crash);
  if (fault.fetch) return fetched(crash, fault);
  if (!fault.address) return without_address(crash);
  const std::uint64_t at = *fault.address;
  const std::string used = fmt::format("{} {} {:#x}", who(crash), fault.verb, at);
  if (at < kPage) return through_null(crash, fault);
  if (at > ~std::uint64_t{0} - kPage)
    return fmt::format("{}, an error value ({}, or near it) taken for a pointer{}", used,
                       static_cast<std::int64_t>(at), placed(crash));
  if (at >= kListPoison && at < kListPoisonEnd)
    return fmt::format("{}, the poison in a list entry that was already deleted{}", used, placed(crash));
  if (at >> 16 == kFreedPoison >> 16)
    return fmt::format("{}, the poison in memory that was already freed{}", used, placed(crash));
  if (at < kUserEnd)
    return fmt::format(
        "{}, an address of a program, directly: that needs copy_from_user or its like, and a kernel thread "
        "has "
        "no such memory{}",
        used, placed(crash));
  if (crash.title.find("non-canonical") != std::string::npos)
    return fmt::format("{}, which can be no address (garbage in a pointer?){}", used, placed(crash));
  return fmt::format("{}, where {}{}", used, fault.forbidden ? "it may not" : "nothing is mapped",
                     placed(crash));
}

std::string found_bug(const CrashReport& crash) {
  if (crash.file.ends_with("mm/slub.c"))
    return fmt::format("the allocator found an object that was freed twice, or written after it was freed{}",
                       placed(crash));
  if (in_module(crash))
    return fmt::format("{} came to its own BUG_ON{}{}", who(crash), with_line(crash), where(crash));
  if (!crash.file.empty())
    return fmt::format("the kernel found what must not be (BUG{}){}", with_line(crash), where(crash));
  return fmt::format("the kernel found what must not be ({}){}", crash.title, where(crash));
}

std::string warned(const CrashReport& crash) {
  const bool has_words = !crash.title.starts_with("WARNING: ");
  return fmt::format("the kernel warned{}{}{}", has_words ? fmt::format(" ({})", crash.title) : "",
                     with_line(crash), where(crash));
}

std::string exhausted(const CrashReport& crash) {
  std::string victim = between(crash, "Killed process ", ",");
  victim = victim.substr(0, victim.find(" total-vm"));
  return victim.empty() ? "the guest's memory was used up" + placed(crash)
                        : fmt::format("the guest's memory was used up, and the kernel killed process {}{}",
                                      victim, placed(crash));
}

std::string left_over(const CrashReport& crash) {
  std::string name = between(crash, "duplicate filename '", "'");
  if (name.empty()) name = between(crash, "proc_dir_entry '", "'");
  if (name.empty()) name = between(crash, "kobject_add_internal failed for ", " ");
  return fmt::format("{} exists already: it was not removed when the module was unloaded before{}",
                     name.empty() ? "a name that is to be registered" : name, placed(crash));
}

std::string not_taken(const CrashReport& crash) {
  if (crash.title.find("suspiciously returned") != std::string::npos)
    return "the module's init function returned a positive number: it must return 0 or a negative errno";
  const std::string symbol = between(crash, "Unknown symbol ", " ");
  if (!symbol.empty())
    return fmt::format("the module uses {}, which the kernel does not export to modules", symbol);
  return fmt::format("the kernel does not take the module: {}", crash.title);
}

std::string stalled(const CrashReport& crash, std::string_view what) {
  const std::string_view cause = "a loop without end, or a lock that is never given back";
  return fmt::format("the CPU was kept busy in the kernel and let nothing else run ({}): {}{}", what, cause,
                     placed(crash));
}

std::string waited(const CrashReport& crash) {
  const std::string seconds = between(crash, "blocked for more than ", " ");
  return fmt::format("the task {} waited for more than {} s and was not woken (a deadlock?){}",
                     crash.comm.empty() ? "?" : crash.comm, seconds.empty() ? "?" : seconds, placed(crash));
}

// The title without the words that every one of its kind has.
std::string_view said(const CrashReport& crash) {
  std::string_view text = crash.title;
  for (const std::string_view prefix : {"Kernel panic - not syncing: ", "BUG: "})
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  return text.substr(0, text.find(", mode:"));
}

struct Words {
  CrashKind kind;
  std::string_view text;
  bool with_title;  // the kernel's words tell more
};
constexpr auto kExplanations = std::to_array<Words>({
    {CrashKind::panic, "the kernel stopped itself", true},
    {CrashKind::double_fault,
     "an exception came while another was handled: the kernel's stack is used up or broken", false},
    {CrashKind::stack_overflow,
     "the kernel's stack (16 KiB) ran over: large arrays on the stack, or calls without end", false},
    {CrashKind::stack_corruption, "a function wrote behind the end of an array on its stack", false},
    {CrashKind::workqueue, "a work item did not come to its end, or left a lock taken", true},
    {CrashKind::scheduling_while_atomic,
     "it slept while it must not: with a spinlock held, a page mapped by kmap_atomic, or preemption off",
     false},
    {CrashKind::sleeping_in_atomic,
     "a function that may sleep was called where it must not: with a spinlock held, a page mapped by "
     "kmap_atomic, under rcu_read_lock, or with interrupts off",
     false},
    {CrashKind::lockdep, "locks are taken in a wrong way", true},
    {CrashKind::list_corruption,
     "a linked list is broken: an entry was added or deleted twice, or freed while it was in the list",
     false},
    {CrashKind::refcount, "a reference was given back more often than taken, or used after the last one",
     true},
    {CrashKind::use_after_free, "memory was used after it was freed, or freed twice", false},
    {CrashKind::out_of_bounds, "memory outside an array or an object was used", true},
    {CrashKind::slab_corruption, "an object of the allocator was overwritten, or not freed", true},
    {CrashKind::bad_page,
     "a page was freed while it was in use, or its counts or a page table were changed: one put_page too "
     "many?",
     true},
    {CrashKind::allocation_failure, "the kernel could not give so much memory at once", true},
});

}  // namespace

std::string explanation_of(const CrashReport& crash) {
  using enum CrashKind;
  switch (crash.kind) {
    case oops:
      return faulted(crash);
    case bug:
      return found_bug(crash);
    case warning:
      return warned(crash);
    case hung_task:
      return waited(crash);
    case soft_lockup:
      return stalled(crash, "soft lockup");
    case hard_lockup:
      return stalled(crash, "hard lockup, interrupts off");
    case rcu_stall:
      return stalled(crash, "RCU stall");
    case out_of_memory:
      return exhausted(crash);
    case leftover:
      return left_over(crash);
    case not_loaded:
      return not_taken(crash);
    default:
      break;
  }
  for (const Words& words : kExplanations)
    if (words.kind == crash.kind)
      return fmt::format("{}{}{}", words.text, words.with_title ? fmt::format(" ({})", said(crash)) : "",
                         placed(crash));
  return crash.title;
}

}  // namespace memgrade::oracle
