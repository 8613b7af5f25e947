// The words of a command line as people write it (in a script, a usage line, a README) as words with
// placeholders: "-n256" is "-n{frames}", "[-p fifo|lru]" is "-p {policy}", "bs.bin" is "{backing_store}". "<
// addresses.txt" stays two words.
#pragma once

#include <harness/collect/program/hints.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace memgrade::collect {

// How a value may be written as an option of its own: "-{policy:initial}", "--{policy}", ...
[[nodiscard]] std::vector<std::string> spellings_as_options(const std::string& argument);

struct HintWords {
  const CallSearch& search;
  const std::map<std::string, std::vector<std::string>>& values;

  // The argument that people mean by this word, or "".
  [[nodiscard]] std::string argument_of(std::string_view word) const;
  // The same of some code that uses a word: what it is read as tells, beside the words in it.
  [[nodiscard]] std::string argument_of_code(std::string_view code) const;
  // "{policy:upper}" of FIFO; nothing when that is no value of a setting.
  [[nodiscard]] std::optional<std::string> placeholder_of_value(std::string_view word) const;
  // Whether `option` is one of the argument's values: "-l" or "--lru".
  [[nodiscard]] bool is_value_as_option(const std::string& argument, std::string_view option) const;
  // Nothing when a word says nothing; so does a command line with such a word.
  [[nodiscard]] std::optional<std::string> placeholder_of(std::string_view word) const;
  [[nodiscard]] std::optional<CallTemplate> call_template(std::string_view command_line) const;
};

}  // namespace memgrade::collect
