#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <harness/base/text.hpp>
#include <harness/collect/program/candidates.hpp>
#include <harness/collect/program/hints.hpp>
#include <harness/collect/program/invocation.hpp>
#include <harness/collect/program/offer.hpp>
#include <harness/collect/program/probe.hpp>
#include <harness/collect/program/told_call.hpp>
#include <tuple>

namespace memgrade::collect {
namespace {

constexpr int kMostProbeTimeouts = 3;
constexpr std::size_t kMostAccountLines = 400;

// The best call of one program.
struct ProgramCall {
  TriedCall best;
  Hints hints;
  Offer offer;
};

class CallFinder {
 public:
  CallFinder(const ProgramSettings& settings, const Context& context, const Built& built, Prober prober)
      : settings_(settings),
        built_(built),
        prober_(std::move(prober)),
        runner_(prober_.lab(), context, built, false) {}

  // The answers are read from this file alone.
  void read_from(const Instruction& told) {
    output_ = told.text;
    result_.notes.push_back(
        fmt::format("answers read from {} alone, as {} says", quote(told.text), told.source));
  }
  Status use_told(const std::vector<Instruction>& told);
  Status search();
  [[nodiscard]] bool has_found() const { return !found_.empty(); }
  FoundInvocation take();

 private:
  [[nodiscard]] std::vector<std::string> programs_in_order() const;
  [[nodiscard]] Hints hints_of(const std::string& program);
  Status search_program(const std::string& program);
  Status try_calls(const Hints& hints, const std::string& program, std::size_t first, TriedCall& best);
  Result<TriedCall> try_call(const Call& call, const Hints& hints, std::size_t first);
  void keep(TriedCall tried, Hints hints);
  [[nodiscard]] bool agrees_somewhere() const;
  void choose();
  void say_what_is_missing();
  [[nodiscard]] bool complete() const {
    return !found_.empty() && found_.back().best.right == prober_.most_right();
  }
  // By the processor time of the probes, so that a busy machine ends no search; waiting has a bound of its
  // own.
  [[nodiscard]] bool out_of_time() const {
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
    return prober_.cpu_s() > settings_.search.seconds || since.count() > settings_.search.wall_seconds;
  }

