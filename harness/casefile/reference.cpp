// The reference page: one table for each mapping, from the same key specs that files are checked against.
#include <fmt/format.h>
#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/casefile/lab_keys.hpp>
#include <harness/casefile/reference_text.hpp>

namespace memgrade::casefile {
namespace {

std::string plain_type(const KeySpec& spec) {
  switch (spec.type) {
    case KeyType::text:
      return "text";
    case KeyType::name:
      return "name";
    case KeyType::number:
      return "number";
    case KeyType::size:
      return "size";
    case KeyType::integer:
      return "whole number";
    case KeyType::boolean:
      return "true or false";
    case KeyType::scalar:
      return "text, number, true or false";
    case KeyType::regex:
      return "regular expression";
    case KeyType::fact:
      return "fact";
    case KeyType::choice:
      return spec.choices.empty() ? "choice" : "`" + join(spec.choices, "`, `") + "`";
    case KeyType::object:
      return "mapping";
    case KeyType::any_object:
      return "free mapping";
    case KeyType::named:
      return "one of the " + spec.vocabulary;
  }
  return {};
}

std::string range(const KeySpec& spec) {
  if (spec.minimum && spec.maximum) {
    return fmt::format(", {}…{}", plain_number(*spec.minimum), plain_number(*spec.maximum));
  }
  if (spec.minimum) return fmt::format(", ≥ {}", plain_number(*spec.minimum));
  return spec.maximum ? fmt::format(", ≤ {}", plain_number(*spec.maximum)) : std::string();
}

std::string type(const KeySpec& spec) {
  std::string text = plain_type(spec) + range(spec);
  if (spec.list) text = "list of: " + text;
  if (spec.map) text = "names to: " + text;
  return text;
}

std::string fallback(const KeySpec& spec) {
  if (spec.required) return "**required**";
  if (spec.fallback.is_null()) return "";
  if (spec.fallback.is_object() && spec.fallback.empty()) return "empty";
  if (spec.fallback.is_array() && spec.fallback.empty()) return "empty";
  return "`" + dump_json(spec.fallback, -1) + "`";
}

// What would end a table's cell or row.
std::string cell(std::string text) {
  return replace_all(replace_all(std::move(text), "|", "\\|"), "\n", " ");
}

std::string table(const std::vector<KeySpec>& keys) {
  if (keys.empty()) return "No keys of its own.\n\n";
  std::string text = "| key | type | default | unit | meaning |\n|---|---|---|---|---|\n";
  for (const KeySpec& spec : keys) {
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", spec.key, cell(type(spec)), cell(fallback(spec)),
                        cell(spec.unit), cell(spec.doc));
  }
  return text + "\n";
}

// The table of one mapping, and those of the mappings inside it, each under its path.
std::string tables(const std::vector<KeySpec>& keys, const std::string& path) {
  std::string text = table(keys);
  for (const KeySpec& spec : keys) {
    if (spec.type != KeyType::object || spec.keys.empty()) continue;
    const std::string below =
        fmt::format("{}{}{}{}", path, path.empty() ? "" : ".", spec.key, spec.map ? ".NAME" : "");
    text += fmt::format("`{}`:", below);
    if (spec.list) text += " each item is a mapping.";
    if (!spec.shorthand.empty())
      text += fmt::format(" A value without a mapping is its `{}`.", spec.shorthand);
    text += "\n\n" + tables(spec.keys, below);
  }
  return text;
}

std::string terms(const std::vector<TermSpec>& all) {
  std::string text;
  for (const TermSpec& term : all) {
    text += fmt::format("### `{}`\n\n{}\n\n", term.name, term.doc) + tables(term.keys, "");
  }
  return text.empty() ? "None.\n\n" : text;
}

// The keys of lab.yaml without the collectors' sections, which have chapters of their own.
std::vector<KeySpec> own_lab_keys(const Vocabulary& vocabulary) {
  std::vector<KeySpec> keys = lab_keys(vocabulary, nullptr);
  for (KeySpec& spec : keys) {
    if (find_collector(vocabulary, spec.key) != nullptr || spec.key == "facts") spec.keys.clear();
  }
  return keys;
}

std::string collectors(const Vocabulary& vocabulary) {
  std::string text;
  for (const CollectorSpec& collector : vocabulary.collectors) {
    text += fmt::format("## Collector `{}`\n\n{}\n\n", collector.name, collector.doc);
    text += fmt::format("In lab.yaml, under `{}`:\n\n", collector.name) +
            tables(collector.lab_keys, collector.name);
    text += "In a task, under `collect`:\n\n" + tables(collector.task_keys, "collect");
  }
  return text;
}

std::string statuses() {
  std::string text = "## Words for the outcome of a task\n\n| word | meaning |\n|---|---|\n";
  for (const auto& [status, meaning] : status_meanings()) {
    text += fmt::format("| `{}` | {} |\n", to_string(status), meaning);
  }
  return text + "\n";
}

}  // namespace

std::string reference_page(const Vocabulary& vocabulary) {
  std::vector<KeySpec> of_task = task_keys(nullptr);
  std::string page = introduction();
  page += "## lab.yaml\n\n" + tables(own_lab_keys(vocabulary), "");
  page += "## A task's file\n\n" + tables(of_task, "");
  page += "## Keys of every check\n\n" + table(check_keys());
  page += "## Checkers\n\n" + terms(vocabulary.checkers);
  page += "## Facts\n\n" + facts_text() + "An entry under `facts` in lab.yaml:\n\n" +
          tables(vocabulary.fact_keys, "");
  page += collectors(vocabulary);
  page += "## Oracles\n\n" + terms(vocabulary.oracles);
  page += "## Generators\n\n" + terms(vocabulary.generators);
  page += placeholders_text() + statuses();
  const WorkedExample example = worked_example();
  page += fmt::format("## A worked example\n\n`cases/demo/lab.yaml`:\n\n```yaml\n{}```\n\n", example.lab);
  for (const auto& [name, text] : example.tasks) {
    page += fmt::format("`cases/demo/{}.yaml`:\n\n```yaml\n{}```\n\n", name, text);
  }
  page.pop_back();
  return page;
}

}  // namespace memgrade::casefile
