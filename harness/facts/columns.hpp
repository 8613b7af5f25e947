// Every column of numbers that a text can be read as, and how well one agrees with the truth. Inside this
// module only.
//
// A column is found again in another run of the same program by its name: in which source it stands, and
//   label  the words before the number, and the how-manieth number with these words in its line
//   shape  the line with its numbers left out, and the how-manieth of them it is
//   count  how many numbers a line holds, and the how-manieth of them it is
//   flat   the how-manieth of every so many numbers, line ends aside, in lines without letters
#pragma once

#include <compare>
#include <harness/facts/definition.hpp>
#include <harness/facts/number_tokens.hpp>
#include <map>
#include <string>
#include <vector>

namespace memgrade::facts {

struct ColumnName {
  enum class Kind { label, shape, count, flat };
  Kind kind = Kind::label;
  Radix radix = Radix::decimal;
  std::string source;
  std::string text;  // the label or the shape
  std::size_t index = 0, of = 0;
  auto operator<=>(const ColumnName&) const = default;
};

struct Column {
  std::vector<NumberToken> cells;                  // into the source's text
  std::size_t source = 0, line = 0, position = 0;  // where it begins: of two that fit the first is meant
};
using Columns = std::map<ColumnName, Column>;

// Longer outputs and longer lines are read so far. No lab asks for a hundredth of it.
inline constexpr std::size_t kMostLines = 100'000, kMostNumbersInALine = 64;
[[nodiscard]] Columns columns_of(const std::vector<std::unique_ptr<Source>>& sources,
                                 const std::vector<std::string>& kinds, Radix radix);

// A cell as the rule's column would hold it, or nothing when it is no whole number: a byte that was printed
// in hexadecimal has its sign, ff and ffffffff are -1.
[[nodiscard]] std::optional<std::int64_t> value_of(const NumberToken& cell, const ColumnRule& rule);

// How often a column says what is true, beside how often it would by chance.
//
// Chance is what two columns agree in that know nothing of each other but have these values as often: the sum
// over all values of their shares in both. A constant, the truth shuffled, and noise stay there. What agrees
// must lie six standard deviations above it, so that no column in millions gets there by luck, in six rows at
// least, and in a fifth of what chance leaves (Cohen's kappa of 0.2): physical addresses equal virtual ones
// where a page happens to be in the frame of its own number, which is no luck, but is one row in 256.
struct Agreement {
  std::size_t rows = 0, agreeing = 0, surplus = 0;  // surplus: rows that the truth does not have
  double by_chance = 0, variance = 0;

  void add(const Agreement& other);
  [[nodiscard]] bool well_above_chance() const;
};
using TrueColumn = std::vector<std::optional<std::int64_t>>;
[[nodiscard]] Agreement agreement(const Column& column, const TrueColumn& truth, const ColumnRule& rule);

}  // namespace memgrade::facts
