// The reference page: one table for each mapping, from the same key specs that files are checked against.
#include <fmt/format.h>
#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/casefile/lab_schema.hpp>
#include <harness/casefile/reference_text.hpp>

namespace memgrade::casefile {
namespace {

std::string plain_type(const FieldSpec& spec) {
  switch (spec.type) {
    case FieldType::text:
      return "text";
    case FieldType::name:
      return "name";
    case FieldType::number:
      return "number";
    case FieldType::size:
      return "size";
    case FieldType::integer:
      return "whole number";
    case FieldType::boolean:
      return "true or false";
    case FieldType::scalar:
      return "text, number, true or false";
    case FieldType::regex:
      return "regular expression";
    case FieldType::fact:
      return "fact";
    case FieldType::choice:
      return spec.choices.empty() ? "choice" : "`" + join(spec.choices, "`, `") + "`";
    case FieldType::object:
      return "mapping";
    case FieldType::any_object:
      return "free mapping";
    case FieldType::named:
      return "one of the " + spec.vocabulary;
  }
  return {};
}

std::string range(const FieldSpec& spec) {
  if (spec.minimum && spec.maximum) {
    return fmt::format(", {}…{}", plain_number(*spec.minimum), plain_number(*spec.maximum));
  }
  if (spec.minimum) return fmt::format(", ≥ {}", plain_number(*spec.minimum));
  return spec.maximum ? fmt::format(", ≤ {}", plain_number(*spec.maximum)) : std::string();
}

std::string type(const FieldSpec& spec) {
  std::string text = plain_type(spec) + range(spec);
  if (spec.list) text = "list of: " + text;
  if (spec.map) text = "names to: " + text;
  return text;
}

std::string fallback(const FieldSpec& spec) {
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

std::string table(const std::vector<FieldSpec>& fields) {
  if (fields.empty()) return "No keys of its own.\n\n";
  std::string text = "| key | type | default | unit | meaning |\n|---|---|---|---|---|\n";
  for (const FieldSpec& spec : fields) {
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", spec.key, cell(type(spec)), cell(fallback(spec)),
                        cell(spec.unit), cell(spec.doc));
  }
  return text + "\n";
}

// The table of one mapping, and those of the mappings inside it, each under its path.
std::string tables(const std::vector<FieldSpec>& fields, const std::string& path) {
  std::string text = table(fields);
  for (const FieldSpec& spec : fields) {
    if (spec.type != FieldType::object || spec.fields.empty()) continue;
    const std::string below =
        fmt::format("{}{}{}{}", path, path.empty() ? "" : ".", spec.key, spec.map ? ".NAME" : "");
    text += fmt::format("`{}`:", below);
    if (spec.list) text += " each item is a mapping.";
    if (!spec.shorthand.empty())
      text += fmt::format(" A value without a mapping is its `{}`.", spec.shorthand);
    text += "\n\n" + tables(spec.fields, below);
  }
  return text;
}

std::string terms(const std::vector<TermSpec>& all) {
  std::string text;
  for (const TermSpec& term : all) {
    text += fmt::format("### `{}`\n\n{}\n\n", term.name, term.doc) + tables(term.fields, "");
  }
  return text.empty() ? "None.\n\n" : text;
}

// The keys of lab.yaml without the collectors' sections, which have chapters of their own.
std::vector<FieldSpec> own_lab_fields(const Vocabulary& vocabulary) {
  std::vector<FieldSpec> fields = lab_fields(vocabulary, nullptr);
  for (FieldSpec& spec : fields) {
    if (find_collector(vocabulary, spec.key) != nullptr || spec.key == "facts") spec.fields.clear();
  }
  return fields;
}

std::string collectors(const Vocabulary& vocabulary) {
  std::string text;
  for (const CollectorSpec& collector : vocabulary.collectors) {
    text += fmt::format("## Collector `{}`\n\n{}\n\n", collector.name, collector.doc);
    text += fmt::format("In lab.yaml, under `{}`:\n\n", collector.name) +
            tables(collector.lab_fields, collector.name);
    text += "In a task, under `collect`:\n\n" + tables(collector.task_fields, "collect");
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
  std::vector<FieldSpec> of_task = task_fields(nullptr);
  std::string page = introduction();
  page += "## lab.yaml\n\n" + tables(own_lab_fields(vocabulary), "");
  page += "## A task's file\n\n" + tables(of_task, "");
  page += "## Keys of every check\n\n" + table(check_fields());
  page += "## Checkers\n\n" + terms(vocabulary.checkers);
  page += "## Facts\n\n" + facts_text() + "An entry under `facts` in lab.yaml:\n\n" +
          tables(vocabulary.fact_fields, "");
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
