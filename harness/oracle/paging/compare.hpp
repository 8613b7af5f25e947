// A program's answers beside the truth, column by column: where they first part, and why. Pure; used by the
// differential search and by checkers.
//
// A column is an array of scalars; a single scalar is a column of one row. Rows are counted from 0 here, and
// from 1 in sentences.
#pragma once

#include <cstdint>
#include <harness/base/json.hpp>
#include <optional>
#include <string>

namespace memgrade::oracle {

struct Difference {
  std::size_t row = 0;
  Json expected;               // null: there should be no such row
  Json observed;               // null: the program gave no such row
  std::string why;             // a sentence's worth for a person, without the row: "expected 29, got -29"
  std::size_t wrong_rows = 0;  // of those that the program gave
};

// The first row in which a column is not what it should be. A null in the truth is not asked: anything may
// stand there, or nothing. Whole numbers are compared modulo `modulo` when that is not 0 (-1 and 65535 are
// the same address of 65,536); 3 and 3.0 are equal; text is compared byte for byte.
[[nodiscard]] std::optional<Difference> first_difference(const Json& truth, const Json& observed,
                                                         std::uint64_t modulo = 0);

struct FrameRule {
  std::uint64_t page_bytes = 256;
  std::uint64_t frames = 256;
};
// The same for a column of physical addresses, of which the frame numbers may be others than ours: a program
// may hand out free frames in any order. What must hold is that the offset is ours, that the frame exists,
// and that one of its frames stands for one of ours in every row, and the other way round:
//
//   ours  0 1 2 0     theirs  7 6 5 7  fits     7 6 5 4  frame 0 was 7, is 4     7 6 7 …  7 was 0, is 2
//
// This is complete: frames are handed out once, and after that a page goes where the evicted page was.
[[nodiscard]] std::optional<Difference> first_frame_difference(const Json& truth, const Json& observed,
                                                               const FrameRule& rule);

}  // namespace memgrade::oracle
