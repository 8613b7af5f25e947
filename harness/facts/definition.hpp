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

struct Definition {
  enum class Kind { none, number, text, table };
  Kind kind = Kind::none;
  std::vector<std::string> from;
  std::vector<Spelling> spellings;  // one of a text or a table
  struct Column {
    std::string name;
    std::string type;  // integer, number, text
    int group = -1;    // -1 when the expression has no group of that name
  };
  std::vector<Column> columns;
};

// Definitions were checked when they were loaded; whatever is still odd about one makes a fact that is never
// found.
[[nodiscard]] Definition compile(const FactSpec& spec);

// The expressions of a definition as text, for a person.
[[nodiscard]] std::vector<std::string> patterns_of(const Json& definition);

// One source's lines, and for each expression of all definitions the lines that it matches, in order.
struct Source {
  std::string kind;  // stdout, stderr, files
  std::string text;
  std::vector<std::string_view> lines;                       // into `text`
  std::vector<std::vector<std::vector<std::size_t>>> found;  // [definition][spelling] -> indexes of lines
};

// Sources of the kinds that the definitions ask for: stdout, stderr, then each file by name.
[[nodiscard]] std::vector<std::unique_ptr<Source>> scan(const std::vector<Definition>& definitions,
                                                        const RunRecord& run);

}  // namespace memgrade::facts
