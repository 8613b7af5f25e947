// A table, from the particular to the general: the first sign that fits a line is taken.
#include <array>
#include <harness/base/text.hpp>
#include <harness/oracle/klog/backtrace.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/signatures.hpp>

namespace memgrade::oracle {
namespace {

using enum CrashKind;

struct Sign {
  std::string_view begins;    // "" where anything may stand before `contains`
  std::string_view contains;  // behind the begin
  CrashKind kind;
  bool general = false;
};

constexpr auto kSigns = std::to_array<Sign>({
    // Memory faults.
    {"BUG: kernel NULL pointer dereference", "", oops},
    {"BUG: unable to handle", "", oops},
    {"Unable to handle kernel", "", oops},
    {"kernel tried to execute ", "", oops},
    {"unable to execute userspace code", "", oops},
    {"Internal error: Oops", "", oops, true},
    // Stacks.
    {"BUG: ", "stack guard page was hit", stack_overflow},
    {"kernel stack overflow (", "", stack_overflow, true},
    {"Oops: stack guard page", "", stack_overflow, true},
    {"Insufficient stack space to handle exception", "", stack_overflow},
    {"", "PANIC: double fault", double_fault},
    {"", "panic - not syncing: stack-protector", stack_corruption},
    {"", "panic - not syncing: corrupted stack end", stack_overflow},
    // What tools found.
    {"BUG: KASAN: ", "use-after-free", use_after_free},
    {"BUG: KASAN: ", "-free", use_after_free},
    {"BUG: KASAN: ", "out-of-bounds", out_of_bounds},
    {"BUG: KASAN: ", "", oops},
    {"BUG: KFENCE: ", "free", use_after_free},
    {"BUG: KFENCE: ", "", out_of_bounds},
    {"UBSAN: array-index-out-of-bounds", "", out_of_bounds},
    {"UBSAN: ", " in ", warning},
    {"", "detected buffer overflow", out_of_bounds},
    {"", "detected field-spanning write", out_of_bounds},
    {"usercopy: Kernel memory ", "", out_of_bounds},
    {"BUG ", "ainted", slab_corruption},
    {"kmem_cache_destroy ", "still has objects", slab_corruption},
    {"", "list_add corruption", list_corruption},
    {"", "list_del corruption", list_corruption},
    {"", "list_add double add", list_corruption},
    {"refcount_t: ", "", refcount},
    {"VFS: Close: file count is ", "", refcount},
    {"BUG: Bad page ", "", bad_page},
    {"BUG: Bad rss-counter state", "", bad_page},
    {"BUG: non-zero pgtables_bytes", "", bad_page},
    // Waiting, and not letting others go on.
    {"INFO: task ", " blocked for more than ", hung_task},
    {"", "BUG: soft lockup", soft_lockup},
    {"", "detected hard LOCKUP", hard_lockup},
    {"", "self-detected stall on CPU", rcu_stall},
    {"", "detected stalls on ", rcu_stall},
    {"", "detected expedited stalls on ", rcu_stall},
    {"BUG: workqueue ", "", workqueue},
    {"BUG: scheduling while atomic", "", scheduling_while_atomic},
    {"BUG: sleeping function called from invalid context", "", sleeping_in_atomic},
    {"WARNING: possible ", "lock", lockdep},
    {"WARNING: inconsistent lock state", "", lockdep},
    {"WARNING: suspicious RCU usage", "", lockdep},
    {"WARNING: bad unlock balance", "", lockdep},
    {"WARNING: held lock freed", "", lockdep},
    {"WARNING: lock held when returning to user space", "", lockdep},
    {"INFO: trying to register non-static key", "", lockdep},
    {"[ BUG: ", " ]", lockdep},
    // Memory that is not there.
    {"", " invoked oom-killer: gfp_mask=", out_of_memory},
    {"Out of memory: Kill", "", out_of_memory},
    {"Out of memory and no killable processes", "", out_of_memory},
    {"", "panic - not syncing: System is deadlocked on memory", out_of_memory},
    {"", "panic - not syncing: Out of memory", out_of_memory},
    {"", ": page allocation failure: order:", allocation_failure},
    {"", "vmalloc error: size ", allocation_failure},
    {"", "vmalloc: allocation failure", allocation_failure},
    // What an earlier module left behind, or one that cannot be loaded.
    {"sysfs: cannot create duplicate filename", "", leftover},
    {"", "kobject_add_internal failed for ", leftover},
    {"proc_dir_entry '", "already registered", leftover},
    {"debugfs: ", "already present", leftover},
    {"", "tried to init an initialized object", leftover},
    {"", ": Unknown symbol ", not_loaded},
    {"", ": disagrees about version of symbol ", not_loaded},
    {"", ": version magic '", not_loaded},
    {"", "suspiciously returned ", not_loaded},
    // General words.
    {"", "Kernel panic - not syncing", panic, true},
    {"kernel BUG at ", "", bug, true},
    {"WARNING: CPU: ", " at ", warning, true},
    {"WARNING: ", ", CPU#", warning, true},
});

bool fits(const Sign& sign, std::string_view text) {
  return text.starts_with(sign.begins) &&
         (sign.contains.empty() || text.find(sign.contains, sign.begins.size()) != std::string_view::npos);
}

// "invalid opcode: 0000 [#1] SMP": how every report of an exception goes on.
bool is_die_line(std::string_view text) {
  const std::size_t count = text.find(" [#");
  if (count == std::string_view::npos || count < 6) return false;
  const std::string_view code = text.substr(count - 4, 4);
  return text.substr(count - 6, 2) == ": " &&
         code.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

constexpr auto kBegins = std::to_array<std::string_view>({"CPU: ",
                                                          "CPU ",
                                                          "Hardware name:",
                                                          "RIP: ",
                                                          "Code: ",
                                                          "RSP: ",
                                                          "RAX: ",
                                                          "RDX: ",
                                                          "RBP: ",
                                                          "R10: ",
                                                          "R13: ",
                                                          "FS: ",
                                                          "CS: ",
                                                          "CR2: ",
                                                          "DR0: ",
                                                          "DR3: ",
                                                          "PKRU: ",
                                                          "ORIG_RAX:",
                                                          "Call Trace",
                                                          "Modules linked in:",
                                                          "PGD ",
                                                          "Oops: ",
                                                          "#PF: ",
                                                          "Tainted: ",
                                                          "Workqueue: ",
                                                          "task:",
                                                          "Stack:",
                                                          "Showing all",
                                                          "Preemption ",
                                                          "in_atomic(): ",
                                                          "preempt_count: ",
                                                          "RCU nest",
                                                          "INFO: lockdep",
                                                          "\"echo 0 >",
                                                          "Sending NMI",
                                                          "NMI backtrace",
                                                          "Kernel Offset:",
                                                          "page:",
                                                          "page dumped",
                                                          "raw: ",
                                                          "flags: ",
                                                          "addr:",
                                                          "file:",
                                                          "index ",
                                                          "Thread overran",
                                                          "Not tainted",
                                                          "rcu: ",
                                                          "Mem-Info:",
                                                          "Node ",
                                                          "DMA",
                                                          "Normal",
                                                          "lowmem_reserve",
                                                          "Swap cache",
                                                          "Free swap",
                                                          "Total swap",
                                                          "Tasks state",
                                                          "[  pid  ]",
                                                          "oom-kill:",
                                                          "active_anon",
                                                          "hash matches",
                                                          "Workload: ",
                                                          "Unable to access opcode",
                                                          "traps: ",
                                                          "list_",
                                                          "prev->",
                                                          "next->",
                                                          "=====",
                                                          "-----",
                                                          "The buggy",
                                                          "The ",
                                                          "Allocated ",
                                                          "Freed ",
                                                          "Memory state",
                                                          ">",
                                                          "head: ",
                                                          "aops:",
                                                          "Disabling lock debugging",
                                                          "Fixing recursive fault",
                                                          "note: ",
                                                          "irq event stamp",
                                                          "hardirqs",
                                                          "softirqs",
                                                          "Object ",
                                                          "Slab ",
                                                          "Redzone ",
                                                          "Padding ",
                                                          "FIX "});

}  // namespace

std::optional<Signature> signature_of(std::string_view text) {
  for (const Sign& sign : kSigns)
    if (fits(sign, text)) return Signature{sign.kind, sign.general};
  if (is_die_line(text))
    return Signature{text.find("double fault") != std::string_view::npos ? double_fault : oops, true};
  if (text.starts_with("BUG: ")) return Signature{bug, false, true};
  return std::nullopt;
}

bool is_cut_here(std::string_view text) {
  return text.find("[ cut here ]") != std::string_view::npos;
}

bool ends_report(std::string_view text) {
  return text.starts_with("---[ end ");
}

bool belongs_to_report(std::string_view text) {
  if (text.starts_with(' ') || text.starts_with('\t') || parse_frame(text)) return true;
  for (const std::string_view begin : kBegins)
    if (text.starts_with(begin)) return true;
  return false;
}

}  // namespace memgrade::oracle
