// Random numbers that are the same on every machine and with every standard library: the generators are
// written out here, because the distributions of <random> differ from library to library.
#pragma once

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace memgrade {

// SplitMix64: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA
// 2014; constants of the public-domain version by S. Vigna (prng.di.unimi.it). Passes BigCrush; period 2^64.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }

  // Evenly from 0 … bound - 1; bound > 0. Values of the last, incomplete stretch of 2^64 are thrown away, so
  // that no remainder is likelier than another.
  std::uint64_t below(std::uint64_t bound) {
    const std::uint64_t incomplete = (0 - bound) % bound;  // 2^64 mod bound
    for (;;) {
      const std::uint64_t value = next();
      if (value >= incomplete) return value % bound;
    }
  }

  // Evenly from [0, 1), in steps of 2^-53.
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

 private:
  std::uint64_t state_;
};

// 0 … size - 1 in a random order (Fisher and Yates; Knuth, TAOCP vol. 2, algorithm 3.4.2P).
[[nodiscard]] inline std::vector<std::uint64_t> permutation(std::uint64_t size, std::uint64_t seed) {
  std::vector<std::uint64_t> order(size);
  std::iota(order.begin(), order.end(), std::uint64_t{0});
  SplitMix64 random(seed);
  for (std::uint64_t left = size; left > 1; --left) std::swap(order[left - 1], order[random.below(left)]);
  return order;
}

// java.util.Random as its public specification defines it (Java SE API, class Random): a linear congruential
// generator of 48 bits, x' = x * 0x5DEECE66D + 0xB mod 2^48, whose upper bits are given out.
class JavaRandom {
 public:
  explicit JavaRandom(std::uint64_t seed) : state_((seed ^ 0x5DEECE66DU) & mask) {}

  // nextInt(bound), 0 < bound < 2^31. A power of two takes the upper bits, which are the better ones; any
  // other bound takes the remainder, and tries again where 31 bits end in an incomplete stretch.
  std::uint32_t next_int(std::uint32_t bound) {
    if ((bound & (bound - 1)) == 0)
      return static_cast<std::uint32_t>((std::uint64_t{bound} * next(31)) >> 31);
    for (;;) {
      const std::uint32_t bits = next(31);
      const std::uint32_t value = bits % bound;
      // Java asks whether the sum has overflowed 32 signed bits.
      if (std::uint64_t{bits} - value + (bound - 1) < (std::uint64_t{1} << 31)) return value;
    }
  }

 private:
  static constexpr std::uint64_t mask = (std::uint64_t{1} << 48) - 1;

  std::uint32_t next(unsigned bits) {
    state_ = (state_ * 0x5DEECE66DU + 0xBU) & mask;
    return static_cast<std::uint32_t>(state_ >> (48 - bits));
  }

  std::uint64_t state_;
};

}  // namespace memgrade
