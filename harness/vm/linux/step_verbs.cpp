#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/vm/linux/step_verbs.hpp>
#include <iterator>

namespace memgrade::vm {
namespace {

constexpr std::string_view ellipsis = "…";

constexpr StepVerb verbs[] = {
#define STEP(verb, arguments, does, shell, facts) \
  {StepVerb::Kind::step, #verb, arguments, does, shell, facts},
#define JOB_STEP(verb, arguments, does, shell, facts) \
  {StepVerb::Kind::job_only, #verb, arguments, does, shell, facts},
#define LINE_STEP(verb, arguments, does, shell, facts) \
  {StepVerb::Kind::line, #verb, arguments, does, shell, facts},
#include <harness/guest/steps.def>
#undef STEP
#undef JOB_STEP
#undef LINE_STEP
};

StepArgument argument_of(std::string_view word) {
  StepArgument argument;
  argument.optional = word.starts_with('[');
  if (argument.optional) word = word.substr(1, word.size() - 2);
  argument.many = word.ends_with(ellipsis);
  if (argument.many) word.remove_suffix(ellipsis.size());
  argument.name = word;
  return argument;
}

// "WHAT: maps smaps" at the end of what a step does.
std::vector<std::string> choices_of(const StepVerb& verb, const StepArgument& argument) {
  const std::string told = std::string(argument.name) + ": ";
  const std::size_t at = verb.does.rfind(told);
  return at == verb.does.npos ? std::vector<std::string>() : split_words(verb.does.substr(at + told.size()));
}

}  // namespace

std::span<const StepVerb> step_verbs() {
  return verbs;
}

const StepVerb* find_step_verb(std::string_view verb) {
  const auto* const found = std::ranges::find(verbs, verb, &StepVerb::verb);
  return found == std::end(verbs) ? nullptr : found;
}

std::vector<StepArgument> arguments_of(const StepVerb& verb) {
  std::vector<StepArgument> arguments;
  std::string_view rest = verb.arguments;
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    arguments.push_back(argument_of(rest.substr(0, space)));
    arguments.back().choices = choices_of(verb, arguments.back());
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  return arguments;
}

std::string step_table() {
  std::string table = "| step | what it does |\n|---|---|\n";
  for (const StepVerb& verb : verbs) {
    const std::string_view space = verb.arguments.empty() ? "" : " ";
    table += fmt::format("| `{}{}{}` | {} |\n", verb.verb, space, verb.arguments, verb.does);
  }
  return table;
}

}  // namespace memgrade::vm
