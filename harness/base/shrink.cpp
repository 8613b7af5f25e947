#include <algorithm>
#include <harness/base/shrink.hpp>
#include <optional>
#include <set>

namespace memgrade {
namespace {

Items prefix(const Items& items, std::size_t length) {
  return {items.begin(), items.begin() + static_cast<std::ptrdiff_t>(length)};
}

Items without(const Items& items, std::size_t from, std::size_t size) {
  Items rest = prefix(items, from);
  const std::size_t to = std::min(items.size(), from + size);
  rest.insert(rest.end(), items.begin() + static_cast<std::ptrdiff_t>(to), items.end());
  return rest;
}

// Holds the shortest list that has been seen to fail.
class Shrinker {
 public:
  Shrinker(const ShrinkQuestions& questions, std::size_t budget) : questions_(questions), budget_(budget) {}

  // Asks about a list and goes on with it when it fails. After stopped() nothing is asked any more.
  bool take(const Items& candidate) {
    if (stopped() || asked_.contains(candidate)) return false;
    if (calls_ == budget_) {
      out_of_budget_ = true;
      return false;
    }
    ++calls_;
    asked_.insert(candidate);
    const Result<bool> fails = questions_.still_fails(candidate);
    if (!fails) error_ = fails.error();
    if (!fails || !*fails) return false;
    current_ = candidate;
    return true;
  }

  void cut_to_prefix() {
    const Items whole = current_;
    if (whole.empty() || take({})) return;
    std::size_t passes = 0;
    for (std::size_t length = 1; length < whole.size() && !stopped(); length *= 2) {
      if (take(prefix(whole, length))) break;
      passes = length;
    }
    while (current_.size() - passes > 1 && !stopped()) {
      const std::size_t middle = passes + (current_.size() - passes) / 2;
      if (!take(prefix(whole, middle))) passes = middle;
    }
  }

  void leave_out_chunks() {
    std::size_t size = std::max<std::size_t>(1, current_.size() / 2);
    for (;;) {
      bool removed = false;
      for (std::size_t from = 0; from < current_.size() && !stopped();) {
        // What follows a chunk that went has moved to its place.
        const std::size_t most = current_.size() - from - (questions_.fails_at_last && size > 1 ? 1 : 0);
        if (most > 0 && take(without(current_, from, std::min(size, most)))) {
          removed = true;
        } else {
          from += size;
        }
      }
      if (stopped() || (size == 1 && !removed)) return;
      size = std::max<std::size_t>(1, size / 2);
    }
  }

  // Whether anything became simpler.
  bool simplify() {
    bool changed = false;
    if (!questions_.simpler) return changed;
    for (std::size_t index = 0; index < current_.size() && !stopped(); ++index) {
      for (const Items& candidate : questions_.simpler(current_, index)) {
        if (candidate.size() > current_.size() || !take(candidate)) continue;
        changed = true;
        break;
      }
    }
    return changed;
  }

  [[nodiscard]] bool stopped() const { return out_of_budget_ || error_.has_value(); }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] Shrunk result(ShrinkEnd end) {
    return {std::move(current_), calls_, out_of_budget_ ? ShrinkEnd::budget_spent : end};
  }

 private:
  const ShrinkQuestions& questions_;
  std::size_t budget_;
  std::size_t calls_ = 0;
  bool out_of_budget_ = false;
  std::optional<Error> error_;
  Items current_;
  std::set<Items> asked_;
};

}  // namespace

Result<Shrunk> shrink(Items items, const ShrinkQuestions& questions, std::size_t budget) {
  Shrinker shrinker(questions, budget);
  const bool fails = shrinker.take(items);
  if (shrinker.error()) return std::unexpected(*shrinker.error());
  if (!fails) {
    Shrunk unchanged = shrinker.result(ShrinkEnd::not_reproduced);
    unchanged.items = std::move(items);
    return unchanged;
  }
  if (!questions.fails_at_last) shrinker.cut_to_prefix();
  do {
    shrinker.leave_out_chunks();
  } while (shrinker.simplify() && !shrinker.stopped());
  if (shrinker.error()) return std::unexpected(*shrinker.error());
  return shrinker.result(ShrinkEnd::one_minimal);
}

}  // namespace memgrade
