#include <algorithm>
#include <harness/casefile/lab_schema.hpp>

namespace memgrade::casefile {
namespace {

using enum FieldType;

FieldSpec schema_field() {
  return {.key = "schema", .type = integer, .required = true, .doc = "The version of this format: 1."};
}

FieldSpec section(const CollectorSpec& collector) {
  return {.key = collector.name,
          .type = object,
          .doc = "What the collector `" + collector.name + "` needs for every task. " + collector.doc,
          .fields = collector.lab_fields};
}

FieldSpec needs_field() {
  return {.key = "needs",
          .type = object,
          .list = true,
          .fallback = Json::array(),
          .doc =
              "Tasks that must have come to something; else this one is skipped and earns nothing. A name "
              "alone means `{task: NAME}`.",
          .fields = {{.key = "task", .type = name, .required = true, .doc = "A task of the same lab."},
                     {.key = "at_least",
                      .type = choice,
                      .fallback = "pass",
                      .doc = "How far it must have come; `partial` is content with some marks.",
                      .choices = {"pass", "partial"}}},
          .shorthand = "task"};
}

FieldSpec facts_field(const Vocabulary& vocabulary) {
  return {.key = "facts",
          .type = object,
          .map = true,
          .fallback = Json::object(),
          .doc = "What a student's program says, by name, and how to find it in its output.",
          .fields = vocabulary.fact_fields};
}

FieldSpec starter_field() {
  return {.key = "starter",
          .type = object,
          .doc = "What `grade skeleton` copies for a student.",
          .fields = {{.key = "from",
                      .required = true,
                      .doc = "The folder of the reference solution.",
                      .refers_to = Reference{"file"}},
                     {.key = "files",
                      .list = true,
                      .doc = "Globs of its files; without it, all.",
                      .refers_to = Reference{"file", "from"}},
                     {.key = "data",
                      .type = name,
                      .doc = "The data set that goes with it.",
                      .refers_to = Reference{"data set"}}}};
}

FieldSpec question_rules_field() {
  return {
      .key = "questions",
      .type = object,
      .list = true,
      .fallback = Json::array(),
      .doc =
          "Rules by which questions are made from a student's own source and failures. Each student is asked "
          "another choice of them, and always the same one.",
      .fields = {
          {.key = "when",
           .type = regex,
           .doc = "Asked of a line of the source that it matches, comments and strings aside; of several, "
                  "one is chosen. A "
                  "rule has either `when` or `failed`."},
          {.key = "unless", .type = regex, .doc = "Of `when`: not asked when any line matches this."},
          {.key = "failed", .type = name, .doc = "Asked when this task lost points."},
          {.key = "check", .doc = "Of `failed`: only when the check of this title did not pass."},
          {.key = "ask",
           .required = true,
           .doc = "The question. With `when`: `{file}`, `{line}`, `{code}` (the line itself), `{1}` to `{9}` "
                  "(the groups of "
                  "the expression). With `failed`: `{task}`, `{check}`, `{expected}`, `{observed}`, "
                  "`{message}`, `{hint}`."}}};
}

FieldSpec checkoff_field() {
  return {
      .key = "checkoff",
      .type = object,
      .fallback = Json::object(),
      .doc = "What `grade checkoff` asks beside the questions of manual tasks.",
      .fields = {
          {.key = "most",
           .type = integer,
           .fallback = 8,
           .doc = "How many questions are made at most.",
           .minimum = 0,
           .maximum = 12},
          {.key = "sources",
           .list = true,
           .fallback = Json::array(),
           .doc = "Globs of the files that a student writes, by name or by path; only they are looked at. "
                  "Without it, every source."},
          question_rules_field()}};
}

}  // namespace

const CollectorSpec* find_collector(const Vocabulary& vocabulary, std::string_view name) {
  const auto found = std::ranges::find(vocabulary.collectors, name, &CollectorSpec::name);
  return found == vocabulary.collectors.end() ? nullptr : &*found;
}

std::vector<FieldSpec> lab_fields(const Vocabulary& vocabulary, const CollectorSpec* collector) {
  std::vector<std::string> collectors;
  for (const CollectorSpec& other : vocabulary.collectors) collectors.push_back(other.name);
  std::vector<FieldSpec> fields = {
      schema_field(),
      {.key = "lab", .type = name, .required = true, .doc = "The lab's name; that of its folder."},
      {.key = "title", .required = true, .doc = "What a person reads."},
      {.key = "summary", .fallback = "", .doc = "A few sentences for `grade explain`."},
      {.key = "points",
       .type = number,
       .required = true,
       .doc = "The points of all tasks that are not informational, added up.",
       .minimum = 0},
      {.key = "collector",
       .type = choice,
       .required = true,
       .doc = "How a submission is observed; its settings stand under its own name.",
       .choices = collectors},
      {.key = "identify",
       .required = true,
       .list = true,
       .doc = "Globs of files; a directory that holds one that matches is a submission."},
      {.key = "unless",
       .list = true,
       .fallback = Json::array(),
       .doc = "Globs of files; a directory with one that matches is no submission of this lab, whatever it "
              "holds."},
      {.key = "ignore",
       .list = true,
       .fallback = Json::array(),
       .doc = "Globs of a submission's files that are never used: the names of our own data."},
      starter_field(),
      checkoff_field(),
      facts_field(vocabulary)};
  for (const CollectorSpec& other : vocabulary.collectors) {
    if (collector == nullptr || collector == &other) fields.push_back(section(other));
  }
  fields.push_back(
      {.key = "groups",
       .type = any_object,
       .doc =
           "Lists of checks by name, for tasks that have them in common. Where one of them says `{run}`, the "
           "task's `group: {name: NAME, run: scan}` puts a value in; text that is `{run}` alone takes the "
           "value's type. A name in braces begins with a letter."});
  fields.push_back({.key = "tasks",
                    .type = name,
                    .required = true,
                    .list = true,
                    .doc = "The tasks in order. Each stands in a file of its name beside lab.yaml."});
  return fields;
}

std::vector<FieldSpec> task_fields(const CollectorSpec* collector) {
  return {
      schema_field(),
      {.key = "task", .type = name, .required = true, .doc = "The task's name; that of its file."},
      {.key = "title", .required = true, .doc = "What a person reads."},
      {.key = "summary", .fallback = "", .doc = "A few sentences for `grade explain`."},
      {.key = "points", .type = number, .fallback = 0, .doc = "What the whole task earns.", .minimum = 0},
      {.key = "manual", .type = boolean, .fallback = false, .doc = "Marked by a person; pending until then."},
      {.key = "questions",
       .list = true,
       .fallback = Json::array(),
       .doc = "What that person asks or looks at."},
      {.key = "informational",
       .type = boolean,
       .fallback = false,
       .doc = "Shown, never counted, fails nobody."},
      {.key = "shapes",
       .type = name,
       .list = true,
       .fallback = Json::array(),
       .doc = "The shapes of submissions that it is for, where the lab's collector tells several apart; for "
              "another it does not exist. Without it, all. For each shape the points add up to the lab's."},
      needs_field(),
      {.key = "collect",
       .type = object,
       .fallback = Json::object(),
       .doc = "What is observed: the keys of the lab's collector.",
       .fields = collector == nullptr ? std::vector<FieldSpec>{} : collector->task_fields},
      {.key = "judge",
       .type = named,
       .list = true,
       .fallback = Json::array(),
       .doc = "The checks, each a mapping from a checker's name to its keys; or `group: NAME`, for the "
              "checks of that "
              "name under `groups` in lab.yaml. May be empty only when the task is manual or informational.",
       .vocabulary = "checkers"}};
}

const std::vector<FieldSpec>& check_fields() {
  static const std::vector<FieldSpec> fields = {
      {.key = "title",
       .doc = "What a person reads; without it the last part of the check's fact, or the checker's name."},
      {.key = "hint", .fallback = "", .doc = "Shown when the check does not pass."},
      {.key = "weight",
       .type = number,
       .fallback = 1,
       .doc = "Its share of the task's points, against the weights of the others.",
       .minimum = 0},
      {.key = "gate",
       .type = boolean,
       .fallback = false,
       .doc = "It earns nothing; when it does not pass, the task earns at most the share `cap`."},
      {.key = "cap", .type = number, .fallback = 0, .doc = "Of a gate.", .minimum = 0, .maximum = 1},
      {.key = "shapes",
       .type = name,
       .list = true,
       .fallback = Json::array(),
       .doc = "The shapes of submissions that it looks at, where the lab's collector tells several apart; "
              "for another it does not exist. Without it, all."},
      {.key = "if_unseen",
       .type = choice,
       .fallback = "fail",
       .doc =
           "When it could not look, because the submission's shape does not allow it: `fail`; `omit`, then "
           "its weight goes to the other checks of the task and the report says so; `person`, then the "
           "task is pending until a person marks it. A task all of whose checks are omitted is pending "
           "too.",
       .choices = {"fail", "omit", "person"}},
      {.key = "visibility",
       .type = choice,
       .fallback = "visible",
       .doc = "`staff`: left out of what a student gets to see.",
       .choices = {"visible", "staff"}}};
  return fields;
}

TermTables term_tables(const Vocabulary& vocabulary) {
  TermTable checkers{"checkers", vocabulary.checkers};
  for (TermSpec& term : checkers.terms) {
    term.fields.insert(term.fields.begin(), check_fields().begin(), check_fields().end());
  }
  return {TermTable{"oracles", vocabulary.oracles, true},
          TermTable{"generators", vocabulary.generators, true}, std::move(checkers)};
}

}  // namespace memgrade::casefile
