#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/placeholders.hpp>
#include <harness/collect/program/candidates.hpp>
#include <harness/collect/program/hint_words.hpp>
#include <map>
#include <set>

namespace memgrade::collect {
namespace {

constexpr std::size_t kMostAssignments = 12;
// Where the code knows none of the words that a value could be written as.
constexpr std::size_t kMostUnknownSpellings = 2;

struct Ranked {
  int rank = 0;  // smaller is tried earlier
  CallTemplate words;
};

// One way to write a value, and how much later than others it is tried.
struct Spelling {
  std::string text;
  int delay = 0;
  bool option = false;  // an option by itself, which stands where a word by position does: "-l"
};
constexpr int kUnknownLast = 10;

bool is_option_word(const std::string& word) {
  return word.size() > 1 && word[0] == '-';
}

// "-n" of "-n", "-n{frames}", "--frames={frames}".
std::string option_of(const std::string& word) {
  if (word.starts_with("--")) return word.substr(0, word.find_first_of("={"));
  return word[1] == '{' ? word : word.substr(0, 2);
}

class CandidateMaker {
 public:
  CandidateMaker(const ProgramSettings& settings, const Hints& hints)
      : settings_(settings), search_(settings.search), hints_(hints) {
    for (const CallArgument& argument : search_.arguments) {
      spellings_[argument.name] = spellings_of(argument);
      for (const Spelling& spelling : spellings_[argument.name])
        if (spelling.option) value_options_.merge(written(argument, spelling.text));
    }
  }

  std::vector<CallCandidate> make();

 private:
  // Which option stands for which argument.
  using Assignment = std::map<std::string, std::string>;

  void add(int rank, const CallTemplate& words);
  void add_forms();
  void add_options();
  void add_orders();
  void add_assignment(int rank, const Assignment& assignment);
  [[nodiscard]] std::vector<Assignment> assignments(bool perhaps_values) const;
  void assign(std::size_t option, Assignment so_far, bool perhaps_values,
              std::vector<std::pair<int, Assignment>>& all) const;
  [[nodiscard]] int cost(const std::string& option, const CallArgument& argument) const;
  [[nodiscard]] std::vector<CallTemplate> orders() const;
  [[nodiscard]] std::vector<Ranked> spelled(int rank, const CallTemplate& words) const;
  [[nodiscard]] std::vector<Spelling> spellings_of(const CallArgument& argument) const;
  void add_option_spellings(const CallArgument& argument, std::vector<Spelling>& spellings) const;
  [[nodiscard]] std::set<std::string> written(const CallArgument& argument,
                                              const std::string& spelling) const;
  [[nodiscard]] bool knows_option(const std::string& word) const;
  [[nodiscard]] bool may_be_a_value(const OptionHint& hint) const {
    return hint.value == OptionValue::perhaps && value_options_.contains(hint.text);
  }

