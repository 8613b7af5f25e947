#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>

namespace memgrade::judge {
namespace {

Verdict check_answers(const Json&, const Observed& observed) {
  const std::string expected = "a command line that the program answers to";
  const auto& build = observed.evidence.build;
  if (!build || observed.evidence.unobserved) return missing_fact(observed, "build", expected);
  if (!build->succeeded) return fail_verdict(expected, "no program", "the program did not build");
  if (build->starter)
    return fail_verdict(expected, "the starter code",
                        "nothing was filled in: these are the lab's files as they were handed out");
  if (!build->invocation.empty()) return pass_verdict(expected, build->invocation);
  Verdict verdict = fail_verdict(
      expected, "none", "none of the command lines that were tried gives an answer that can be read");
  for (const std::string& recipe : build->tried) verdict.detail += "tried: " + recipe + "\n";
  return verdict;
}

}  // namespace

Checker answers_checker() {
  return {{.name = "answers",
           .doc = "A command line was found, among the lab's forms, to which the program answers with "
                  "anything that can be read. Starter code in which nothing was filled in is told as that.",
           .fields = {}},
          check_answers};
}

}  // namespace memgrade::judge
