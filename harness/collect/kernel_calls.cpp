#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/kernel_calls.hpp>
#include <harness/model/describe.hpp>
#include <harness/oracle/kernel_judge.hpp>
#include <harness/oracle/kernel_ops.hpp>
#include <harness/oracle/kernel_rules.hpp>
#include <harness/oracle/kernel_sequences.hpp>
#include <harness/oracle/page_trace.hpp>
#include <harness/oracle/shrink.hpp>
#include <random>

namespace memgrade::collect {
namespace {

using oracle::CallSequence;
using oracle::Violation;

struct Outcome {
  std::vector<Violation> violations;
  std::string ended;  // "" when the driver came to its end
};

// A key that the student's code cannot know beforehand; nothing that is kept depends on it.
oracle::TraceKey new_key() {
  std::random_device random;
  const auto word = [&] { return std::uint64_t{random()} << 32 | random(); };
  return {word(), {word(), word()}};
}

class Calls {
 public:
  Calls(const KernelMachine& machine, const Json& settings) : machine_(machine), settings_(settings) {}
  Result<Json> run();

 private:
  [[nodiscard]] CallSequence as_made(const CallSequence& sequence) const {
    return machine_.built().keep_first_page ? oracle::keeping_the_first_page(sequence) : sequence;
  }
  Result<Outcome> ask(const CallSequence& sequence);
  Result<Json> shorten(const CallSequence& sequence, Violation violation, std::uint64_t seed);

  const KernelMachine& machine_;
  const Json& settings_;
  std::size_t boots_ = 0, calls_ = 0;
};

// What is seen has the numbers of the calls that are really made.
Result<Outcome> Calls::ask(const CallSequence& asked) {
  const CallSequence sequence = as_made(asked);
  const oracle::TraceKey key = new_key();
  const auto directory = TempDir::make(machine_.scratch(), "ops-");
  if (!directory) return std::unexpected(directory.error());
  const fs::path file = directory->path() / "ops.bin";
  if (auto written = write_file(file, oracle::encode_ops(sequence, key)); !written)
    return std::unexpected(written.error());
  const auto run = machine_.boot(machine_.driver(), {{file, oracle::ops_address}});
  if (!run) return std::unexpected(run.error());
  ++boots_;
  calls_ += sequence.ops.size();
  const oracle::PageTrace trace = oracle::parse_page_trace(run->console.bytes, sequence, key);
  Outcome outcome;
  outcome.violations = oracle::judge_calls(sequence, trace);
  if (!trace.complete()) outcome.ended = describe_ending(to_record("driver", "", *run));
  return outcome;
}

bool breaks(const Outcome& outcome, const std::string& rule) {
  return std::ranges::find(outcome.violations, rule, &Violation::rule) != outcome.violations.end();
}

// The shortest sequence found that breaks the same rule. Operations behind the one that broke it are left out
// first, for nothing.
Result<Json> Calls::shorten(const CallSequence& sequence, Violation violation, std::uint64_t seed) {
  CallSequence shortest = sequence;
  const std::size_t before = as_made(sequence).ops.size() - sequence.ops.size();
  const std::size_t wrong = violation.op - std::min(violation.op, before);
  if (wrong < shortest.ops.size()) shortest.ops.resize(wrong + 1);
  bool minimal = false;
  const auto still_breaks = [&](const CallSequence& candidate) -> Result<bool> {
    const auto outcome = ask(candidate);
    if (!outcome) return std::unexpected(outcome.error());
    return breaks(*outcome, violation.rule);
  };
  auto shrunk =
      oracle::shrink(oracle::to_text(shortest), oracle::sequence_questions(sequence.phase, still_breaks),
                     settings_.value("budget", std::size_t{30}));
  if (!shrunk) return std::unexpected(shrunk.error());
  if (shrunk->end != oracle::ShrinkEnd::not_reproduced) {
    auto read = oracle::sequence_from_text(sequence.phase, oracle::without_dangling(shrunk->items));
    if (read) shortest = std::move(*read);
    minimal = shrunk->end == oracle::ShrinkEnd::one_minimal;
    const auto again = ask(shortest);
    if (!again) return std::unexpected(again.error());
    const auto same = std::ranges::find(again->violations, violation.rule, &Violation::rule);
    if (same != again->violations.end()) violation = *same;
  }
  return Json{{"rule", violation.rule},
              {"sentence", violation.sentence},
              {"expected", violation.expected},
              {"observed", violation.observed},
              {"picture", violation.picture},
              {"seed", seed},
              {"op", violation.op},
              {"sequence", oracle::to_text(as_made(shortest))},
              {"full_length", as_made(sequence).ops.size()},
              {"minimal", minimal}};
}

Json plain(const Violation& violation, std::uint64_t seed) {
  return {{"rule", violation.rule},         {"sentence", violation.sentence},
          {"expected", violation.expected}, {"observed", violation.observed},
          {"picture", violation.picture},   {"seed", seed}};
}

Result<Json> Calls::run() {
  const oracle::SequenceFamily* family = oracle::find_sequence_family(settings_.value("family", ""));
  if (!family) return fail(ErrorKind::case_file, "no such family of calls");
  Json violations = Json::array();
  Json ended;
  const auto first = settings_.value("first", std::uint64_t{1});
  const auto count = settings_.value("count", std::uint64_t{1});
  const auto steps = settings_.value("steps", std::size_t{0});
  // The first seed that shows something is enough: others would show the same mistake.
  for (std::uint64_t seed = first; seed < first + count && violations.empty() && ended.is_null(); ++seed) {
    const CallSequence sequence = family->make(seed, steps > 0 ? steps : family->steps);
    auto outcome = ask(sequence);
    if (!outcome) return std::unexpected(outcome.error());
    if (!outcome->ended.empty()) ended = outcome->ended;
    for (std::size_t i = 0; i < outcome->violations.size(); ++i) {
      auto told = i == 0 ? shorten(sequence, outcome->violations[i], seed)
                         : Result<Json>(plain(outcome->violations[i], seed));
      if (!told) return told;
      violations.push_back(std::move(*told));
    }
  }
  return Json{{"boots", boots_},
              {"calls", calls_},
              {"violations", std::move(violations)},
              {"ended", std::move(ended)}};
}

}  // namespace

Result<Json> try_calls(const KernelMachine& machine, const Json& settings) {
  return Calls(machine, settings).run();
}

}  // namespace memgrade::collect