  const ProgramSettings& settings_;
  const CallSearch& search_;
  const Hints& hints_;
  std::map<std::string, std::vector<Spelling>> spellings_;  // by the argument
  std::set<std::string> value_options_;                     // "-l", where that is how a value may be written
  std::vector<Ranked> ranked_;
};

bool CandidateMaker::knows_option(const std::string& word) const {
  return std::ranges::any_of(hints_.options,
                             [&](const OptionHint& hint) { return hint.text == option_of(word); });
}

// The words that the values of the settings are written as.
std::set<std::string> CandidateMaker::written(const CallArgument& argument,
                                              const std::string& spelling) const {
  std::set<std::string> words;
  for (const Json& values : settings_.probe.over)
    if (values.contains(argument.name))
      if (const auto text = fill_text(spelling, values); text && !text->empty()) words.insert(*text);
  return words;
}

// "-l" and "--lru" where the code compares with them; later where a value seems to follow.
void CandidateMaker::add_option_spellings(const CallArgument& argument,
                                          std::vector<Spelling>& spellings) const {
  for (const std::string& text : spellings_as_options(argument.name)) {
    const std::set<std::string> words = written(argument, text);
    for (const OptionHint& hint : hints_.options) {
      if (!words.contains(hint.text)) continue;
      const bool alone = hint.value != OptionValue::follows || hint.argument == argument.name;
      spellings.push_back({text, alone ? -1 : 2, true});
      break;
    }
  }
}

// Those that the code knows go first. Where it knows none, a number may be meant (0 for FIFO), if it reads
// any.
std::vector<Spelling> CandidateMaker::spellings_of(const CallArgument& argument) const {
  if (argument.spellings.size() < 2) return {{argument.spellings.front()}};
  std::vector<Spelling> known, unknown, numbers;
  for (const std::string& text : argument.spellings) {
    const std::set<std::string> words = written(argument, text);
    const bool number = std::ranges::all_of(words, [](const std::string& word) {
      return std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
    });
    const bool in_code =
        std::ranges::any_of(words, [&](const std::string& word) { return hints_.literals.contains(word); });
    (number ? numbers : in_code ? known : unknown).push_back({text});
  }
  add_option_spellings(argument, known);
  const bool knows_words = std::ranges::any_of(known, [](const Spelling& one) { return one.delay <= 0; });
  if (!knows_words && hints_.numbers > 0) known.insert(known.end(), numbers.begin(), numbers.end());
  if (known.empty()) {
    unknown.resize(std::min(unknown.size(), kMostUnknownSpellings));
    return unknown;
  }
  for (Spelling& one : unknown) one.delay = kUnknownLast;
  known.insert(known.end(), unknown.begin(), unknown.end());
  return known;
}

// The template with every spelling of its values.
std::vector<Ranked> CandidateMaker::spelled(int rank, const CallTemplate& words) const {
  std::vector<Ranked> all = {{rank, words}};
  for (const CallArgument& argument : search_.arguments) {
    const std::string plain = "{" + argument.name + "}";
    std::vector<Ranked> more;
    for (const Ranked& given : all) {
      const auto place = std::ranges::find_if(
          given.words, [&](const std::string& word) { return word.find(plain) != word.npos; });
      if (place == given.words.end()) {
        more.push_back(given);
        continue;
      }
      const bool by_position =
          *place == plain && (place == given.words.begin() || !is_option_word(*std::prev(place)));
      for (const Spelling& spelling : spellings_.at(argument.name)) {
        if (spelling.option && !by_position) continue;
        Ranked written = given;
        for (std::string& word : written.words) word = replace_all(word, plain, spelling.text);
        written.rank += spelling.delay;
        more.push_back(std::move(written));
      }
    }
    all = std::move(more);
  }
  return all;
}

void CandidateMaker::add(int rank, const CallTemplate& words) {
  for (Ranked& one : spelled(rank, words)) ranked_.push_back(std::move(one));
}

// A form whose options the code does not know is worth a try only where nothing is known, or as the very
// first.
void CandidateMaker::add_forms() {
  for (const CallForm& form : settings_.forms) {
    std::size_t options = 0, known = 0;
    for (const std::string& word : form.arguments) {
      if (!is_option_word(word)) continue;
      ++options;
      known += knows_option(word);
    }
    if (options == 0)
      add(4, form.arguments);
    else if (known == options)
      add(0, form.arguments);
    else if (&form == &settings_.forms.front())
      add(3, form.arguments);
    else if (hints_.options.empty() && hints_.taken.size() > 1)
      add(6, form.arguments);
  }
}

int CandidateMaker::cost(const std::string& option, const CallArgument& argument) const {
  const auto usual = std::ranges::find(argument.options, option.substr(option.find_first_not_of('-')));
  return usual == argument.options.end() ? 20 : static_cast<int>(usual - argument.options.begin());
}

// With `perhaps_values`, options that may be a value themselves are taken for those that a value follows.
void CandidateMaker::assign(std::size_t option, Assignment so_far, bool perhaps_values,
                            std::vector<std::pair<int, Assignment>>& all) const {
  if (all.size() >= 500) return;
  const auto takes_none = [&](const OptionHint& hint) {
    return hint.value == OptionValue::none || (!perhaps_values && may_be_a_value(hint));
  };
  while (option < hints_.options.size() && takes_none(hints_.options[option])) ++option;
  if (option == hints_.options.size()) {
    int sum = 0;
    for (const auto& [argument, text] : so_far) sum += cost(text, *search_.argument(argument));
    all.emplace_back(sum, std::move(so_far));
    return;
  }
  const OptionHint& hint = hints_.options[option];
  bool assigned = false;
  for (const CallArgument& argument : search_.arguments) {
    const bool said = hint.argument == argument.name;
    const bool said_of_another = std::ranges::any_of(hints_.options, [&](const OptionHint& other) {
      return !takes_none(other) && other.argument == argument.name;
    });
    if (so_far.contains(argument.name) || (!hint.argument.empty() ? !said : said_of_another)) continue;
    Assignment next = so_far;
    next[argument.name] = hint.text;
    assign(option + 1, std::move(next), perhaps_values, all);
    assigned = true;
  }
  if (!assigned) assign(option + 1, std::move(so_far), perhaps_values, all);
}

std::vector<CandidateMaker::Assignment> CandidateMaker::assignments(bool perhaps_values) const {
  std::vector<std::pair<int, Assignment>> all;
  assign(0, {}, perhaps_values, all);
  std::ranges::stable_sort(all, {}, [](const auto& one) { return one.first; });
  std::vector<Assignment> best;
  for (auto& [sum, assignment] : all)
    if (best.size() < kMostAssignments && !assignment.empty()) best.push_back(std::move(assignment));
  return best;
}

void CandidateMaker::add_assignment(int rank, const Assignment& assignment) {
  CallTemplate options, glued;
  for (const auto& [argument, option] : assignment) {
    const std::string value = "{" + argument + "}";
    options.push_back(option);
    options.push_back(value);
    glued.push_back(option + (option.starts_with("--") ? "=" : "") + value);
  }
  std::set<CallTemplate> positions;
  std::vector<CallTemplate> in_order;
  for (const CallTemplate& order : orders()) {
    CallTemplate rest;
    // What is a value and has no option is not given, unless the order names it: "BS addr 256 -p fifo".
    for (const std::string& word : order)
      if (word == kInputSign || !assignment.contains(word.substr(1, word.size() - 2))) rest.push_back(word);
    if (!rest.empty() && rest.back() == kInputSign) continue;
    if (positions.insert(rest).second) in_order.push_back(std::move(rest));
  }
  if (positions.insert(CallTemplate{}).second) in_order.emplace_back();
  // A call that leaves nothing out goes before one that does.
  const bool all_files_by_option = std::ranges::all_of(search_.arguments, [&](const CallArgument& argument) {
    return argument.file.empty() || assignment.contains(argument.name);
  });
  if (all_files_by_option)
    std::ranges::stable_sort(in_order, {}, [](const CallTemplate& words) { return words.size(); });
  for (const CallTemplate& rest : in_order) {
    const auto joined = [&](const CallTemplate& first, const CallTemplate& second) {
      CallTemplate words = first;
      words.insert(words.end(), second.begin(), second.end());
      return words;
    };
    add(rank, joined(options, rest));
    if (!rest.empty()) add(rank, joined(rest, options));
    add(rank + 1, joined(glued, rest));
  }
}

void CandidateMaker::add_options() {
  int rank = 3;
  for (const Assignment& assignment : assignments(false)) {
    add_assignment(rank, assignment);
    rank = 5;
  }
  if (std::ranges::none_of(hints_.options, [&](const OptionHint& hint) { return may_be_a_value(hint); }))
    return;
  for (const Assignment& assignment : assignments(true)) add_assignment(6, assignment);
}

// The orders of arguments by position, each with one of its files by standard input before it where the code
// reads that.
std::vector<CallTemplate> CandidateMaker::orders() const {
  std::vector<CallTemplate> all;
  for (const auto& order : search_.orders) {
    CallTemplate words;
    for (const std::string& argument : order)
      if (search_.argument(argument) != nullptr) words.push_back("{" + argument + "}");
    for (const CallArgument& argument : search_.arguments) {
      const auto place = std::ranges::find(words, "{" + argument.name + "}");
      if (!argument.by_input || !hints_.reads_input || place == words.end()) continue;
      CallTemplate by_input = words;
      by_input.erase(by_input.begin() + (place - words.begin()));
      by_input.insert(by_input.end(), {kInputSign, "{" + argument.name + "}"});
      all.push_back(std::move(by_input));
    }
    all.push_back(std::move(words));
  }
  return all;
}

void CandidateMaker::add_orders() {
  for (const CallTemplate& words : orders()) {
    const bool by_input = words.size() > 1 && words[words.size() - 2] == kInputSign;
    const bool fits = hints_.counts.contains(words.size() - (by_input ? 2 : 0));
    add(fits ? 4 : 7, words);
  }
}

std::vector<CallCandidate> CandidateMaker::make() {
  add_forms();
  for (const CallTemplate& words : hints_.templates) {
    // Written out by the student: as it stands first, then in the other spellings.
    ranked_.push_back({1, words});
    add(2, words);
  }
  add_options();
  add_orders();
  std::ranges::stable_sort(ranked_, {}, &Ranked::rank);
  std::vector<CallCandidate> candidates;
  std::set<CallTemplate> seen;
  for (const Ranked& one : ranked_) {
    CallTemplate words = with_file_names(one.words, search_);
    if (seen.insert(words).second) candidates.push_back({std::move(words), one.rank <= 1});
  }
  return candidates;
}

}  // namespace

CallTemplate with_file_names(const CallTemplate& words, const CallSearch& search) {
  CallTemplate named;
  for (std::string word : words) {
    for (const CallArgument& argument : search.arguments)
      if (!argument.file.empty()) word = replace_all(word, "{" + argument.name + "}", argument.file);
    named.push_back(std::move(word));
  }
  return named;
}

bool CallCandidate::gives_more_than(const std::set<std::string>& taken, const CallSearch& search) const {
  return std::ranges::any_of(search.arguments, [&](const CallArgument& argument) {
    return argument.file.empty() && !taken.contains(argument.name) &&
           std::ranges::any_of(
               words, [&](const std::string& word) { return word.find("{" + argument.name) != word.npos; });
  });
}

std::vector<CallCandidate> call_candidates(const ProgramSettings& settings, const Hints& hints) {
  return CandidateMaker(settings, hints).make();
}

}  // namespace memgrade::collect
