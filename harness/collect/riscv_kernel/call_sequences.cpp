#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/shrink.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/riscv_kernel/call_sequences.hpp>
#include <harness/model/describe.hpp>
#include <harness/oracle/rv64/bad_frees.hpp>
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

constexpr std::size_t kMostShortened = 3;

struct Outcome {
  oracle::Judgement judgement;
  std::optional<oracle::BadFreeJudgement> bad_frees;  // of a sequence that holds some
  std::string ended;                                  // "" when the driver came to its end
  bool begun = true;                                  // it got to its first line
  bool of_itself = true;                              // the machine ended, and not we lost patience with it

  [[nodiscard]] const std::vector<Violation>& violations() const { return judgement.violations; }
};

// One boot with a sequence.
struct Driven {
  oracle::PageTrace trace;
  vm::GuestRun run;
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
  Calls(const KernelMachine& machine, const CallSettings& settings, std::string image,
        const oracle::SequenceFamily& family)
      : machine_(machine), settings_(settings), image_(std::move(image)), family_(family) {}
  Result<FamilyResult> run();
  // After `run`: the kernel did not get to the driver's first line.
  [[nodiscard]] bool never_began() const { return never_began_; }

 private:
  [[nodiscard]] CallSequence as_made(const CallSequence& sequence) const {
    return machine_.built().keep_first_page ? oracle::keeping_the_first_page(sequence) : sequence;
  }
  Result<Driven> drive(const CallSequence& sequence);
  Result<Outcome> ask(const CallSequence& sequence);
  Result<FamilyResult> tell(const CallSequence& sequence, std::uint64_t seed, const Outcome& outcome);
  Result<RuleViolation> shorten(const CallSequence& sequence, Violation violation, std::uint64_t seed,
                                bool patient);

  const KernelMachine& machine_;
  const CallSettings& settings_;
  std::string image_;
  const oracle::SequenceFamily& family_;
  std::size_t boots_ = 0, calls_ = 0;
  bool never_began_ = false;
};

Result<Driven> Calls::drive(const CallSequence& sequence) {
  const oracle::TraceKey key = new_key();
  const auto directory = TempDir::make(machine_.scratch(), "ops-");
  if (!directory) return std::unexpected(directory.error());
  const fs::path file = directory->path() / "ops.bin";
  if (auto written = write_file(file, oracle::encode_ops(sequence, key)); !written)
    return std::unexpected(written.error());
  auto run = machine_.boot(image_, {{file, oracle::ops_address}});
  if (!run) return std::unexpected(run.error());
  ++boots_;
  calls_ += sequence.ops.size();
  oracle::PageTrace trace = oracle::parse_page_trace(run->console.bytes, sequence, key);
  return Driven{std::move(trace), std::move(*run)};
}

// What follows from a bad free is told as that, and not once more.
void put_first(std::vector<Violation>& violations, const Violation& bad_free) {
  std::erase_if(violations,
                [&](const Violation& one) { return one.op >= bad_free.op || one.rule == bad_free.rule; });
  violations.push_back(bad_free);
}

// What is seen has the numbers of the calls that are really made.
Result<Outcome> Calls::ask(const CallSequence& asked) {
  const CallSequence sequence = as_made(asked);
  const auto driven = drive(sequence);
  if (!driven) return std::unexpected(driven.error());
  const vm::GuestRun& run = driven->run;
  Outcome outcome;
  outcome.judgement = oracle::judge_calls(sequence, driven->trace);
  if (!driven->trace.complete()) outcome.ended = describe_termination(to_record("driver", "", run));
  outcome.begun = driven->trace.begun;
  outcome.of_itself =
      !vm::is_timeout(run.termination) && run.termination != vm::GuestTermination::output_limit;
  if (oracle::bad_frees_of(sequence).empty() || !outcome.begun) return outcome;
  const auto without = drive(oracle::without_bad_frees(sequence));
  if (!without) return std::unexpected(without.error());
  outcome.bad_frees = oracle::judge_bad_frees(sequence, driven->trace, without->trace);
  if (outcome.bad_frees->violation) put_first(outcome.judgement.violations, *outcome.bad_frees->violation);
  return outcome;
}

bool breaks(const Outcome& outcome, const std::string& rule) {
  return std::ranges::find(outcome.violations(), rule, &Violation::rule) != outcome.violations().end();
}

