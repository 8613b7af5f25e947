#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/shrink.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/placeholders.hpp>
#include <harness/collect/program/answers.hpp>
#include <harness/collect/program/differential.hpp>
#include <harness/facts/facts.hpp>
#include <harness/model/describe.hpp>
#include <map>

namespace memgrade::collect {
namespace {

constexpr const char* kTermination = "ending";  // stands among the facts: the program died

std::vector<std::string> items_of(const std::string& bytes) {
  std::vector<std::string> items;
  for (const std::string_view line : split_lines(bytes))
    if (!trim(line).empty()) items.emplace_back(trim(line));
  return items;
}

std::string text_of(const Items& items) {
  return items.empty() ? "" : join(items, "\n") + "\n";
}

// One trace under one setting, and what it showed.
struct Case {
  std::int64_t seed = 0;
  Question question;
  RunRecord record;
  std::optional<Difference> difference;
  std::optional<facts::Layout> layout;  // how the whole trace's output is read; a short one tells too little
  // Where the trace can be cut without losing the difference, as far as is known; smaller is easier to
  // shorten.
  std::size_t reach = 0;
};

class Search {
 public:
  Search(const Lab& lab, const Json& settings, const Runner& runner, const Invocation& invocation,
         const DataSets& data, const std::string& folder)
      : lab_(lab),
        settings_(settings),
        runner_(runner),
        invocation_(invocation),
        data_(data),
        folder_(folder),
        vary_(settings.value("vary", "")) {
    compare_ = settings.value("compare", Json::array()).get<std::vector<std::string>>();
  }

  Result<SearchResult> run();

 private:
  Status ask_all();
  Status ask_seed(std::int64_t seed);
  void remember(const std::string& fact, const Case& one);
  Result<std::optional<Difference>> difference(const std::string& fact, const Question& question,
                                               RunRecord& record, const facts::Layout* layout);
  Result<FoundDifference> shorten(const std::string& fact, Case one);
  [[nodiscard]] std::string explain(const Question& question, std::size_t step) const;

