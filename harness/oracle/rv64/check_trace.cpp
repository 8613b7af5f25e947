#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <harness/oracle/rv64/buddy_model.hpp>
#include <harness/oracle/rv64/check_trace.hpp>
#include <harness/oracle/rv64/slab_model.hpp>
#include <harness/oracle/rv64/vma_model.hpp>

namespace memgrade::oracle {
namespace {

bool of_kmalloc(Call call) {
  return call == Call::kmalloc || call == Call::kfree || call == Call::kfree_raw ||
         call == Call::cache_alloc || call == Call::cache_free;
}

// Whether a call did what only a function that was filled in does.
bool gave_something(const KernelOp& op, const Seen& seen) {
  if (makes_result(op.call)) return seen.value != 0;
  return op.call == Call::mmap && seen.value != ~std::uint64_t{0};
}

std::string death_text(const Death& death) {
  if (death.hang) return fmt::format("still running at pc {:#x}, called from {:#x}", death.sepc, death.ra);
  return fmt::format("scause {} at pc {:#x}, address {:#x}", death.scause, death.sepc, death.stval);
}

class Judge {
 public:
  Judge(const CallSequence& sequence, const PageTrace& trace)
      : sequence_(sequence),
        trace_(trace),
        memory_(trace.start, trace.pages),
        buddy_(memory_, sequence.phase == Phase::early, violations_),
        slab_(memory_, sequence.phase == Phase::early, violations_),
        vmas_(trace.start, trace.pages, violations_) {}

  Judgement result() {
    Judgement judgement;
    for (std::size_t i = 0; i < trace_.seen.size(); ++i) {
      step(i);
      if (gave_something(sequence_.ops[i], trace_.seen[i])) ++judgement.given;
      if (!memory_.lost() && !vmas_.lost() && !trace_.seen[i].death) ++judgement.judged;
    }
    termination();
    judgement.violations = violations_.take();
    std::ranges::stable_sort(judgement.violations, {}, &Violation::op);
    return judgement;
  }

 private:
  void step(std::size_t index) {
    const KernelOp& op = sequence_.ops[index];
    const Seen& seen = trace_.seen[index];
    if (of_kmalloc(op.call)) buddy_.note_kmalloc();
    if (seen.death) return died(index, op, seen);
    if (sequence_.phase == Phase::late) vmas_.step(index, op, seen);
    slab_.step(index, op, seen);
    buddy_.step(index, op, seen);
  }

  void died(std::size_t index, const KernelOp& op, const Seen& seen) {
    // An address that came back before the driver's own access died is judged like any other.
    if (seen.value != 0 && makes_result(op.call)) {
      slab_.step(index, op, seen);
      buddy_.step(index, op, seen);
    }
    if (memory_.lost()) return;  // what follows from that is no second mistake
    std::string rule = slab_.rule_of_death(op, seen);
    if (rule.empty()) rule = buddy_.rule_of_death(op, seen);
    if (rule.empty()) rule = vmas_.rule_of_death(op);
    if (rule.empty()) rule = seen.death->hang ? "run.hang" : "run.fault";
    violations_.add({rule, index,
                     fmt::format("{} {}.", to_text(sequence_, index),
                                 seen.death->hang ? "did not come back" : "made the kernel fault"),
                     "it comes back", death_text(*seen.death), memory_.picture(0)});
  }

  void termination() {
    const std::size_t end = trace_.seen.size();
    if (trace_.status.empty()) {
      const std::string done = fmt::format("{} of {} calls", end, sequence_.ops.size());
      violations_.add({"run.incomplete", end,
                       end < sequence_.ops.size()
                           ? fmt::format("The kernel died in {}, or before its line was printed.",
                                         to_text(sequence_, end))
                           : std::string("The kernel died after the last call."),
                       "the driver's last line", done});
    }
    if (trace_.disbelieved > 0)
      violations_.add(
          {"run.forged", end,
           "Lines of the trace's form were printed that the driver did not print, or they were damaged.",
           "none", fmt::format("{}, the first: {}", trace_.disbelieved, trace_.first_disbelieved)});
  }

  const CallSequence& sequence_;
  const PageTrace& trace_;
  Violations violations_;
  LiveMemory memory_;
  BuddyModel buddy_;
  SlabModel slab_;
  VmaModel vmas_;
};

}  // namespace

Judgement judge_calls(const CallSequence& sequence, const PageTrace& trace) {
  const bool usable = trace.begun && trace.diagnostic.empty() && std::has_single_bit(trace.pages) &&
                      trace.pages <= 4096 && trace.start != 0;
  if (usable) return Judge(sequence, trace).result();
  const std::string observed = !trace.diagnostic.empty() ? "a line that makes no sense: " + trace.diagnostic
                               : trace.disbelieved > 0   ? "only lines that the driver did not print"
                                                         : "no line of the driver";
  return {.violations = {{"run.incomplete", 0, "The kernel never reaches the first call.",
                          "the driver's first line", observed}}};
}

}  // namespace memgrade::oracle
