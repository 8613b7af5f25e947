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
std::string between(const Trouble& trouble, std::string_view before, std::string_view after) {
  for (const std::string& line : trouble.log) {
    const std::size_t begin = line.find(before);
    if (begin == std::string::npos) continue;
    const std::string_view rest = std::string_view(line).substr(begin + before.size());
    const std::size_t end = after.empty() ? rest.size() : rest.find(after);
    if (end != std::string_view::npos) return std::string(trim(rest.substr(0, end)));
  }
  return {};
}

bool says(const Trouble& trouble, std::string_view words) {
  for (const std::string& line : trouble.log)
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

bool in_module(const Trouble& trouble) {
  return trouble.rip && trouble.place && *trouble.rip == *trouble.place && !trouble.place->module.empty();
}

std::string who(const Trouble& trouble) {
  return in_module(trouble) ? trouble.place->module : "the kernel";
}

// " in down_read+0x1f, called from scan_pages+0x4c of ktest": where the CPU stood, and whose call led there.
std::string where(const Trouble& trouble) {
  if (in_module(trouble)) return " in " + show(*trouble.place);
  const bool named = trouble.rip && !trouble.rip->function.starts_with("0x");
  std::string text = named ? " in " + show(*trouble.rip) : "";
  if (trouble.place && !trouble.place->module.empty())
    text += fmt::format(", called from {} of {}", show(*trouble.place), trouble.place->module);
  else if (!trouble.comm.empty())
    text += fmt::format(" (task {})", trouble.comm);
  return text;
}

// The same behind a sentence that is complete without it.
std::string placed(const Trouble& trouble) {
  const std::string text = where(trouble);
  return text.starts_with(" in ") ? "," + text : text;
}

std::string with_line(const Trouble& trouble) {
  return trouble.file.empty() ? std::string() : fmt::format(" at {}:{}", trouble.file, trouble.line);
}

struct Fault {
  std::string verb = "used";
  std::optional<std::uint64_t> address;
  bool fetch = false, forbidden = false;
};

Fault fault_of(const Trouble& trouble) {
  Fault fault;
  std::string address = between(trouble, "address: ", "");
  if (address.empty()) address = between(trouble, "non-canonical address ", ":");
  if (address.empty()) address = between(trouble, "for address ", ":");
  fault.address = hex(address);
  fault.fetch = says(trouble, "instruction fetch");
  fault.forbidden = says(trouble, "permissions violation");
  if (says(trouble, " read access in kernel mode")) fault.verb = "read";
  if (says(trouble, " write access in kernel mode")) fault.verb = "wrote";
  return fault;
}

std::string fetched(const Trouble& trouble, const Fault& fault) {
  if (fault.address && *fault.address < kPage)
    return fmt::format("{} called a function through a NULL pointer{}", who(trouble), where(trouble));
  std::string unloaded = between(trouble, "[last unloaded: ", "]");
  unloaded = unloaded.substr(0, unloaded.find_first_of("( "));
  if (!unloaded.empty() && trouble.rip && trouble.rip->function.starts_with("0xffffffffc"))
    return fmt::format(
        "code of {} was to run after it had been unloaded: something that it started (a thread, a timer, a "
        "handler of a file) was not stopped first",
        unloaded);
  return fmt::format("{} jumped to {:#x}, where there is no code{}", who(trouble), fault.address.value_or(0),
                     where(trouble));
}

std::string through_null(const Trouble& trouble, const Fault& fault) {
  const std::string member =
      *fault.address == 0 ? "" : fmt::format(" (address {:#x}: a member of a structure)", *fault.address);
  return fmt::format("{} {} through a NULL pointer{}{}", who(trouble), fault.verb, where(trouble), member);
}

// An exception that is about no address: "divide error: 0000 [#1]".
std::string without_address(const Trouble& trouble) {
  const std::string name = trouble.title.substr(0, trouble.title.find(": 0"));
  if (name.ends_with("divide error"))
    return fmt::format("{} divided by zero{}", who(trouble), where(trouble));
  return fmt::format("{} did what the CPU refuses ({}){}", who(trouble), name, where(trouble));
}

std::string faulted(const Trouble& trouble) {
  const Fault fault = fault_of(trouble);
  if (fault.fetch) return fetched(trouble, fault);
  if (!fault.address) return without_address(trouble);
  const std::uint64_t at = *fault.address;
  const std::string used = fmt::format("{} {} {:#x}", who(trouble), fault.verb, at);
  if (at < kPage) return through_null(trouble, fault);
  if (at > ~std::uint64_t{0} - kPage)
    return fmt::format("{}, an error value ({}, or near it) taken for a pointer{}", used,
                       static_cast<std::int64_t>(at), placed(trouble));
  if (at >= kListPoison && at < kListPoisonEnd)
    return fmt::format("{}, the poison in a list entry that was already deleted{}", used, placed(trouble));
  if (at >> 16 == kFreedPoison >> 16)
    return fmt::format("{}, the poison in memory that was already freed{}", used, placed(trouble));
  if (at < kUserEnd)
    return fmt::format(
        "{}, an address of a program, directly: that needs copy_from_user or its like, and a kernel thread "
        "has "
        "no such memory{}",
        used, placed(trouble));
  if (trouble.title.find("non-canonical") != std::string::npos)
    return fmt::format("{}, which can be no address (garbage in a pointer?){}", used, placed(trouble));
  return fmt::format("{}, where {}{}", used, fault.forbidden ? "it may not" : "nothing is mapped",
                     placed(trouble));
}

std::string found_bug(const Trouble& trouble) {
  if (trouble.file.ends_with("mm/slub.c"))
    return fmt::format("the allocator found an object that was freed twice, or written after it was freed{}",
                       placed(trouble));
  if (in_module(trouble))
    return fmt::format("{} came to its own BUG_ON{}{}", who(trouble), with_line(trouble), where(trouble));
  if (!trouble.file.empty())
    return fmt::format("the kernel found what must not be (BUG{}){}", with_line(trouble), where(trouble));
  return fmt::format("the kernel found what must not be ({}){}", trouble.title, where(trouble));
}

std::string warned(const Trouble& trouble) {
  const bool has_words = !trouble.title.starts_with("WARNING: ");
  return fmt::format("the kernel warned{}{}{}", has_words ? fmt::format(" ({})", trouble.title) : "",
                     with_line(trouble), where(trouble));
}

std::string exhausted(const Trouble& trouble) {
  std::string victim = between(trouble, "Killed process ", ",");
  victim = victim.substr(0, victim.find(" total-vm"));
  return victim.empty() ? "the guest's memory was used up" + placed(trouble)
                        : fmt::format("the guest's memory was used up, and the kernel killed process {}{}",
                                      victim, placed(trouble));
}

std::string left_over(const Trouble& trouble) {
  std::string name = between(trouble, "duplicate filename '", "'");
  if (name.empty()) name = between(trouble, "proc_dir_entry '", "'");
  if (name.empty()) name = between(trouble, "kobject_add_internal failed for ", " ");
  return fmt::format("{} exists already: it was not removed when the module was unloaded before{}",
                     name.empty() ? "a name that is to be registered" : name, placed(trouble));
}

std::string not_taken(const Trouble& trouble) {
  if (trouble.title.find("suspiciously returned") != std::string::npos)
    return "the module's init function returned a positive number: it must return 0 or a negative errno";
  const std::string symbol = between(trouble, "Unknown symbol ", " ");
  if (!symbol.empty())
    return fmt::format("the module uses {}, which the kernel does not export to modules", symbol);
  return fmt::format("the kernel does not take the module: {}", trouble.title);
}

std::string stalled(const Trouble& trouble, std::string_view what) {
  const std::string_view cause = "a loop without end, or a lock that is never given back";
  return fmt::format("the CPU was kept busy in the kernel and let nothing else run ({}): {}{}", what, cause,
                     placed(trouble));
}

std::string waited(const Trouble& trouble) {
  const std::string seconds = between(trouble, "blocked for more than ", " ");
  return fmt::format("the task {} waited for more than {} s and was not woken (a deadlock?){}",
                     trouble.comm.empty() ? "?" : trouble.comm, seconds.empty() ? "?" : seconds,
                     placed(trouble));
}

// The title without the words that every one of its kind has.
std::string_view said(const Trouble& trouble) {
  std::string_view text = trouble.title;
  for (const std::string_view prefix : {"Kernel panic - not syncing: ", "BUG: "})
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  return text.substr(0, text.find(", mode:"));
}

struct Words {
  TroubleKind kind;
  std::string_view text;
  bool with_title;  // the kernel's words tell more
};
constexpr auto kExplanations = std::to_array<Words>({
    {TroubleKind::panic, "the kernel stopped itself", true},
    {TroubleKind::double_fault,
     "an exception came while another was handled: the kernel's stack is used up or broken", false},
    {TroubleKind::stack_overflow,
     "the kernel's stack (16 KiB) ran over: large arrays on the stack, or calls without end", false},
    {TroubleKind::stack_corruption, "a function wrote behind the end of an array on its stack", false},
    {TroubleKind::workqueue, "a work item did not come to its end, or left a lock taken", true},
    {TroubleKind::scheduling_while_atomic,
     "it slept while it must not: with a spinlock held, a page mapped by kmap_atomic, or preemption off",
     false},
    {TroubleKind::sleeping_in_atomic,
     "a function that may sleep was called where it must not: with a spinlock held, a page mapped by "
     "kmap_atomic, under rcu_read_lock, or with interrupts off",
     false},
    {TroubleKind::lockdep, "locks are taken in a wrong way", true},
    {TroubleKind::list_corruption,
     "a linked list is broken: an entry was added or deleted twice, or freed while it was in the list",
     false},
    {TroubleKind::refcount, "a reference was given back more often than taken, or used after the last one",
     true},
    {TroubleKind::use_after_free, "memory was used after it was freed, or freed twice", false},
    {TroubleKind::out_of_bounds, "memory outside an array or an object was used", true},
    {TroubleKind::slab_corruption, "an object of the allocator was overwritten, or not freed", true},
    {TroubleKind::bad_page,
     "a page was freed while it was in use, or its counts or a page table were changed: one put_page too "
     "many?",
     true},
    {TroubleKind::allocation_failure, "the kernel could not give so much memory at once", true},
});

}  // namespace

std::string sentence_of(const Trouble& trouble) {
  using enum TroubleKind;
  switch (trouble.kind) {
    case oops:
      return faulted(trouble);
    case bug:
      return found_bug(trouble);
    case warning:
      return warned(trouble);
    case hung_task:
      return waited(trouble);
    case soft_lockup:
      return stalled(trouble, "soft lockup");
    case hard_lockup:
      return stalled(trouble, "hard lockup, interrupts off");
    case rcu_stall:
      return stalled(trouble, "RCU stall");
    case out_of_memory:
      return exhausted(trouble);
    case leftover:
      return left_over(trouble);
    case not_loaded:
      return not_taken(trouble);
    default:
      break;
  }
  for (const Words& words : kExplanations)
    if (words.kind == trouble.kind)
      return fmt::format("{}{}{}", words.text, words.with_title ? fmt::format(" ({})", said(trouble)) : "",
                         placed(trouble));
  return trouble.title;
}

}  // namespace memgrade::oracle
