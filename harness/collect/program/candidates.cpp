#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/placeholders.hpp>
#include <harness/collect/program/candidates.hpp>
#include <map>
#include <set>

namespace memgrade::collect {
namespace {

constexpr std::size_t kMostAssignments = 12;

struct Ranked {
  int rank = 0;  // smaller is tried earlier
  CallTemplate words;
};

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
      : settings_(settings), search_(settings.search), hints_(hints) {}

  std::vector<CallCandidate> make();

 private:
  // Which option stands for which argument.
  using Assignment = std::map<std::string, std::string>;

  void add(int rank, CallTemplate words);
  void add_forms();
  void add_options();
  void add_flags(int rank, const std::vector<std::string>& flags);
  void add_orders();
  void add_assignment(int rank, const Assignment& assignment);
  [[nodiscard]] std::vector<Assignment> assignments() const;
  void assign(std::size_t option, Assignment so_far, std::vector<std::pair<int, Assignment>>& all) const;
  [[nodiscard]] int cost(const std::string& option, const CallArgument& argument) const;
  [[nodiscard]] std::vector<std::pair<bool, CallTemplate>> spelled(const CallTemplate& words) const;
  [[nodiscard]] bool spelling_is_known(const CallArgument& argument, const std::string& spelling) const;
  [[nodiscard]] bool knows_option(const std::string& word) const;

  const ProgramSettings& settings_;
  const CallSearch& search_;
  const Hints& hints_;
  std::vector<Ranked> ranked_;
};

bool CandidateMaker::knows_option(const std::string& word) const {
  return std::ranges::any_of(hints_.options,
                             [&](const OptionHint& hint) { return hint.text == option_of(word); });
}

// Whether the code holds one of the words that the setting's values would be written as.
bool CandidateMaker::spelling_is_known(const CallArgument& argument, const std::string& spelling) const {
  return std::ranges::any_of(settings_.probe.over, [&](const Json& values) {
    const auto text = values.contains(argument.name) ? fill_text(spelling, values) : std::string();
    return text && !text->empty() && hints_.literals.contains(*text);
  });
}

// The template with every spelling of its values, and whether that spelling is one that the code knows.
std::vector<std::pair<bool, CallTemplate>> CandidateMaker::spelled(const CallTemplate& words) const {
  std::vector<std::pair<bool, CallTemplate>> all = {{true, words}};
  for (const CallArgument& argument : search_.arguments) {
    if (argument.spellings.size() < 2) continue;
    const std::string plain = "{" + argument.name + "}";
    const bool any_known = std::ranges::any_of(argument.spellings, [&](const std::string& spelling) {
      return spelling_is_known(argument, spelling);
    });
    std::vector<std::pair<bool, CallTemplate>> more;
    for (const auto& [known, given] : all) {
      if (std::ranges::none_of(given,
                               [&](const std::string& word) { return word.find(plain) != word.npos; })) {
        more.emplace_back(known, given);
        continue;
      }
      for (const std::string& spelling : argument.spellings) {
        CallTemplate written = given;
        for (std::string& word : written) word = replace_all(word, plain, spelling);
        more.emplace_back(known && (!any_known || spelling_is_known(argument, spelling)), std::move(written));
      }
    }
    all = std::move(more);
  }
  return all;
}

void CandidateMaker::add(int rank, CallTemplate words) {
  // Spellings that the code does not know come last, but before nothing at all.
  for (auto& [known, written] : spelled(words)) ranked_.push_back({known ? rank : rank + 10, written});
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

void CandidateMaker::assign(std::size_t option, Assignment so_far,
                            std::vector<std::pair<int, Assignment>>& all) const {
  if (all.size() >= 500) return;
  while (option < hints_.options.size() && !hints_.options[option].takes_value) ++option;
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
      return other.takes_value && other.argument == argument.name;
    });
    if (so_far.contains(argument.name) || (!hint.argument.empty() ? !said : said_of_another)) continue;
    Assignment next = so_far;
    next[argument.name] = hint.text;
    assign(option + 1, std::move(next), all);
    assigned = true;
  }
  if (!assigned) assign(option + 1, std::move(so_far), all);
}

std::vector<CandidateMaker::Assignment> CandidateMaker::assignments() const {
  std::vector<std::pair<int, Assignment>> all;
  assign(0, {}, all);
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
  for (const auto& order : search_.orders) {
    CallTemplate rest;
    for (const std::string& argument : order) {
      const CallArgument* const known = search_.argument(argument);
      // What is a value and has no option is not given, unless the order names it: "BS addr 256 -p fifo".
      if (known != nullptr && !assignment.contains(argument)) rest.push_back("{" + argument + "}");
    }
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

void CandidateMaker::add_flags(int rank, const std::vector<std::string>& flags) {
  for (const std::string& flag : flags)
    for (const CallTemplate& order : search_.orders) {
      CallTemplate rest = {flag};
      for (const std::string& argument : order)
        if (flag.find("{" + argument) == flag.npos) rest.push_back("{" + argument + "}");
      add(rank, rest);
    }
}

// -f|-l for FIFO and LRU: options without a value that are the values' own words or first letters.
void CandidateMaker::add_options() {
  // Of an option that the code reads by hand it is not known whether a value follows.
  std::vector<std::string> flags, perhaps;
  for (const OptionHint& hint : hints_.options) {
    if (!hint.takes_value && hint.text.find('{') != hint.text.npos) flags.push_back(hint.text);
    for (const char* form : {"initial", "upper_initial"})
      for (const CallArgument& argument : search_.arguments) {
        if (!argument.file.empty() || argument.output || argument.spellings.size() < 2) continue;
        const std::string flag = fmt::format("-{{{}:{}}}", argument.name, form);
        const bool of_a_value = std::ranges::any_of(settings_.probe.over, [&](const Json& values) {
          const auto filled = fill_text(flag, values);
          return filled && *filled == hint.text;
        });
        if (of_a_value) (hint.takes_value ? perhaps : flags).push_back(flag);
      }
  }
  add_flags(3, flags);
  add_flags(6, perhaps);
  int rank = 3;
  for (const Assignment& assignment : assignments()) {
    add_assignment(rank, assignment);
    rank = 5;
  }
}

void CandidateMaker::add_orders() {
  for (const CallTemplate& order : search_.orders) {
    CallTemplate words;
    for (const std::string& argument : order) words.push_back("{" + argument + "}");
    const bool fits = hints_.counts.contains(words.size());
    add(fits ? 4 : 7, std::move(words));
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
