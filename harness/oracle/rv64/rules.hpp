// The rules that the models judge a trace by, each with a name that a case file can weigh, and what the
// breaking of one looks like.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::oracle {

struct Rule {
  std::string_view id;    // "buddy.overlap"
  std::string_view doc;   // one line: what holds
  std::string_view hint;  // for a student who broke it: where to look
};
[[nodiscard]] std::span<const Rule> kernel_rules();
[[nodiscard]] const Rule* find_kernel_rule(std::string_view id);

struct Violation {
  std::string rule;
  std::size_t op = 0;    // counted from 0; the number of operations when it is about the end
  std::string sentence;  // for a student
  std::string expected, observed;
  std::string picture = {};  // of the memory, some lines; empty where it would say nothing
};

}  // namespace memgrade::oracle
