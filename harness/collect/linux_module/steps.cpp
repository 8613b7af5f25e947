#include <fmt/format.h>

#include <algorithm>
#include <harness/base/placeholders.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/linux_module/steps.hpp>
#include <harness/vm/linux/guest.hpp>
#include <harness/vm/linux/step_verbs.hpp>
#include <span>

namespace memgrade::collect {
namespace {

constexpr int kDeepestScript = 4;
constexpr std::size_t kMostWords = 64;  // of a step, for the agent

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorKind::case_file, std::move(message));
}

Result<std::vector<std::string>> split_quoted(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false, quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
      in_word = true;
    } else if (!quoted && (c == ' ' || c == '\t')) {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quoted) return wrong("a quote is not closed");
  if (in_word) words.push_back(std::move(word));
  return words;
}

// `word` with every {name} of `values` put in; {pid:NAME} is the agent's.
Result<std::string> filled(std::string_view word, const Json& values) {
  return fill_placeholders(word, [&](const Placeholder& placeholder) -> Result<std::optional<std::string>> {
    if (placeholder.name == "pid" && !placeholder.form.empty()) return std::nullopt;
    const auto value = values.find(std::string(placeholder.name));
    if (value == values.end()) return wrong(fmt::format("there is no value {}", quote(placeholder.name)));
    return value->is_string() ? value->get<std::string>() : value->dump();
  });
}

Status expand_into(std::vector<Step>& steps, const std::vector<std::string>& lines, const Json& scripts,
                   const Json& values, int depth) {
  for (const std::string& line : lines) {
    auto step = parse_step(line);
    if (!step) return std::unexpected(step.error());
    for (std::string& word : step->words) {
      auto text = filled(word, values);
      if (!text) return std::unexpected(text.error());
      word = std::move(*text);
    }
    if (step->verb() != "use") {
      steps.push_back(std::move(*step));
      continue;
    }
    if (!scripts.contains(step->name())) return wrong(fmt::format("no script {}", quote(step->name())));
    if (depth == kDeepestScript) return wrong(fmt::format("script {} uses itself", quote(step->name())));
    auto inner = expand_into(steps, scripts.at(step->name()).get<std::vector<std::string>>(), scripts, values,
                             depth + 1);
    if (!inner) return inner;
  }
  return {};
}

// An argument as the shell shall read it.
std::string for_shell(const vm::StepArgument& argument, const std::string& word) {
  if (argument.name == "FILE" || argument.name == "PATH")
    return word.starts_with('/') ? word : "/job/" + word;
  return argument.name == "TEXT" ? shell_quote(word) : word;
}

// The step's arguments by their names in the table of verbs.
Json named_arguments(const vm::StepVerb& verb, const Step& step) {
  Json named = Json::object();
  std::size_t at = 1;
  for (const vm::StepArgument& argument : vm::arguments_of(verb)) {
    const std::span<const std::string> left = std::span(step.words).subspan(at);
    named[std::string(argument.name)] = argument.many ? shell_command(left) : for_shell(argument, left[0]);
    ++at;
  }
  return named;
}

void add_facts(std::vector<std::string>& facts, const Step& step) {
  const vm::StepVerb* const verb = vm::find_step_verb(step.verb());
  if (verb == nullptr || verb->kind == vm::StepVerb::Kind::line) return;
  for (const char* part : {"result", "errno", "ms", "timed_out", "count", "failed"})
    facts.push_back(fmt::format("steps.{}.{}", step.name(), part));
  for (const std::string& fact : split_words(verb->facts))
    facts.push_back(filled(fact, {{"NAME", step.name()}}).value_or(fact));
}

std::string shell_line(const Step& step) {
  const vm::StepVerb* const verb = vm::find_step_verb(step.verb());
  if (verb == nullptr || verb->shell.empty()) return "# " + join(step.words, " ");
  return filled(verb->shell, named_arguments(*verb, step)).value_or("# " + step.verb());
}

}  // namespace

Result<Step> parse_step(std::string_view line) {
  auto words = split_quoted(line);
  if (!words) return std::unexpected(words.error());
  if (words->empty()) return wrong("a step is empty");
  const vm::StepVerb* const verb = vm::find_step_verb(words->front());
  if (verb == nullptr || verb->kind == vm::StepVerb::Kind::job_only) {
    std::vector<std::string> known;
    for (const vm::StepVerb& one : vm::step_verbs())
      if (one.kind != vm::StepVerb::Kind::job_only) known.emplace_back(one.verb);
    return wrong(fmt::format("no step {}{}", quote(words->front()), did_you_mean(words->front(), known)));
  }
  const auto arguments = vm::arguments_of(*verb);
  const std::size_t given = words->size() - 1;
  const auto least =
      static_cast<std::size_t>(std::ranges::count(arguments, false, &vm::StepArgument::optional));
  const bool many = !arguments.empty() && arguments.back().many;
  if (given < least || (given > least && !many) || given > kMostWords)
    return wrong(fmt::format("'{}' takes {}", verb->verb, arguments.empty() ? "nothing" : verb->arguments));
  return Step{std::move(*words)};
}

Result<std::vector<Step>> expand_steps(const std::vector<std::string>& lines, const Json& scripts,
                                       const Json& values) {
  std::vector<Step> steps;
  if (auto expanded = expand_into(steps, lines, scripts, values, 0); !expanded)
    return std::unexpected(expanded.error());
  int open = 0;
  for (const Step& step : steps) {
    open += step.verb() == "repeat" ? 1 : step.verb() == "done" ? -1 : 0;
    if (open < 0 || open > 1) return wrong("'repeat' and 'done' do not match, or are nested");
  }
  if (open != 0) return wrong("a 'repeat' has no 'done'");
  return steps;
}

std::string encode_steps(const std::vector<Step>& steps) {
  std::string text;
  for (const Step& step : steps) {
    std::vector<std::string> words;
    for (const std::string& word : step.words) words.push_back(vm::guest_word(word));
    if (step.verb() == "repeat") words.erase(words.begin() + 1);  // its name is for the reader
    text += join(words, " ") + "\n";
  }
  return text;
}

std::vector<std::string> facts_of_steps(const std::vector<Step>& steps) {
  std::vector<std::string> facts;
  for (const Step& step : steps) add_facts(facts, step);
  return facts;
}

std::string shell_script(const std::vector<Step>& steps) {
  std::string text = "#!/bin/sh\n";
  for (const Step& step : steps) {
    std::string line = shell_line(step);
    for (std::size_t at = 0; (at = line.find("{pid:", at)) != line.npos;) {
      const std::size_t close = line.find('}', at);
      if (close == line.npos) break;
      line.replace(at, close + 1 - at, "'$pid_" + line.substr(at + 5, close - at - 5) + "'");
    }
    text += line + "\n";
  }
  return text;
}

}  // namespace memgrade::collect
