// What a program's code does where it compares a word of its command line with an option: whether a value
// follows, and which argument that is.
#pragma once

#include <harness/collect/program/hint_words.hpp>
#include <string>
#include <string_view>

namespace memgrade::collect {

struct OptionCode {
  OptionValue value = OptionValue::perhaps;
  std::string argument;  // "" when the code does not say which
};

// "argv", or what main calls it.
[[nodiscard]] std::string argv_name(const std::string& code);

// `strcmp(argv[i], "-n") == 0`, the literal without its quotes.
[[nodiscard]] OptionCode option_code(const HintWords& words, std::string_view code,
                                     const std::string& literal, const std::string& argv);
// `case 'n':`, `== 'n'`.
[[nodiscard]] OptionCode option_code(const HintWords& words, std::string_view code, char letter,
                                     const std::string& argv);

}  // namespace memgrade::collect
