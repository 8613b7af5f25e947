#include <fmt/format.h>

#include <algorithm>
#include <harness/base/page.hpp>
#include <harness/oracle/rv64/bad_frees.hpp>
#include <map>
#include <set>

namespace memgrade::oracle {
namespace {

bool frees_a_result(Call call) {
  return call == Call::free || call == Call::kfree || call == Call::cache_free;
}

bool frees_an_object(Call call) {
  return call == Call::kfree || call == Call::kfree_raw || call == Call::cache_free;
}

std::string rule_of(const CallSequence& sequence, const KernelOp& op, std::uint64_t start,
                    std::uint64_t pages) {
  if (frees_an_object(op.call)) return "kmalloc.bad-free";
  if (op.call == Call::free) {
    if (op.a == 0) return "buddy.double-free";
    return op.a % page_bytes != 0 ? "buddy.free-misaligned" : "buddy.free-inside";
  }
  const std::uint64_t address = op.call == Call::free_at ? start + op.a : op.a;
  const bool inside = address >= start && address - start < pages * page_bytes;
  return inside && sequence.phase == Phase::early ? "buddy.free-unallocated" : "buddy.free-outside";
}

// What a person sees of a result.
std::string told(const Seen& seen) {
  if (seen.death) return seen.death->hang ? "it did not come back" : "the kernel faulted";
  if (seen.list.empty()) return fmt::format("{:#x}", seen.value);
  std::string text;
  for (const std::uint64_t count : seen.list) text += fmt::format("{}{}", text.empty() ? "" : ",", count);
  return text;
}

bool same_wrong(const std::optional<Wrong>& a, const std::optional<Wrong>& b) {
  return a.has_value() == b.has_value() && (!a || (a->count == b->count && a->first == b->first));
}

bool same_result(const Seen& a, const Seen& b) {
  return a.value == b.value && a.outside == b.outside && a.owner == b.owner && a.list == b.list &&
         same_wrong(a.nonzero, b.nonzero) && same_wrong(a.damaged, b.damaged) &&
         a.death.has_value() == b.death.has_value();
}

// Blocks and objects by address, as far as results tell.
class Blocks {
 public:
  void note(const CallSequence& sequence, std::size_t index, const Seen& seen) {
    const KernelOp& op = sequence.ops[index];
    if (makes_result(op.call) && seen.value != 0) {
      reused_ = reused_ || freed_.contains(seen.value);
      live_[seen.value] = bytes_of(op);
    } else if (frees_a_result(op.call) && live_.erase(seen.value) > 0) {
      freed_.insert(seen.value);
    }
  }
  [[nodiscard]] bool holds(std::uint64_t address) const { return live_.contains(address); }
  [[nodiscard]] bool reused() const { return reused_; }

 private:
  static std::uint64_t bytes_of(const KernelOp& op) { return op.call == Call::alloc_page ? 1 : op.a; }

  std::map<std::uint64_t, std::uint64_t> live_;
  std::set<std::uint64_t> freed_;
  bool reused_ = false;
};

Violation blame(const CallSequence& sequence, std::size_t free, const std::string& rule, std::size_t at,
                const Seen& seen, const Seen* other) {
  const std::string bad = to_text(sequence, free);
  if (free == at)
    return {rule, at, fmt::format("{}, call {}, must change nothing.", bad, free + 1), "it comes back",
            told(seen)};
  return {
      rule, at,
      fmt::format("{}, call {}, should have changed nothing. After it {}, call {}, gives something else than "
                  "without it.",
                  bad, free + 1, to_text(sequence, at), at + 1),
      other != nullptr ? told(*other) : "as without it", told(seen)};
}

}  // namespace

std::vector<std::size_t> bad_frees_of(const CallSequence& sequence) {
  std::vector<std::size_t> bad;
  std::set<std::int32_t> freed;
  for (std::size_t i = 0; i < sequence.ops.size(); ++i) {
    const KernelOp& op = sequence.ops[i];
    if (op.call == Call::free_at || op.call == Call::free_raw || (op.call == Call::kfree_raw && op.a != 0) ||
        (frees_a_result(op.call) && (op.a != 0 || !freed.insert(op.ref).second)))
      bad.push_back(i);
  }
  return bad;
}

CallSequence without_bad_frees(const CallSequence& sequence) {
  CallSequence other = sequence;
  for (const std::size_t i : bad_frees_of(sequence)) other.ops[i] = {.call = Call::verify};
  return other;
}

BadFreeJudgement judge_bad_frees(const CallSequence& sequence, const PageTrace& with,
                                 const PageTrace& without) {
  BadFreeJudgement judgement;
  const std::vector<std::size_t> bad = bad_frees_of(sequence);
  Blocks blocks;
  std::optional<std::size_t> last;  // bad free that was done
  for (std::size_t i = 0; i < with.seen.size(); ++i) {
    const Seen& seen = with.seen[i];
    const KernelOp& op = sequence.ops[i];
    if (std::ranges::binary_search(bad, i)) {
      if (frees_a_result(op.call) && seen.value == op.a) continue;  // no block: nothing was called
      if (blocks.holds(seen.value)) break;                          // in use after all: a free like any other
      ++judgement.made;
      last = i;
      if (!seen.death) continue;
      judgement.violation =
          blame(sequence, i, rule_of(sequence, op, with.start, with.pages), i, seen, nullptr);
      break;
    }
    blocks.note(sequence, i, seen);
    const bool known = i < without.seen.size();
    if (known && same_result(seen, without.seen[i])) continue;
    // Before the first bad free both runs are one and the same.
    if (last && known)
      judgement.violation =
          blame(sequence, *last, rule_of(sequence, sequence.ops[*last], with.start, with.pages), i, seen,
                &without.seen[i]);
    break;
  }
  judgement.frees_work = blocks.reused();
  return judgement;
}

}  // namespace memgrade::oracle