  const Lab& lab_;
  const Json& settings_;
  const Runner& runner_;
  const Invocation& invocation_;
  const DataSets& data_;
  const std::string& folder_;
  std::string vary_;
  std::vector<std::string> compare_;
  std::map<std::string, Case> worst_;  // by fact
  std::size_t questions_ = 0, runs_ = 0;
  bool hung_ = false;
};

bool died(const RunRecord& record) {
  return is_crash(record.termination) || is_timeout(record.termination);
}

// How the program answers one question: the fact's difference from the truth, or its death.
Result<std::optional<Difference>> Search::difference(const std::string& fact, const Question& question,
                                                     RunRecord& record, const facts::Layout* layout) {
  auto answer = runner_.ask(invocation_, question);
  if (!answer) return std::unexpected(answer.error());
  ++runs_;
  if (!*answer) return Difference{std::nullopt, "an answer", "no such program was built"};
  record = std::move(**answer);
  hung_ |= is_timeout(record.termination);
  if (fact == kTermination) {
    if (!died(record)) return std::nullopt;
    return Difference{std::nullopt, "an end by itself", describe_termination(record)};
  }
  auto truth = truth_of(lab_, question);
  if (!truth) return std::unexpected(truth.error());
  const Json facts = layout != nullptr ? facts::facts_of_run(lab_.facts, record, *truth, *layout)
                                       : facts::facts_of_run(lab_.facts, record, *truth);
  return difference_in(fact, facts, *truth);
}

void Search::remember(const std::string& fact, const Case& one) {
  const auto known = worst_.find(fact);
  if (known == worst_.end() || one.reach < known->second.reach) worst_.insert_or_assign(fact, one);
}

Status Search::ask_seed(std::int64_t seed) {
  for (const Json& over : settings_.at("over")) {
    Json values = over;
    values["seed"] = seed;
    auto files = data_.with(settings_.value("data", ""), Json{{vary_, settings_.at("generate")}}, values);
    if (!files) return std::unexpected(files.error());
    Case one{seed, {"search", over, std::move(*files)}, {}, {}, {}, 0};
    const std::size_t length = items_of(one.question.files.at(vary_)).size();
    auto death = difference(kTermination, one.question, one.record, nullptr);
    if (!death) return std::unexpected(death.error());
    ++questions_;
    one.reach = length;
    if (*death) {
      one.difference = **death;
      remember(kTermination, one);
      if (hung_) return {};
      continue;
    }
    auto truth = truth_of(lab_, one.question);
    if (!truth) return std::unexpected(truth.error());
    one.layout = facts::settle(lab_.facts, {{&one.record, &*truth}});
    const Json facts = facts::facts_of_run(lab_.facts, one.record, *truth, *one.layout);
    for (const std::string& fact : compare_) {
      one.difference = difference_in(fact, facts, *truth);
      if (!one.difference) continue;
      one.reach = one.difference->step.value_or(length);
      remember(fact, one);
    }
  }
  return {};
}

Status Search::ask_all() {
  const Json& seeds = settings_.at("seeds");
  const auto first = seeds.value("first", std::int64_t{1});
  const auto count = seeds.value("count", std::int64_t{1});
  // A program that hangs is not asked again: each question would cost a deadline.
  for (std::int64_t seed = first; seed < first + count && !hung_; ++seed)
    if (auto asked = ask_seed(seed); !asked) return asked;
  return {};
}

std::string Search::explain(const Question& question, std::size_t step) const {
  const Json& settings = lab_.settings.at("oracle");
  const oracle::Oracle* oracle = oracle::find_oracle(settings.value("name", ""));
  const auto params = fill(settings.value("params", Json::object()), question.values);
  return oracle && params ? oracle->explain(*params, question.files, step) : "";
}

Result<FoundDifference> Search::shorten(const std::string& fact, Case one) {
  const std::vector<std::string> all = items_of(one.question.files.at(vary_));
  Question shorter = one.question;
  const auto give = [&](const Items& items) { shorter.files[vary_] = text_of(items); };
  const facts::Layout* layout = one.layout ? &*one.layout : nullptr;
  const Termination termination = one.record.termination;
  ShrinkQuestions questions;
  questions.still_fails = [&](const Items& items) -> Result<bool> {
    give(items);
    RunRecord record;
    const auto found = difference(fact, shorter, record, layout);
    if (!found) return std::unexpected(found.error());
    if (!*found) return false;
    return fact == kTermination ? record.termination == termination : (*found)->kind == one.difference->kind;
  };
  // Nothing to shorten when it hangs (too dear) or says nothing of this fact at all (any trace would do).
  const bool shown = one.difference->kind != DifferenceKind::not_shown;
  const std::size_t budget = hung_ || !shown ? 0 : settings_.value("budget", std::size_t{300});
  Shrunk shrunk{all, 0, ShrinkEnd::budget_spent};
  if (budget > 0) {
    auto result = shrink(all, questions, budget);
    if (!result) return std::unexpected(result.error());
    if (result->end != ShrinkEnd::not_reproduced) shrunk = std::move(*result);
  }
  give(shrunk.items);
  shorter.places =
      data_.places(lab_.name, settings_.value("data", ""), {{vary_, nullptr}}, folder_ + "/" + fact);
  const std::string command = runner_.command_for(invocation_, shorter);
  Difference difference_now = *one.difference;
  if (shrunk.items.size() < all.size()) {
    auto found = difference(fact, shorter, one.record, layout);
    if (!found) return std::unexpected(found.error());
    if (*found) difference_now = **found;
  }
  if (!shown)
    return FoundDifference{.shown = false,
                           .seed = one.seed,
                           .with = one.question.values,
                           .expected = difference_now.expected,
                           .observed = difference_now.observed,
                           .command = command,
                           .inputs = shorter.places};
  const std::size_t last = shrunk.items.empty() ? 0 : shrunk.items.size() - 1;
  const std::size_t step = difference_now.step.value_or(last);
  return FoundDifference{
      .seed = one.seed,
      .with = one.question.values,
      .step = step,
      .expected = difference_now.expected,
      .observed = difference_now.observed,
      .explanation = fact == kTermination || shrunk.items.empty() ? "" : explain(shorter, step),
      .trace = std::move(shrunk.items),
      .full_length = all.size(),
      .minimal = shrunk.end == ShrinkEnd::one_minimal,
      .command = command,
      .inputs = shorter.places};
}

Result<SearchResult> Search::run() {
  if (auto asked = ask_all(); !asked) return std::unexpected(asked.error());
  SearchResult result;
  for (auto& [fact, one] : worst_) {
    if (fact == kTermination) {
      result.found.ended = describe_termination(one.record);
      result.deaths.push_back(one.record);
    }
    auto found = shorten(fact, one);
    if (!found) return std::unexpected(found.error());
    if (fact == kTermination) {
      result.deaths.back().command = found->command;
      result.deaths.back().inputs = found->inputs;
    }
    result.found.differences[fact] = std::move(*found);
  }
  result.found.compare = compare_;
  result.found.questions = questions_;
  result.found.runs = runs_;
  return result;
}

}  // namespace

Result<SearchResult> search(const Lab& lab, const Json& settings, const Runner& runner,
                            const Invocation& invocation, const DataSets& data, const std::string& folder) {
  return Search(lab, settings, runner, invocation, data, folder).run();
}

Status write_search_inputs(const Json& settings, const DifferentialSearch& search, const DataSets& data,
                           const fs::path& directory) {
  const std::string vary = settings.value("vary", "");
  for (const auto& [fact, difference] : search.differences) {
    Json values = difference.with;
    values["seed"] = difference.seed;
    auto files = data.with(settings.value("data", ""), Json{{vary, settings.at("generate")}}, values);
    if (!files) return std::unexpected(files.error());
    if (difference.shown) (*files)[vary] = text_of(difference.trace);
    if (auto written = write_named(*files, difference.inputs, directory); !written) return written;
  }
  return {};
}

}  // namespace memgrade::collect
