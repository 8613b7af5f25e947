// The numbers in one line of text, with the words beside them. Inside this module only.
//
//   Virtual address: 16916 Physical address: 20 Value: -5
//   '--- label ----' '---' '---- label ----' ''  label  ''   three numbers; a label is the text since the
//                                                           number before it, or since the line's begin
//
// "-244" is negative, "20-5" and "page-244" hold no sign. With Radix::hexadecimal every word of hexadecimal
// digits alone is a number ("4214 -> 00FE"), with Radix::decimal only 0x... is hexadecimal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::facts {

enum class Radix { decimal, hexadecimal };
// Whether "1,244" is one number, as in prose, or two, as in a file of comma-separated values.
enum class Commas { separate, group };

struct NumberToken {
  std::string_view text;   // as it was printed, sign and 0x included
  std::string_view label;  // into the same line
  std::size_t begin = 0, end = 0;
  bool hexadecimal = false;
};
[[nodiscard]] std::vector<NumberToken> numbers_in(std::string_view line, Radix radix,
                                                  Commas commas = Commas::separate);

// The token as a whole number of 64 bits; nothing for "0.5" and for what does not fit.
[[nodiscard]] std::optional<std::int64_t> whole_number(const NumberToken& token);

// Lower case, runs of blanks as one, none at the ends: two labels that look alike are equal.
[[nodiscard]] std::string normal_label(std::string_view label);

}  // namespace memgrade::facts
