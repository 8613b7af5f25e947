// What the models found in seeded call sequences (DriverSequences::families). Each check names the rules that
// cost in it; a rule that belongs to another is told and costs nothing. A family whose sequences did not come
// to their end, or in which nothing was given out, proves nothing and does not pass. Where the driver does
// not go into the submission's kernel, `driver_inconclusive` says why, and nobody has looked.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/c_source.hpp>
#include <harness/base/text.hpp>
#include <harness/judge/checkers.hpp>
#include <harness/judge/support.hpp>
#include <harness/oracle/rv64/rules.hpp>

namespace memgrade::judge {
namespace {

constexpr std::size_t kMostCalls = 24;
constexpr std::size_t kMostLinesOfFunction = 80;

// The shortest sequence, the call that went wrong marked, and the memory as it was then.
std::string calls_text(const ShortestCalls& shortest) {
  const std::vector<std::string>& sequence = shortest.sequence;
  std::string text =
      fmt::format("{} of {} {} it{}:\n", counted(sequence.size(), "call"), shortest.full_length,
                  sequence.size() == 1 ? "shows" : "show", shortest.minimal ? "; none can be left out" : "");
  const std::size_t from = sequence.size() > kMostCalls ? sequence.size() - kMostCalls : 0;
  if (from > 0) text += fmt::format("  … {} before\n", counted(from, "call"));
  for (std::size_t i = from; i < sequence.size(); ++i)
    text += fmt::format("{} {}\n", shortest.op == i ? ">" : " ", shorten(printable(sequence[i]), 120));
  return text;
}

std::string detail_of(const RuleViolation& violation) {
  std::string text;
  if (violation.shortest && !violation.shortest->sequence.empty()) text += calls_text(*violation.shortest);
  if (!violation.picture.empty()) text += "\n" + violation.picture;
  if (!violation.rule.empty()) text += "\nrule: " + violation.rule + "\n";
  return text;
}

// A function as its author wrote it, with file and numbers of lines.
std::string lines_of(const CSource& source, const std::string& file, const CPart& function) {
  const std::size_t name = source.code.rfind(function.name, function.begin);
  const std::size_t first = source.line_of(name == std::string::npos ? function.begin : name);
  const auto lines = split_lines(source.text);
  const std::size_t last =
      std::min({source.line_of(function.end), lines.size(), first + kMostLinesOfFunction});
  std::string text;
  for (std::size_t line = first; line <= last; ++line)
    text += fmt::format("{}:{}: {}\n", file, line, shorten(printable(lines[line - 1]), 160));
  return text;
}

// What a person has to read, where nobody else has looked.
std::string functions_shown(const Json& params, const Evidence& evidence) {
  const std::vector<std::string> wanted = texts_param(params, "lines_of");
  std::string text;
  if (wanted.empty()) return text;
  for (const auto& [file, bytes] : evidence.sources) {
    const CSource source = read_c(bytes);
    for (const CPart& function : source.definitions)
      if (std::ranges::find(wanted, function.name) != wanted.end()) text += lines_of(source, file, function);
  }
  return text;
}

// The parameters; the defaults are the schema's.
struct RulesKept {
  std::string family;
  std::vector<std::string> rules;           // globs: what costs here
  std::vector<std::string> forgiven;        // globs: what costs nothing when …
  std::vector<std::string> forgiven_after;  // … one of these families broke a rule
  bool needs_results = false;               // without any, nobody has looked
};

RulesKept rules_kept_params(const Json& params) {
  const Json& forgive = param(params, "forgive");
  return {.family = text_param(params, "family"),
          .rules = texts_param(params, "rules"),
          .forgiven = texts_param(forgive, "rules"),
          .forgiven_after = texts_param(forgive, "families"),
          .needs_results = param(params, "needs_results") == true};
}

bool any_glob(const std::vector<std::string>& globs, const std::string& rule) {
  return std::ranges::any_of(globs, [&](const std::string& glob) { return glob_matches(glob, rule); });
}

// Violations by whether they cost here.
struct Sorted {
  std::vector<const RuleViolation*> own, others;
};

using Families = ByName<FamilyResult>;

Sorted sorted(const RulesKept& wanted, const Families& families, const FamilyResult& family) {
  const bool forgives = std::ranges::any_of(wanted.forgiven_after, [&](const std::string& name) {
    const FamilyResult* const other = families.find(name);
    return other != nullptr && !other->violations.empty();
  });
  Sorted found;
  for (const RuleViolation& violation : family.violations) {
    const std::string& rule = violation.rule;
    // What happens to the run itself has no other place.
    const bool here = rule.starts_with("run.") || wanted.rules.empty() || any_glob(wanted.rules, rule);
    const bool forgiven = forgives && any_glob(wanted.forgiven, rule);
    (here && !forgiven ? found.own : found.others).push_back(&violation);
  }
  return found;
}

std::string told_too(const std::vector<const RuleViolation*>& others) {
  std::string text;
  for (const RuleViolation* other : others)
    text +=
        fmt::format("\nseen too, and judged where it belongs: {}\nrule: {}\n", other->sentence, other->rule);
  return text;
}

Verdict broken(const Sorted& found) {
  const RuleViolation& first = *found.own.front();
  Verdict verdict = fail_verdict(first.expected, first.observed, first.sentence);
  verdict.detail = detail_of(first);
  for (std::size_t i = 1; i < found.own.size(); ++i)
    verdict.detail += fmt::format("\nalso: {}\nrule: {}\n", found.own[i]->sentence, found.own[i]->rule);
  if (const oracle::Rule* rule = oracle::find_kernel_rule(first.rule)) verdict.hint = rule->hint;
  return verdict;
}

bool gave_nothing(const FamilyResult& family) {
  return family.extent && family.extent->given == 0;
}

// Before the end of a sequence a violation left the models without knowledge of what is given out.
bool is_cut_short(const FamilyResult& family) {
  return family.extent && family.extent->judged < family.extent->length;
}

// Why nothing was shown though no rule was broken; "" when something was.
std::string nothing_shown(const Families& families, const FamilyResult& family) {
  if (gave_nothing(family)) return "nothing was given out at all, so nothing is shown";
  if (!family.bad_frees) return {};
  if (family.bad_frees->made == 0) return "no block was to be had that could be freed wrongly";
  const bool frees_work = std::ranges::any_of(families, [](const auto& named) {
    return named.second.bad_frees && named.second.bad_frees->frees_work;
  });
  return frees_work
             ? ""
             : "nothing that was freed was ever given out again, so a free that does nothing shows nothing";
}

// No rule of this check is broken.
Verdict kept(const std::string& expected, const Sorted& found, const Families& families,
             const FamilyResult& family) {
  if (const std::string why = nothing_shown(families, family); !why.empty())
    return fail_verdict(expected, "nothing", why);
  if (family.ended && found.others.empty())
    return fail_verdict(expected, *family.ended,
                        fmt::format("the kernel {} before the calls were done", *family.ended));
  // Bad frees are judged by two runs, and not by the models.
  if (!is_cut_short(family) || family.bad_frees) return pass_verdict(expected, {});
  const auto [judged, length, given] = *family.extent;
  Verdict verdict = fail_verdict(
      expected, fmt::format("in {} of {} calls", judged, length),
      found.others.empty()
          ? "after that nobody can say what is given out"
          : fmt::format("what comes after that cannot be judged: {}", found.others.back()->sentence));
  verdict.fraction = static_cast<double>(judged) / static_cast<double>(length);
  return verdict;
}

Verdict judge_rules(const Json& params, const Observed& observed) {
  const RulesKept wanted = rules_kept_params(params);
  const std::string expected = "every rule kept";
  const auto* const search = std::get_if<DriverSequences>(&observed.evidence.search);
  const FamilyResult* const family = search ? search->families.find(wanted.family) : nullptr;
  if (search && family == nullptr && !search->driver_inconclusive.empty())
    return inconclusive_verdict(expected, search->driver_inconclusive);
  if (observed.evidence.unobserved || family == nullptr)
    return fail_verdict(expected, "nothing", "the kernel could not be driven, so nothing is known of it");
  if (family->calls == 0) return fail_verdict(expected, "nothing", "no call was made");
  if (wanted.needs_results && gave_nothing(*family))
    return inconclusive_verdict(expected, "the driver got nothing from this kernel");
  const Sorted found = sorted(wanted, search->families, *family);
  if (wanted.needs_results && found.own.empty() && is_cut_short(*family))
    return inconclusive_verdict(expected,
                                "what the other rules' breaking leaves cannot be told apart from it");
  Verdict verdict = found.own.empty() ? kept(expected, found, search->families, *family) : broken(found);
  if (verdict.passed) verdict.observed = fmt::format("in {} calls", family->calls);
  verdict.detail += told_too(found.others);
  return verdict;
}

Verdict check_rules_kept(const Json& params, const Observed& observed) {
  Verdict verdict = judge_rules(params, observed);
  if (verdict.inconclusive) verdict.detail = functions_shown(params, observed.evidence);
  return verdict;
}

}  // namespace

Checker rules_kept_checker() {
  return {
      {.name = "rules_kept",
       .doc =
           "A family of call sequences broke none of these rules of the model. Shows the shortest sequence "
           "that breaks one. What could not be judged, because the kernel died or lost track by another "
           "rule's breaking, earns nothing.",
       .fields = {{.key = "family",
                   .required = true,
                   .doc = "The family, as in `calls`.",
                   .refers_to = Reference{"family"}},
                  {.key = "rules",
                   .list = true,
                   .fallback = Json::array(),
                   .doc = "Globs: the rules that cost here (`buddy.*`); none: all. What else is broken is "
                          "told, and costs where it belongs. Rules of the run itself (`run.*`) always "
                          "cost.",
                   .refers_to = Reference{.kind = "rule", .glob = true}},
                  {.key = "needs_results",
                   .type = FieldType::boolean,
                   .fallback = false,
                   .doc = "When no call gave anything, nothing was seen (`if_unseen`): the kernel may need "
                          "what the driver does not bring."},
                  {.key = "lines_of",
                   .list = true,
                   .fallback = Json::array(),
                   .doc = "Functions that the person who marks must read where nothing was seen: their lines "
                          "are printed.",
                   .refers_to = Reference{"function under `sources_of`"}},
                  {.key = "forgive",
                   .type = FieldType::object,
                   .doc = "Rules that cost nothing here when another family of this task broke a rule: they "
                          "may follow from that.",
                   .fields = {{.key = "rules",
                               .required = true,
                               .list = true,
                               .doc = "Globs of rules.",
                               .refers_to = Reference{.kind = "rule", .glob = true}},
                              {.key = "families",
                               .required = true,
                               .list = true,
                               .doc = "The families.",
                               .refers_to = Reference{"family"}}}}}},
      check_rules_kept};
}

}  // namespace memgrade::judge