RuleViolation as_evidence(const Violation& violation, std::uint64_t seed) {
  return {violation.rule, violation.sentence, violation.expected, violation.observed, violation.picture,
          seed,           std::nullopt};
}

// The shortest sequence found that breaks the same rule. Operations behind the one that broke it are left out
// first, for nothing; not `patient`, that is all.
Result<RuleViolation> Calls::shorten(const CallSequence& sequence, Violation violation, std::uint64_t seed,
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
  auto shrunk = shrink(oracle::to_text(shortest), questions, patient ? settings_.budget : 0);
  if (!shrunk) return std::unexpected(shrunk.error());
  if (patient && shrunk->end != ShrinkEnd::not_reproduced) {
    auto read = oracle::sequence_from_text(sequence.phase, oracle::without_dangling(shrunk->items));
    if (read) shortest = std::move(*read);
    minimal = shrunk->end == ShrinkEnd::one_minimal;
    const auto again = ask(shortest);
    if (!again) return std::unexpected(again.error());
    const auto same = std::ranges::find(again->violations(), violation.rule, &Violation::rule);
    if (same != again->violations().end()) violation = *same;
  }
  RuleViolation shown = as_evidence(violation, seed);
  shown.shortest =
      ShortestCalls{violation.op, oracle::to_text(as_made(shortest)), as_made(sequence).ops.size(), minimal};
  return shown;
}

// What is kept of the sequence that shows something, or of the last.
Result<FamilyResult> Calls::tell(const CallSequence& sequence, std::uint64_t seed, const Outcome& outcome) {
  FamilyResult result;
  for (const Violation& violation : outcome.violations()) {
    // Where no call was made, none can be left out; and a machine that has to be waited for each time costs
    // more than a shorter sequence is worth.
    auto told = outcome.begun && result.violations.size() < kMostShortened
                    ? shorten(sequence, violation, seed, outcome.of_itself && settings_.budget > 0)
                    : Result<RuleViolation>(as_evidence(violation, seed));
    if (!told) return std::unexpected(told.error());
    result.violations.push_back(std::move(*told));
  }
  result.extent =
      CallsJudged{outcome.judgement.judged, as_made(sequence).ops.size(), outcome.judgement.given};
  if (outcome.bad_frees)
    result.bad_frees = BadFreesSeen{outcome.bad_frees->made, outcome.bad_frees->frees_work};
  if (!outcome.ended.empty()) result.ended = outcome.ended;
  return result;
}

Result<FamilyResult> Calls::run() {
  FamilyResult result;
  // The first seed that shows something is enough: others would show the same mistake.
  for (std::uint64_t seed = settings_.first; seed < settings_.first + settings_.count; ++seed) {
    const CallSequence sequence = family_.make(seed, settings_.steps > 0 ? settings_.steps : family_.steps);
    const auto outcome = ask(sequence);
    if (!outcome) return std::unexpected(outcome.error());
    never_began_ = !outcome->begun;
    auto told = tell(sequence, seed, *outcome);
    if (!told) return told;
    result = std::move(*told);
    if (!result.violations.empty() || result.ended) break;
  }
  result.boots = boots_;
  result.calls = calls_;
  return result;
}

}  // namespace

CallSettings call_settings(const Json& settings) {
  return {.family = settings.value("family", ""),
          .part = settings.value("part", ""),
          .first = settings.value("first", std::uint64_t{1}),
          .count = settings.value("count", std::uint64_t{1}),
          .steps = settings.value("steps", std::size_t{0}),
          .budget = settings.value("budget", std::size_t{30})};
}

Result<FamilyResult> KernelCalls::try_family(const CallSettings& settings) {
  const oracle::SequenceFamily* family = oracle::find_sequence_family(settings.family);
  if (!family) return fail(ErrorKind::case_file, "no such family of calls");
  const std::string image = machine_.built().image_of_part(machine_.driver(), settings.part);
  const auto where = std::pair(image, family->make(0, 1).phase);
  {
    const std::scoped_lock lock(mutex_);
    if (const auto dead = never_began_.find(where); dead != never_began_.end()) return dead->second;
  }
  Calls calls(machine_, settings, image, *family);
  auto tried = calls.run();
  if (tried && calls.never_began()) {
    const std::scoped_lock lock(mutex_);
    never_began_.emplace(where, *tried);
  }
  return tried;
}

}  // namespace memgrade::collect
