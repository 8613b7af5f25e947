// Random replacement: every slot is as likely the victim as any other. The same seed gives the same run on
// every machine. Constant time a call.
#pragma once

#include <vmsim/policy.hpp>

#include <cstdint>

namespace vmsim {

class Random {
 public:
  Random(std::size_t slots, const PolicySetup& setup) : slots_(slots), state_(setup.seed) {}

  void on_insert(Slot, TraceIndex) {}
  void on_hit(Slot, TraceIndex) {}
  void on_remove(Slot) {}

  // All slots are taken when a victim is asked for, so any number below slots_ will do. Scaling the top 32
  // bits keeps the bias below slots / 2^32.
  Slot victim() { return static_cast<Slot>(((next() >> 32) * slots_) >> 32); }

 private:
  // SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E37'79B9'7F4A'7C15U);
    z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9U;
    z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBU;
    return z ^ (z >> 31);
  }

  std::uint64_t slots_;
  std::uint64_t state_;
};

}  // namespace vmsim
