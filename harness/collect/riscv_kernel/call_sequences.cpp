#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/shrink.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/riscv_kernel/call_sequences.hpp>
#include <harness/model/describe.hpp>
#include <harness/oracle/rv64/call_sequences.hpp>
#include <harness/oracle/rv64/check_trace.hpp>
#include <harness/oracle/rv64/driver_ops.hpp>
#include <harness/oracle/rv64/driver_trace.hpp>
#include <harness/oracle/rv64/rules.hpp>
#include <random>

namespace memgrade::collect {
namespace {

using oracle::CallSequence;
using oracle::Violation;

struct Outcome {
  std::vector<Violation> violations;
  std::string ended;      // "" when the driver came to its end
  bool begun = true;      // it got to its first line
  bool of_itself = true;  // the machine ended, and not we lost patience with it
};

// A key that the student's code cannot know beforehand; nothing that is kept depends on it.
oracle::TraceKey new_key() {
  std::random_device random;
  const auto word = [&] { return std::uint64_t{random()} << 32 | random(); };
  return {word(), {word(), word()}};
}

// One family.
class Calls {
 public:
  Calls(const KernelMachine& machine, const Json& settings, const oracle::SequenceFamily& family)
      : machine_(machine), settings_(settings), family_(family) {}
  Result<Json> run();
  // After `run`: the kernel did not get to the driver's first line.
  [[nodiscard]] bool never_began() const { return never_began_; }

 private:
  [[nodiscard]] CallSequence as_made(const CallSequence& sequence) const {
    return machine_.built().keep_first_page ? oracle::keeping_the_first_page(sequence) : sequence;
  }
  Result<Outcome> ask(const CallSequence& sequence);
  Result<Json> shorten(const CallSequence& sequence, Violation violation, std::uint64_t seed, bool patient);

  const KernelMachine& machine_;
  const Json& settings_;
  const oracle::SequenceFamily& family_;
  std::size_t boots_ = 0, calls_ = 0;
  bool never_began_ = false;
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
  if (!trace.complete()) outcome.ended = describe_termination(to_record("driver", "", *run));
  outcome.begun = trace.begun;
  outcome.of_itself =
      !vm::is_timeout(run->termination) && run->termination != vm::GuestTermination::output_limit;
  return outcome;
}

bool breaks(const Outcome& outcome, const std::string& rule) {
  return std::ranges::find(outcome.violations, rule, &Violation::rule) != outcome.violations.end();
}

// The shortest sequence found that breaks the same rule. Operations behind the one that broke it are left out
// first, for nothing; not `patient`, that is all.
Result<Json> Calls::shorten(const CallSequence& sequence, Violation violation, std::uint64_t seed,
                            bool patient) {
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
  ShrinkQuestions questions = oracle::sequence_questions(sequence.phase, still_breaks);
  questions.fails_at_last = true;
  auto shrunk =
      shrink(oracle::to_text(shortest), questions, patient ? settings_.value("budget", std::size_t{30}) : 0);
  if (!shrunk) return std::unexpected(shrunk.error());
  if (patient && shrunk->end != ShrinkEnd::not_reproduced) {
    auto read = oracle::sequence_from_text(sequence.phase, oracle::without_dangling(shrunk->items));
    if (read) shortest = std::move(*read);
    minimal = shrunk->end == ShrinkEnd::one_minimal;
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
  Json violations = Json::array();
  Json ended;
  const auto first = settings_.value("first", std::uint64_t{1});
  const auto count = settings_.value("count", std::uint64_t{1});
  const auto steps = settings_.value("steps", std::size_t{0});
  // The first seed that shows something is enough: others would show the same mistake.
  for (std::uint64_t seed = first; seed < first + count && violations.empty() && ended.is_null(); ++seed) {
    const CallSequence sequence = family_.make(seed, steps > 0 ? steps : family_.steps);
    auto outcome = ask(sequence);
    if (!outcome) return std::unexpected(outcome.error());
    if (!outcome->ended.empty()) ended = outcome->ended;
    never_began_ = !outcome->begun;
    for (std::size_t i = 0; i < outcome->violations.size(); ++i) {
      // Where no call was made, none can be left out; and a machine that has to be waited for each time costs
      // more than a shorter sequence is worth.
      auto told = i == 0 && outcome->begun
                      ? shorten(sequence, outcome->violations[i], seed, outcome->of_itself)
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

Result<Json> KernelCalls::try_family(const Json& settings) {
  const oracle::SequenceFamily* family = oracle::find_sequence_family(settings.value("family", ""));
  if (!family) return fail(ErrorKind::case_file, "no such family of calls");
  const oracle::Phase phase = family->make(0, 1).phase;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto dead = never_began_.find(phase); dead != never_began_.end()) return dead->second;
  }
  Calls calls(machine_, settings, *family);
  auto tried = calls.run();
  if (tried && calls.never_began()) {
    const std::scoped_lock lock(mutex_);
    never_began_.emplace(phase, *tried);
  }
  return tried;
}

}  // namespace memgrade::collect
