// Facts by name, and the reason when there is none. Never throws, whatever the evidence holds.
#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/model/describe.hpp>
#include <harness/model/verdict.hpp>

namespace memgrade {
namespace {

const Json kNothing = nullptr;

// A name of a run may hold dots itself, so that every way to take the dotted name apart is tried, the longest
// first key first.
const Json* look_up(const Json& value, std::string_view name) {
  if (!value.is_object()) return nullptr;
  for (std::size_t end = name.size(); end != std::string_view::npos && end > 0;
       end = name.rfind('.', end - 1)) {
    const auto found = value.find(std::string(name.substr(0, end)));
    if (found == value.end()) continue;
    if (end == name.size()) return &*found;
    if (const Json* inner = look_up(*found, name.substr(end + 1))) return inner;
  }
  return nullptr;
}

// What the fact looks like where it is printed: an example, else the expressions.
std::string looked_for(const Json& facts, std::string_view fact_name) {
  const Json* const entry = look_up(facts, fmt::format("{}.{}", kLookedFor, fact_name));
  if (entry == nullptr || !entry->is_object()) return {};
  if (const auto text = entry->find("not_shown"); text != entry->end() && text->is_string())
    return text->get<std::string>();
  if (const auto example = entry->find("example"); example != entry->end() && example->is_string())
    return "no line of the output looks like " + quote(example->get_ref<const std::string&>());
  const auto patterns = entry->find("patterns");
  if (patterns == entry->end() || !patterns->is_array() || patterns->empty()) return {};
  const Json& first = patterns->front();
  if (!first.is_string()) return {};
  std::string text = "no line of the output matches " + shorten(first.get_ref<const std::string&>(), 160);
  if (patterns->size() > 1)
    text += fmt::format(" (or one of {})", counted(patterns->size() - 1, "other spelling"));
  return text;
}

std::string_view first_line(std::string_view text) {
  for (const std::string_view line : split_lines(text))
    if (!trim(line).empty()) return trim(line);
  return {};
}

std::string why_no_line(const RunRecord& run, std::string_view subject, const Json& facts,
                        std::string_view fact_name) {
  std::string text;
  const bool silent = trim(run.out.bytes).empty() && run.files.empty();
  if (silent) {
    text = fmt::format("the {} printed nothing", subject);
  } else if (const std::string variant = looked_for(facts, fact_name); !variant.empty()) {
    text = variant;
  } else {
    text = fmt::format("the output does not give {}", fact_name);
  }
  if (run.exit_status != 0) text += fmt::format("; the {} {}", subject, describe_termination(run));
  if (silent || run.exit_status != 0) {
    const std::string_view said = first_line(std::string_view(run.err.bytes).substr(0, 4096));
    if (!said.empty()) text += ", its error output begins with " + quote(said);
  }
  if (run.out.cut)
    text += fmt::format("; of the output only the first {} bytes of {} were read", run.out.bytes.size(),
                        run.out.total_bytes);
  return text;
}

// Of the facts that a guest's agent gives; "" when `fact_name` is none of them.
std::string why_not_observed(const RunRecord& run, std::string_view fact_name) {
  const auto dot = fact_name.find('.');
  if (!run.observed || dot == std::string_view::npos) return {};
  const std::string_view kind = fact_name.substr(0, dot);
  const std::string name = quote(fact_name.substr(dot + 1, 80));
  std::string text;
  if (kind == "values") text = fmt::format("nothing could be read for {}", name);
  if (kind == "steps") text = fmt::format("the step {} was not taken", name);
  if (kind == "marks") text = fmt::format("the run did not get to {}", name);
  if (kind == "printed" || kind == "exits") text = fmt::format("nothing is known of the process {}", name);
  if (kind == "files") text = fmt::format("there is no file {}", name);
  if (!text.empty() && run.termination != Termination::exited)
    text += fmt::format("; the guest {}", describe_termination(run));
  return text;
}

std::string why_no_run(const Evidence& evidence, std::string_view name) {
  if (name.starts_with("build.") || name == "build") return "nothing was built";
  if (name.starts_with("search.") || name == "search") return "no search took place";
  if (evidence.build && evidence.build->invocation.empty() && !evidence.build->tried.empty())
    return "no command line was found that the program answers to";
  return fmt::format("the {} was not run for this", word_of(evidence.subject));
}

}  // namespace

const RunRecord* run_of(const Evidence& evidence, std::string_view name) {
  const RunRecord* longest = nullptr;
  for (const RunRecord& run : evidence.runs) {
    const bool starts = name == run.name || (name.starts_with(run.name) && name[run.name.size()] == '.');
    if (starts && (longest == nullptr || run.name.size() > longest->name.size())) longest = &run;
  }
  return longest;
}

const Json& fact(const Observed& observed, std::string_view dotted_name) {
  const Json* const found = look_up(observed.facts, dotted_name);
  return found != nullptr ? *found : kNothing;
}

std::string why_missing(const Observed& observed, std::string_view dotted_name) {
  const Evidence& evidence = observed.evidence;
  if (evidence.unobserved) return "this could not be observed";
  if (dotted_name.starts_with("oracle."))
    return fmt::format("there is nothing to compare with ({})", dotted_name);
  const std::string_view subject = word_of(evidence.subject);
  if (evidence.build && !evidence.build->succeeded) return fmt::format("the {} did not build", subject);
  const RunRecord* const run = run_of(evidence, dotted_name);
  if (run == nullptr) return why_no_run(evidence, dotted_name);
  const std::string_view fact_name =
      dotted_name.size() > run->name.size() ? dotted_name.substr(run->name.size() + 1) : "anything";
  if (std::string text = why_not_observed(*run, fact_name); !text.empty()) return text;
  if (run->termination == Termination::not_started)
    return fmt::format("the {} could not be started", subject);
  if (run->termination != Termination::exited)
    return fmt::format("the {} {} before it printed this", subject, describe_termination(*run));
  return why_no_line(*run, subject, observed.facts, fact_name);
}

}  // namespace memgrade
