// Draws who has which pages, in a few lines of text:
//
//     pages    0 -    3  p0       4 pages
//   > pages    4 -    4  p3       1 page
//     pages    5 -    7  free     3 pages
//     pages    8 - 4095  …        64 used, 4024 free, in 31 runs
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace memgrade::oracle {

// `owners[i]` is the operation that page i belongs to; -1: it is free; -2: it holds small objects; -3: it is
// given out, nobody says to whom. One line for each run of pages of one owner, at most `lines` (at least 3);
// where there are more runs, those around the page `mark` are shown (-1: those at the beginning), and the
// rest is summed up. The line of the mark begins with ">".
[[nodiscard]] std::string draw_pages(std::span<const std::int32_t> owners, std::int64_t mark = -1,
                                     std::size_t lines = 10);

}  // namespace memgrade::oracle
