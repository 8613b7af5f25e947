#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>
#include <harness/model/describe.hpp>

namespace memgrade::judge {
namespace {

std::string wanted_words(const std::vector<long double>& statuses) {
  if (statuses.empty()) return "ends by itself";
  std::string text = "exit status ";
  for (std::size_t i = 0; i < statuses.size(); ++i) text += (i == 0 ? "" : " or ") + show(statuses[i]);
  return text;
}

struct ExitsParams {
  std::string run;
  std::vector<long double> statuses;  // that are accepted; none: any

  explicit ExitsParams(const Json& params) : run(text_param(params, "run")) {
    if (const Json& status = param(params, "status"); status.is_array())
      for (const Json& entry : status)
        if (const auto one = number(entry)) statuses.push_back(*one);
  }
};

// The end of its error output often says more than the signal.
std::string last_words(const RunRecord& run) {
  constexpr std::size_t kLines = 8;
  std::string_view bytes = run.err.bytes;
  if (bytes.size() > 4096) bytes.remove_prefix(bytes.size() - 4096);
  const auto lines = split_lines(bytes);
  std::string text;
  for (std::size_t i = lines.size() > kLines ? lines.size() - kLines : 0; i < lines.size(); ++i)
    text += std::string(lines[i]) + "\n";
  return trim(text).empty() ? std::string() : "the end of its error output:\n" + text;
}

Verdict check_exits(const Json& json, const Observed& observed) {
  const ExitsParams params(json);
  const std::string expected = wanted_words(params.statuses);
  const RunRecord* const run = find_run(observed.evidence, params.run);
  if (run == nullptr || observed.evidence.unobserved) return missing_fact(observed, params.run, expected);
  const std::string how = describe_termination(*run);
  Verdict verdict =
      fail_verdict(expected, how, fmt::format("the {} {}", word_of(observed.evidence.subject), how));
  if (run->termination == Termination::signaled) verdict.observed = signal_name(run->signal);
  if (run->termination == Termination::exited) {
    verdict.observed = fmt::format("exit status {}", run->exit_status);
    const bool right = params.statuses.empty() ||
                       std::ranges::find(params.statuses, run->exit_status) != params.statuses.end();
    if (right) return pass_verdict(expected, verdict.observed);
    verdict.message += fmt::format(" where {} is expected", expected);
  }
  verdict.detail = last_words(*run);
  return verdict;
}

}  // namespace

Checker exits_checker() {
  return {{.name = "exits",
           .doc = "The program ends by itself: no signal, no limit. With `status`, it ends with that status.",
           .fields = {run_field("The run of the task."),
                      {.key = "status",
                       .type = FieldType::integer,
                       .list = true,
                       .doc = "The exit statuses that are accepted; without it, any."}}},
          check_exits};
}

}  // namespace memgrade::judge
