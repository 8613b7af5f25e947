// Counts and rates as programs print them: "Page Faults = 244", "54 TLB hits, 244 page faults",
// "Page-fault rate: 24.40%, TLB hit rate: 5.40%", "244 / 1000". Inside this module only.
//
// Words decide, never the truth: a program that prints every number there is must not have the right one
// picked out for it. The words are an expression of the case; what stands between them and the number may be
// nearly anything. In which order words and numbers come is seen on each line. A line that is printed again
// and again is no statistic unless its number only grows (a running total): then the last one counts.
#pragma once

#include <harness/facts/definition.hpp>
#include <map>
#include <string>
#include <vector>

namespace memgrade::facts {

// A number that was printed beside the words of a statistic.
struct Finding {
  std::size_t statistic = 0;  // index of the definition
  std::size_t priority = 0;   // of its words; 0 is the surest
  std::size_t line = 0;
  std::string shape;  // of the line, so that lines that are alike are known
  bool is_rate = false;
  double value = 0;  // a count, or a rate between 0 and 1
  int decimals = 0;  // of a rate as a fraction: 24.4% has three
  std::string text;  // as printed: "24.4%"
};
[[nodiscard]] std::vector<Finding> findings_in(const std::vector<Definition>& definitions,
                                               const Source& source);

// The finding that is the statistic's, or nullptr.
[[nodiscard]] const Finding* statistic_of(std::size_t statistic, const std::vector<Finding>& findings);

// The most decimals of any rate. Programs that leave out zeros at the end (C++ streams do) print 0.54 for
// 0.540; so what a rate can tell is told by the longest of them all.
[[nodiscard]] int most_decimals(const std::vector<Finding>& findings);

// A count as a number. A rate as {"rate": "24.4%", "count": 244.0, "unit": 1.0}: the count that it stands for
// when `whole` things were counted, and by how much the count may change without changing the rate. A rate
// that spans more than two counts tells FIFO from LRU no more: {"rate": "0.2", "coarse": true}. Null when a
// rate cannot be read because `whole` is unknown.
[[nodiscard]] Json statistic_value(const Finding& finding, const Json& whole, int decimals);

}  // namespace memgrade::facts
