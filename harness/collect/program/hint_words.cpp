#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/placeholders.hpp>
#include <harness/collect/program/hint_words.hpp>

namespace memgrade::collect {
namespace {

constexpr std::size_t kMostTemplateWords = 12;

std::string_view without_brackets(std::string_view word) {
  constexpr std::string_view around = "<>[](){}\"'`,;:\\";
  while (!word.empty() && around.find(word.front()) != around.npos) word.remove_prefix(1);
  while (!word.empty() && around.find(word.back()) != around.npos) word.remove_suffix(1);
  return word;
}

std::vector<std::string_view> alternatives_in(std::string_view word) {
  std::vector<std::string_view> parts;
  for (std::size_t bar = word.find_first_of("|/"); bar != word.npos; bar = word.find_first_of("|/")) {
    parts.push_back(word.substr(0, bar));
    word.remove_prefix(bar + 1);
  }
  parts.push_back(word);
  return parts;
}

int hits_in(const std::string& lower, const CallArgument& argument) {
  return static_cast<int>(std::ranges::count_if(
      argument.words, [&](const std::string& part) { return lower.find(part) != lower.npos; }));
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.find(part) != text.npos; });
}

// Whether `text` is one of the values, written so.
bool is_value(const std::string& spelling, const std::string& argument,
              const std::vector<std::string>& values, std::string_view text) {
  return std::ranges::any_of(values, [&](const std::string& value) {
    const auto written = fill_text(spelling, Json{{argument, value}});
    return written && *written == text;
  });
}

// "-f|-l", "--fifo|--lru": a setting's values as options.
std::optional<std::string> values_as_options(const HintWords& words, std::string_view word) {
  const std::vector<std::string_view> parts = alternatives_in(word);
  if (parts.size() < 2) return std::nullopt;
  for (const auto& [name, values] : words.values)
    for (const std::string& spelling : spellings_as_options(name))
      if (std::ranges::all_of(parts,
                              [&](std::string_view part) { return is_value(spelling, name, values, part); }))
        return spelling;
  return std::nullopt;
}

// "-n", "-n256", "--frames=256", "-fifo": an option, with its value when that is glued to it.
std::optional<std::string> option_word(const HintWords& words, std::string_view word) {
  if (auto options = values_as_options(words, word)) return options;
  const std::size_t dashes = word.starts_with("--") ? 2 : 1;
  const std::string_view body = word.substr(dashes);
  if (auto value = words.placeholder_of_value(body)) return std::string(word.substr(0, dashes)) + *value;
  const std::size_t name_ends = dashes == 1                   ? 2
                                : word.find('=') == word.npos ? word.size()
                                                              : word.find('=') + 1;
  if (name_ends >= word.size()) return std::string(word);
  const auto glued = words.placeholder_of(word.substr(name_ends));
  if (!glued) return dashes == 1 ? std::optional<std::string>(std::string(word)) : std::nullopt;
  return std::string(word.substr(0, name_ends)) + *glued;
}

}  // namespace

std::vector<std::string> spellings_as_options(const std::string& argument) {
  std::vector<std::string> spellings;
  for (const char* form : {":initial", ":upper_initial"})
    spellings.push_back(fmt::format("-{{{}{}}}", argument, form));
  for (const char* dashes : {"--", "-"})
    for (const char* form : {"", ":upper"})
      spellings.push_back(fmt::format("{}{{{}{}}}", dashes, argument, form));
  return spellings;
}

bool HintWords::is_value_as_option(const std::string& argument, std::string_view option) const {
  const auto known = values.find(argument);
  if (known == values.end()) return false;
  return std::ranges::any_of(spellings_as_options(argument), [&](const std::string& spelling) {
    return is_value(spelling, argument, known->second, option);
  });
}

std::string HintWords::argument_of(std::string_view word) const {
  const std::string lower = to_lower(word);
  std::string best;
  int most = 0;
  for (const CallArgument& argument : search.arguments) {
    if (!argument.file.empty() && lower.ends_with(to_lower(argument.file))) return argument.name;
    const int hits = hits_in(lower, argument);
    if (hits > most) best = argument.name, most = hits;
  }
  return best;
}

std::string HintWords::argument_of_code(std::string_view code) const {
  const std::string lower = to_lower(code);
  std::string best;
  int most = 0, how_many = 0;
  for (const CallArgument& argument : search.arguments) {
    int hits = hits_in(lower, argument);
    const auto known = values.find(argument.name);
    if (known != values.end()) {
      const bool numeric = !known->second.empty() && std::ranges::all_of(known->second.front(), [](char c) {
        return c >= '0' && c <= '9';
      });
      if (numeric && has_any(lower, {"atoi", "strto", "stoi", "stol", "sscanf"})) ++hits;
      if (!numeric && has_any(lower, {"cmp", "compare", "== \""})) ++hits;
    }
    if (hits == 0 || hits < most) continue;
    how_many = hits == most ? how_many + 1 : 1;
    best = argument.name, most = hits;
  }
  return how_many == 1 ? best : "";
}

std::optional<std::string> HintWords::placeholder_of_value(std::string_view word) const {
  for (const auto& [name, known] : values) {
    for (const std::string& value : known) {
      const std::string upper = to_upper(value);
      if (word == value) return "{" + name + "}";
      if (word == upper) return "{" + name + ":upper}";
      if (word == upper.substr(0, 1) + value.substr(1)) return "{" + name + ":capital}";
    }
  }
  return std::nullopt;
}

std::optional<std::string> HintWords::placeholder_of(std::string_view raw) const {
  const std::string_view word = without_brackets(raw);
  if (word.empty()) return "";
  if (word.size() > 1 && word.front() == '-') return option_word(*this, word);
  for (const std::string_view part : alternatives_in(word))
    if (auto value = placeholder_of_value(without_brackets(part))) return value;
  const std::string argument = argument_of(word);
  if (argument.empty()) return std::nullopt;
  return "{" + argument + "}";
}

std::optional<CallTemplate> HintWords::call_template(std::string_view command_line) const {
  CallTemplate made;
  for (const std::string& word : split_words(command_line)) {
    if (word == kInputSign) {
      made.push_back(word);
      continue;
    }
    auto placeholder = placeholder_of(word);
    if (!placeholder || made.size() >= kMostTemplateWords) return std::nullopt;
    // "<backing store>" is one argument.
    const bool again = !made.empty() && made.back() == *placeholder && !placeholder_of_value(word);
    if (!placeholder->empty() && !again) made.push_back(std::move(*placeholder));
  }
  return made;
}

}  // namespace memgrade::collect