  const ProgramSettings& settings_;
  const Built& built_;
  Prober prober_;
  Runner runner_;
  std::string output_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::vector<TextFile> texts_;
  std::vector<ProgramCall> found_;
  FoundInvocation result_;
};

// The case's names first, then the others by name.
std::vector<std::string> CallFinder::programs_in_order() const {
  std::vector<std::string> programs = built_.programs;
  const auto rank = [&](const std::string& program) {
    const std::string name = to_lower(std::filesystem::path(program).filename().string());
    const auto known = std::ranges::find(settings_.programs, name);
    return std::tuple(known - settings_.programs.begin(), program);
  };
  std::ranges::sort(programs, {}, rank);
  return programs;
}

Hints CallFinder::hints_of(const std::string& program) {
  if (texts_.empty()) texts_ = hint_files(built_.directory);
  std::map<std::string, std::vector<std::string>> values;
  for (const Json& setting : settings_.probe.over)
    for (const auto& [name, value] : setting.items()) {
      std::string text = value.is_string() ? value.get<std::string>() : dump_json(value, -1);
      std::vector<std::string>& known = values[name];
      if (std::ranges::find(known, text) == known.end()) known.push_back(std::move(text));
    }
  return read_hints(texts_, program, built_.programs, settings_.search, values);
}

Result<TriedCall> CallFinder::try_call(const Call& call, const Hints& hints, std::size_t first) {
  auto tried = prober_.ask(runner_, call, {{}, hints.opened, output_}, first);
  if (!tried) return tried;
  const std::string how = tried->given == 0
                              ? tried->termination + ", no answer that can be read"
                              : fmt::format("{} of {} facts right{}", tried->right, prober_.most_right(),
                                            tried->distinct == 1 ? ", the same in every setting" : "");
  if (result_.account.size() < kMostAccountLines)
    result_.account.push_back(fmt::format("{}: {}", call_text(call), how));
  if (tried->given == 0 && !tried->example.empty())
    result_.tried.push_back(fmt::format("{}: {}", tried->example, tried->termination));
  return tried;
}

// Until a call is right in every setting, or the bounds are met.
Status CallFinder::try_calls(const Hints& hints, const std::string& program, std::size_t first,
                             TriedCall& best) {
  const std::size_t most = prober_.runs() + settings_.search.probes;
  int timeouts = 0;
  bool reaches = false;
  for (CallCandidate& candidate : call_candidates(settings_, hints)) {
    // The program itself says so, and is asked everything: what is still wrong is not the call.
    if (reaches && !candidate.said) break;
    // It answers, and nothing changes its answer: values that its code does not read will not either.
    if (best.ignored && best.right > 0 && candidate.gives_more_than(hints.taken, settings_.search)) continue;
    if (prober_.runs() >= most || timeouts >= kMostProbeTimeouts || out_of_time()) {
      result_.account.push_back(
          fmt::format("{}: the search ends here (at most {}, {} s of CPU time, {} that hang)", program,
                      counted(settings_.search.probes, "probe"), plain_number(settings_.search.seconds),
                      kMostProbeTimeouts));
      break;
    }
    auto tried = try_call(make_call(program, candidate.words), hints, first);
    if (!tried) return std::unexpected(tried.error());
    timeouts += tried->timed_out;
    reaches = reaches || (candidate.said && tried->distinct == prober_.settings().size() &&
                          2 * tried->right > prober_.most_right());
    if (tried->given > 0 && tried->better_than(best)) best = std::move(*tried);
    // Right in all that it shows, where what it shows cannot tell the settings apart.
    const bool all_it_shows =
        best.right > 0 && best.right == best.given && best.distinct == 1 && !best.ignored;
    if (best.right == prober_.most_right() || (all_it_shows && candidate.said)) break;
  }
  return {};
}

Status CallFinder::search_program(const std::string& program) {
  Hints hints = hints_of(program);
  TriedCall best;
  if (auto searched = try_calls(hints, program, 0, best); !searched) return searched;
  // A program that refuses the first setting may offer the last.
  if (best.given == 0 && prober_.settings().size() > 1)
    if (auto searched = try_calls(hints, program, prober_.settings().size() - 1, best); !searched)
      return searched;
  if (best.given > 0) keep(std::move(best), std::move(hints));
  return {};
}

void CallFinder::keep(TriedCall tried, Hints hints) {
  Offer offer = offer_of(tried, prober_, settings_.search, hints.taken);
  found_.push_back({std::move(tried), std::move(hints), std::move(offer)});
}

Status CallFinder::use_told(const std::vector<Instruction>& told) {
  for (const Instruction& instruction : told) {
    auto call = told_call(instruction, settings_, built_.programs);
    if (!call && !instruction.of_student) return std::unexpected(call.error());
    if (!call) {
      result_.notes.push_back("not used: " + call.error().text());
      continue;
    }
    Hints hints = hints_of(call->program);
    auto tried = try_call(*call, hints, 0);
    if (!tried) return std::unexpected(tried.error());
    if (tried->given == 0 && instruction.of_student) {
      result_.notes.push_back(
          fmt::format("not used: {}: called so, the program gives no answer that can be "
                      "read: {}",
                      instruction.source, tried->termination));
      continue;
    }
    result_.notes.push_back(fmt::format("called as {} says: {}", instruction.source, call_text(*call)));
    keep(std::move(*tried), std::move(hints));
  }
  return {};
}

Status CallFinder::search() {
  const std::vector<std::string> programs = programs_in_order();
  for (std::size_t i = 0; i < programs.size() && !complete(); ++i) {
    if (i >= settings_.search.programs) {
      result_.notes.push_back(fmt::format("{} more were built and not tried; at most {} are",
                                          counted(programs.size() - i, "program"),
                                          settings_.search.programs));
      break;
    }
    if (auto searched = search_program(programs[i]); !searched) return searched;
  }
  return {};
}

// Each setting goes to the program that answers it best; of equals, to the one that is better in all. A call
// without one right answer says nothing of its program while another program's call is right in something.
void CallFinder::choose() {
  std::ranges::stable_sort(found_, std::greater{}, [](const ProgramCall& one) { return one.best.right; });
  Invocation invocation{{}, {}, output_};
  for (std::size_t i = 0; i < prober_.settings().size(); ++i) {
    Invocation::Setting setting{prober_.settings()[i], std::nullopt, ""};
    const ProgramCall* best = nullptr;
    for (const ProgramCall& one : found_)
      if (one.offer.settings[i] && (one.best.right > 0 || found_.front().best.right == 0) &&
          (best == nullptr || one.best.replies[i].right > best->best.replies[i].right))
        best = &one;
    if (best != nullptr) {
      setting.call = best->best.call;
      result_.right += best->best.replies[i].right;
    }
    invocation.settings.push_back(std::move(setting));
  }
  for (const ProgramCall& one : found_)
    for (const auto& [name, ours] : one.hints.opened) invocation.copies[name] = ours;
  result_.invocation = std::move(invocation);
}

void CallFinder::say_what_is_missing() {
  std::vector<std::string> causes;
  for (const ProgramCall& one : found_)
    if (!one.offer.cause.empty())
      causes.push_back((found_.size() > 1 ? one.best.call.program + " " : "") + one.offer.cause);
  const std::string cause = printable(join(causes, "; "));
  std::vector<std::string> missing;
  for (Invocation::Setting& setting : result_.invocation->settings) {
    if (setting.call) continue;
    setting.cause = cause;
    missing.push_back(setting_text(setting.values));
  }
  if (!missing.empty())
    result_.notes.push_back(fmt::format("not offered: {}: {}", join(missing, ", "), cause));
}

// Whether anything that was printed is true, in some setting: a fact, or a column of a table. Of a lab
// without tables this cannot be told: a wrong count is an answer.
bool CallFinder::agrees_somewhere() const {
  const auto is_column = [](const std::string& name) { return name.contains('.'); };
  return std::ranges::none_of(settings_.probe.compare, is_column) ||
         std::ranges::any_of(found_, [&](const ProgramCall& one) {
           return one.best.right > 0 || std::ranges::any_of(one.best.replies, [&](const Reply& reply) {
                    return std::ranges::any_of(reply.names, is_column);
                  });
         });
}

FoundInvocation CallFinder::take() {
  result_.most_right = prober_.most_right();
  result_.probes = prober_.runs();
  if (found_.empty()) return std::move(result_);
  if (!agrees_somewhere()) {  // noise is no answer, and earns nothing for not crashing
    result_.tried = {call_text(found_.front().best.call) +
                     ": prints numbers that agree with nothing that is true"};
    return std::move(result_);
  }
  choose();
  result_.reading = prober_.reading_of(found_.front().best);
  say_what_is_missing();
  result_.tried.clear();
  std::vector<std::pair<std::string, std::vector<std::string>>> calls;
  for (const Invocation::Setting& setting : result_.invocation->settings) {
    if (!setting.call) continue;
    const std::string text = call_text(*setting.call);
    const auto known =
        std::ranges::find(calls, text, &std::pair<std::string, std::vector<std::string>>::first);
    if (known == calls.end())
      calls.push_back({text, {setting_text(setting.values)}});
    else
      known->second.push_back(setting_text(setting.values));
  }
  const bool one_call = calls.size() == 1 && calls.front().second.size() == prober_.settings().size();
  for (const auto& [text, settings] : calls)
    result_.text +=
        (result_.text.empty() ? "" : "; ") + text + (one_call ? "" : " for " + join(settings, ", "));
  if (found_.size() > 1 && found_[0].best.right == found_[1].best.right && calls.size() == 1)
    result_.notes.push_back(fmt::format("{} and {} answer equally; {} is graded", found_[0].best.call.program,
                                        found_[1].best.call.program, found_[0].best.call.program));
  return std::move(result_);
}

}  // namespace

Result<FoundInvocation> find_invocation(const Lab& lab, const ProgramSettings& settings,
                                        const Context& context, const Built& built, const DataSets& data,
                                        const Instructions& told) {
  auto prober = Prober::make(lab, settings, data);
  if (!prober) return std::unexpected(prober.error());
  CallFinder finder(settings, context, built, std::move(*prober));
  if (!told.output.empty()) finder.read_from(told.output.front());
  if (auto used = finder.use_told(told.run); !used) return std::unexpected(used.error());
  if (!finder.has_found())
    if (auto searched = finder.search(); !searched) return std::unexpected(searched.error());
  return finder.take();
}

}  // namespace memgrade::collect
