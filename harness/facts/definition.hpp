// One fact's definition, compiled, and the lines that its expressions match. Inside this module only.
#pragma once

#include <re2/re2.h>

#include <harness/facts/lines.hpp>
#include <harness/model/evidence.hpp>
#include <harness/model/lab.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::facts {

// An expression for a whole line, and what to make of the number in it.
struct Spelling {
  std::unique_ptr<RE2> match;
  double times = 1;
  std::string times_fact;  // "" when there is none
  bool scaled = false;     // `times` or `times_fact` is given
  bool round = false;
};

// A column of a table that is found by its numbers, or by the words beside them where no number agrees.
struct ColumnRule {
  std::string name;
  std::unique_ptr<RE2> words;
  std::uint64_t modulo = 0;      // whole numbers are compared modulo this; 0: as they are
  std::uint64_t page_bytes = 0;  // of a column of physical addresses, whose frames may be numbered otherwise
  bool byte = false;             // a signed byte
};

struct Definition {
  enum class Kind { none, number, text, table, columns, statistic };
  Kind kind = Kind::none;
  std::vector<std::string> from;
  std::vector<Spelling> spellings;  // one of a text or a table
  struct Column {
    std::string name;
    std::string type;  // integer, number, text
    int group = -1;    // -1 when the expression has no group of that name
  };
  std::vector<Column> columns;
  std::string truth;              // columns: the oracle's table; statistic: the count it is a part of
  std::vector<ColumnRule> rules;  // of columns
  std::vector<std::unique_ptr<RE2>> words;  // of a statistic, the surest first
};

// Definitions were checked when they were loaded; whatever is still odd about one makes a fact that is never
// found.
[[nodiscard]] Definition compile(const FactSpec& spec);

// The expressions of a definition as text, for a person.
[[nodiscard]] std::vector<std::string> patterns_of(const Json& definition);

// One source's lines, and for each expression of all definitions the lines that it matches, in order.
struct Source {
  std::string kind;  // stdout, stderr, files
  std::string name;  // the same, or the file's name
  std::string text;
  std::vector<std::string_view> lines;                       // into `text`
  std::vector<std::vector<std::vector<std::size_t>>> found;  // [definition][spelling] -> indexes of lines
};

// Sources of the kinds that the definitions ask for: stdout, stderr, then each file by name.
[[nodiscard]] std::vector<std::unique_ptr<Source>> scan(const std::vector<Definition>& definitions,
                                                        const RunRecord& run);

}  // namespace memgrade::facts
