// Absence shows something only where there was something to see: a run that died, or printed nothing at all,
// does not pass.
#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/text/regex.hpp>
#include <harness/model/describe.hpp>

namespace memgrade::judge {
namespace {

std::string why_unknown(const Observed& observed, const std::string& name) {
  const RunRecord* const run = run_of(observed.evidence, name);
  if (observed.evidence.unobserved) return why_missing(observed, name);
  if (run == nullptr) return {};
  if (run->termination != Termination::exited)
    return fmt::format("the {} {}, so that nobody knows what it would have printed",
                       word_of(observed.evidence.subject), describe_termination(*run));
  if (trim(run->out.bytes).empty() && trim(run->err.bytes).empty() && run->files.empty())
    return why_missing(observed, name);
  // Of a stream that is named the other one's end is no matter.
  const bool is_out = name.ends_with(".stdout"), is_err = name.ends_with(".stderr");
  if ((run->out.cut && !is_err) || (run->err.cut && !is_out))
    return fmt::format("the {} printed more than was kept", word_of(observed.evidence.subject));
  return {};
}

Verdict check_absent(const Json& json, const Observed& observed) {
  const PatternSearch search = look_for(PatternParams(json), observed);
  if (search.verdict) return *search.verdict;
  const std::string expected = "nothing that matches " + search.pattern;
  const std::string& name = search.text.name;
  if (search.line)
    return fail_verdict(expected, *search.line, fmt::format("{} holds {}", words_of(name), *search.line));
  if (const std::string why = why_unknown(observed, name); !why.empty())
    return fail_verdict(expected, summary(search.text.text), why);
  return pass_verdict(expected, "nothing");
}

}  // namespace

Checker absent_checker() {
  return {{.name = "absent",
           .doc = "An expression matches nowhere in a text. A run that died, or that printed nothing at all, "
                  "does not pass.",
           .fields = {fact_field("The text that was observed, or a number as it is written."),
                      {.key = "pattern",
                       .type = FieldType::regex,
                       .required = true,
                       .doc = "What must not be there; `^` and `$` are the ends of a line."}}},
          check_absent};
}

}  // namespace memgrade::judge
