#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/judge/build/build_log.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>
#include <harness/model/describe.hpp>

namespace memgrade::judge {
namespace {

// What a failed build without a compiler's finding printed last: make's or the linker's words.
std::string end_of_log(const BuildRecord& build) {
  if (build.steps.empty()) return {};
  constexpr std::size_t kLines = 12;
  const RunRecord& step = build.steps.back();
  const Stream& stream = trim(step.err.bytes).empty() ? step.out : step.err;
  const auto lines = split_lines(stream.bytes);
  std::string text;
  for (std::size_t i = lines.size() > kLines ? lines.size() - kLines : 0; i < lines.size(); ++i)
    text += shorten(lines[i], 300) + "\n";
  return text;
}

// Of several, that are made one after the other, the one that was run last.
std::string_view last_command(std::string_view commands) {
  for (const std::string_view separator : {"\n", " && "})
    if (const std::size_t at = commands.rfind(separator); at != commands.npos)
      commands.remove_prefix(at + separator.size());
  return commands;
}

std::string why_failed(const BuildRecord& build, const std::vector<const Diagnostic*>& errors,
                       std::string_view subject) {
  if (!errors.empty()) return fmt::format("the build fails at {}", one_line(*errors.front()));
  if (build.steps.empty()) return "nothing was found that could be built";
  const RunRecord& step = build.steps.back();
  if (step.termination == Termination::exited && step.exit_status == 0)
    return fmt::format("the build made no {}", subject);
  return fmt::format("the build fails: {} {}", quote(last_command(step.command)), describe_termination(step));
}

Verdict check_builds(const Json&, const Observed& observed) {
  const std::string expected = "a build without errors";
  const auto& build = observed.evidence.build;
  if (!build || observed.evidence.unobserved) return missing_fact(observed, "build", expected);
  if (build->succeeded)
    return pass_verdict(expected, build->recipe.empty() ? "built" : "built with " + build->recipe);
  const auto errors = errors_of(*build);
  const std::string_view subject = word_of(observed.evidence.subject);
  Verdict verdict =
      fail_verdict(expected, errors.empty() ? fmt::format("no {}", subject) : counted(errors.size(), "error"),
                   why_failed(*build, errors, subject));
  verdict.detail = listed(errors);
  if (errors.empty()) verdict.detail = end_of_log(*build);
  for (const std::string& recipe : build->tried) verdict.detail += "tried: " + recipe + "\n";
  return verdict;
}

}  // namespace

Checker builds_checker() {
  return {{.name = "builds",
           .doc = "The submission builds. Says which way was taken, or shows the first errors.",
           .fields = {}},
          check_builds};
}

}  // namespace memgrade::judge
