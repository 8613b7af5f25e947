// The shortest input that still shows a mistake: pure code around three questions that the caller answers.
//
// Works on a list of items, lines of a trace or calls of a sequence, which fails as a whole:
//   1. the shortest prefix that fails: lengths 0, 1, 2, 4, … until one fails, then halving between the
//   longest
//      that passed and the shortest that failed. Nothing is taken for granted of lengths that were not asked:
//      the prefix that is kept has been seen to fail.
//   2. delta debugging: leave out chunks of half the list, a quarter, …, single items; go on with every list
//   that
//      still fails; at single items repeat until none can go. This is ddmin of A. Zeller and R. Hildebrandt,
//      "Simplifying and isolating failure-inducing input", IEEE TSE 28(2), 2002, without its step that tries
//      each chunk alone (beyond halves, where it is the same question), since a call is what costs here.
//   3. simpler items in the place of those that are left; then 2 again, until neither finds more.
//
//   0 1 2 3 4 5 6 7 8 9   fails            The end is 1-minimal: no single item can be left out. There may be
//   a 0 1 2 3 4 5 6 . . .   prefix           shorter list that differs in more than one item; finding it for
//   . . . 3 4 5 6         half left out    certain would mean to try all.
//   . . . 3 . . 6         one by one
//
// Deterministic; asks no list twice. A list, once left, is never taken again, so a circle of "simpler" items
// ends.
#pragma once

#include <functional>
#include <harness/base/result.hpp>
#include <string>
#include <vector>

namespace memgrade {

using Items = std::vector<std::string>;

struct ShrinkQuestions {
  // Runs the student's program: one call of the budget. An error ends the search and is passed on.
  std::function<Result<bool>(const Items&)> still_fails;
  // Lists that are simpler than `items` and no longer, the simplest first, made by changing the item `index`
  // (and others, where that is needed to keep the meaning). When empty, items are left as they are.
  std::function<std::vector<Items>(const Items& items, std::size_t index)> simpler = {};
  // It is known that the list fails at its last item and no sooner: no prefix is asked, and the last item
  // stays until single ones are left out.
  bool fails_at_last = false;
};

enum class ShrinkEnd {
  one_minimal,     // no single item can be left out, none made simpler
  budget_spent,    // the shortest list found so far
  not_reproduced,  // the whole list did not fail when asked: the program changes its mind
};

struct Shrunk {
  Items items;
  std::size_t calls = 0;
  ShrinkEnd end = ShrinkEnd::one_minimal;
};

// `budget` is the most calls of still_fails, the one that asks the whole list included.
[[nodiscard]] Result<Shrunk> shrink(Items items, const ShrinkQuestions& questions, std::size_t budget);

}  // namespace memgrade
