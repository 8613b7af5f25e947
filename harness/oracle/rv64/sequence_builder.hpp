// Puts a sequence together, call by call: shared by the families of kernel_sequences.hpp.
#pragma once

#include <harness/base/random.hpp>
#include <harness/oracle/rv64/driver_ops.hpp>
#include <utility>
#include <vector>

namespace memgrade::oracle {

class SequenceMaker {
 public:
  SequenceMaker(Phase phase, std::uint64_t seed) : random_(seed), sequence_{phase, {}} {}

  // The operation's number.
  std::int32_t add(Call call, std::uint64_t a = 0, std::uint64_t b = 0, std::uint64_t c = 0) {
    return add_op({.call = call, .a = a, .b = b, .c = c});
  }
  std::int32_t add_on(Call call, std::int32_t ref, std::uint64_t offset = 0) {
    return add_op({.call = call, .ref = ref, .a = offset});
  }
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  // Evenly from [least, most].
  std::uint64_t between(std::uint64_t least, std::uint64_t most) { return least + below(most - least + 1); }
  bool chance(std::uint64_t percent) { return below(100) < percent; }
  template <typename T>
  const T& one_of(const std::vector<T>& items) {
    return items[below(items.size())];
  }
  template <typename T>
  T take_one_of(std::vector<T>& items) {
    std::swap(items[below(items.size())], items.back());
    T taken = items.back();
    items.pop_back();
    return taken;
  }
  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t left = items.size(); left > 1; --left) std::swap(items[left - 1], items[below(left)]);
  }
  [[nodiscard]] bool full() const { return sequence_.ops.size() + 600 > most_ops; }
  [[nodiscard]] CallSequence take() { return std::move(sequence_); }

 private:
  std::int32_t add_op(const KernelOp& op) {
    sequence_.ops.push_back(op);
    return static_cast<std::int32_t>(sequence_.ops.size()) - 1;
  }

  SplitMix64 random_;
  CallSequence sequence_;
};

}  // namespace memgrade::oracle
