#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <harness/base/text.hpp>
#include <harness/collect/linux_module/steps.hpp>

namespace memgrade::collect {
namespace {

constexpr int kDeepestScript = 4;

// How many words a verb takes after itself.
struct Verb {
  const char* name;
  std::size_t least, most;
  const char* arguments;
};
constexpr std::size_t kAnyNumber = 64;
constexpr std::array kVerbs = {
    Verb{"insmod", 4, 4, "NAME FILE PARAMS MS"},
    Verb{"rmmod", 3, 3, "NAME MODULE MS"},
    Verb{"start", 2, kAnyNumber, "NAME PATH ARGS…"},
    Verb{"startroot", 2, kAnyNumber, "NAME PATH ARGS…"},
    Verb{"await", 4, 4, "NAME PROC TEXT MS"},
    Verb{"tell", 3, 3, "NAME PROC TEXT"},
    Verb{"signal", 3, 3, "NAME PROC NUMBER"},
    Verb{"join", 3, 3, "NAME PROC MS"},
    Verb{"write", 4, 4, "NAME PATH TEXT MS"},
    Verb{"read", 4, 4, "NAME PATH MAXBYTES MS"},
    Verb{"sleep", 2, 2, "NAME MS"},
    Verb{"mark", 1, 1, "NAME"},
    Verb{"observe", 3, kAnyNumber, "NAME PROC WHAT…"},
    Verb{"system", 2, kAnyNumber, "NAME WHAT…"},
    Verb{"settle", 1, 1, "NAME"},
    Verb{"take", 3, 3, "NAME PATH MAXBYTES"},
    Verb{"remove", 2, 2, "NAME PATH"},
    Verb{"repeat", 2, 2, "NAME TIMES"},
    Verb{"done", 0, 0, ""},
    Verb{"use", 1, 1, "SCRIPT"},
};

const Verb* find_verb(std::string_view name) {
  const auto* const found = std::ranges::find(kVerbs, name, &Verb::name);
  return found == kVerbs.end() ? nullptr : found;
}

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

std::string encoded(std::string_view word) {
  if (word.empty()) return "%";
  std::string text;
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == '%' || byte >= 0x7f)
      text += fmt::format("%{:02X}", byte);
    else
      text += c;
  }
  return text;
}

// `word` with every {name} of `values` put in.
Result<std::string> filled(std::string_view word, const Json& values) {
  std::string text;
  while (!word.empty()) {
    const std::size_t open = word.find('{');
    const std::size_t close = open == word.npos ? word.npos : word.find('}', open);
    if (close == word.npos) break;
    const std::string name(word.substr(open + 1, close - open - 1));
    text += word.substr(0, open);
    if (name.starts_with("pid:"))
      text += word.substr(open, close + 1 - open);
    else if (!values.contains(name))
      return wrong(fmt::format("there is no value {}", quote(name)));
    else
      text += values.at(name).is_string() ? values.at(name).get<std::string>() : values.at(name).dump();
    word.remove_prefix(close + 1);
  }
  return text + std::string(word);
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

bool has_record(std::string_view verb) {
  return verb != "repeat" && verb != "done" && verb != "use";
}

void add_facts(std::vector<std::string>& facts, const Step& step) {
  const std::string name = step.name();
  const std::string& verb = step.verb();
  if (has_record(verb))
    for (const char* part : {"result", "errno", "ms", "timed_out", "count", "failed"})
      facts.push_back(fmt::format("steps.{}.{}", name, part));
  if (verb == "read") facts.push_back("values." + name);
  if (verb == "mark") facts.push_back("marks." + name);
  if (verb == "take") facts.push_back("files." + name);
  if (verb == "start" || verb == "startroot") {
    facts.push_back("printed." + name);
    for (const char* part : {"status", "signal"}) facts.push_back(fmt::format("exits.{}.{}", name, part));
  }
  if (verb == "observe") {
    facts.push_back("memory." + name);
    for (const char* part : {"count", "vmas", "pages", "data", "code"})
      facts.push_back(fmt::format("memory.{}.{}", name, part));
  }
  if (verb == "system") facts.push_back("system." + name);
}

std::string shell_line(const Step& step) {
  const auto& words = step.words;
  const std::string& verb = step.verb();
  const auto path = [](const std::string& file) { return file.starts_with('/') ? file : "/job/" + file; };
  if (verb == "insmod") return fmt::format("insmod {} {}", path(words[2]), words[3]);
  if (verb == "rmmod") return "rmmod " + words[2];
  if (verb == "write") return fmt::format("printf %s {} > {}", shell_quote(words[3]), words[2]);
  if (verb == "read") return "cat " + words[2];
  if (verb == "sleep") return fmt::format("usleep {}000", words[2]);
  if (verb == "remove") return "rm -f " + words[2];
  if (verb == "take") return "ls -l " + words[2];
  if (verb == "repeat") return fmt::format("for i in $(seq {}); do", words[2]);
  if (verb == "done") return "done";
  if (verb == "signal") return fmt::format("kill -{} $pid_{}", words[3], words[2]);
  if (verb == "join") return fmt::format("wait $pid_{}", words[2]);
  if (verb == "start" || verb == "startroot") {
    const std::vector<std::string> arguments(words.begin() + 3, words.end());
    return fmt::format("mkfifo /tmp/in_{0}; {1} {2} < /tmp/in_{0} & pid_{0}=$!; exec 9> /tmp/in_{0}",
                       words[1], path(words[2]), shell_command(arguments));
  }
  if (verb == "tell") return fmt::format("echo {} >&9", shell_quote(words[3]));
  if (verb == "await") return fmt::format("sleep 1  # until {} says {}", words[2], shell_quote(words[3]));
  return "# " + join(words, " ");
}

}  // namespace

Result<Step> parse_step(std::string_view line) {
  auto words = split_quoted(line);
  if (!words) return std::unexpected(words.error());
  if (words->empty()) return wrong("a step is empty");
  const Verb* const verb = find_verb(words->front());
  if (verb == nullptr) {
    std::vector<std::string> known;
    for (const Verb& one : kVerbs) known.emplace_back(one.name);
    return wrong(fmt::format("no step {}{}", quote(words->front()), did_you_mean(words->front(), known)));
  }
  const std::size_t given = words->size() - 1;
  if (given < verb->least || given > verb->most)
    return wrong(fmt::format("'{}' takes {}", verb->name, *verb->arguments ? verb->arguments : "nothing"));
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
    for (const std::string& word : step.words) words.push_back(encoded(word));
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
