// What may stand in a case file, as data: one FieldSpec for each key. The loader checks YAML against it, the
// reference page docs/case-format.md is printed from it, so the two cannot drift apart.
//
// Collectors, oracles, generators and checkers each bring the specs of their own keys (a Vocabulary); the
// loader knows none of them by name.
//
// What a collector, an oracle or a checker gets is the normalised form:
//   * every key that has a `fallback` is there, also inside objects and inside the params of a `named` value;
//     a key without one is absent when YAML does not say it, never null;
//   * `list` is always an array, `map` and the object types are always objects;
//   * number is a real number, integer a whole number from -2^63 to 2^64-1, size a whole number of bytes;
//   * named is {"name": "paging", "params": {…, defaults filled in}}. In YAML: `{paging: {…}}`, `{paging: }`
//     or `paging` alone.
// Inside the params of an oracle or a generator, text that is exactly one placeholder ("{frames}",
// "{policy:upper}") may stand in the place of any single value. It is kept as text, unchecked; the collector
// puts the value in, and whoever reads the params must look after that.
#pragma once

#include <functional>
#include <harness/base/json.hpp>
#include <harness/model/subject.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace memgrade {

enum class FieldType {
  text,     // any string
  name,     // a word that can stand in a path: letters, digits, . _ - (not first: . -)
  number,   // a real number
  size,     // bytes: a whole number, or text such as "256 MiB"; kept as a number
  integer,  // a whole number
  boolean,  // true or false
  scalar,   // string, number or boolean, kept with its type
  regex,    // an RE2 regular expression; compiled when loaded
  fact,     // the dotted name of a fact. In `judge`: one that the task's evidence holds, "book.page_faults"
         // (CollectorSpec::fact_names). In a collector's settings: one of lab.yaml's `facts`, "page_faults",
         // "translations.value". Inside `facts` themselves, oracles and generators: kept unchecked.
  choice,      // one of `choices`
  object,      // a mapping with the keys in `fields`
  any_object,  // a mapping with free names to scalars or lists of them
  named,       // a mapping whose one key is a name from a vocabulary: "oracle: {paging: {…}}"
};

// What a value names, where that is one of several that are known when a case is loaded.
struct Reference {
  std::string kind;         // "run", "data set": a noun, as CollectorSpec::names lists them
  std::string owner = {};   // the key, beside this one or above, whose value has it: the "step" of a "run"
  bool glob = false;        // it matches one of them
  bool by_default = false;  // looked up, too, when the key is missing and its default stands
};

struct FieldSpec {
  std::string key;
  FieldType type = FieldType::text;
  bool required = false;
  bool list = false;      // a list of `type`; a single value is taken as a list of one
  bool map = false;       // a mapping from free names to `type`
  Json fallback = {};     // what stands when the key is missing; null: nothing
  std::string unit = {};  // "seconds", "bytes", …
  std::string doc = {};   // one or two sentences for the reference page
  std::vector<std::string> choices = {};
  std::vector<FieldSpec> fields = {};  // of an object
  std::string vocabulary = {};         // of `named`: "oracles", "generators"
  std::string shorthand = {};  // of an object: the key that a single value without a mapping stands for
  std::optional<double> minimum = {};  // of number, integer, size; both ends are allowed values
  std::optional<double> maximum = {};
  std::optional<Reference> refers_to = {};  // of text and names; of a map: its keys
};

// A mistake that only the owner of the settings can see.
struct SettingDiagnostic {
  std::string pointer;  // JSON pointer into the normalised settings: "/runs/0/oracle"; "" is the whole
  std::string message;
};

// A kind of thing with keys of its own, chosen by name in YAML: a checker, an oracle, a data generator.
struct TermSpec {
  std::string name;
  std::string doc;
  std::vector<FieldSpec> fields;
  // Mistakes of params that are each right by themselves ("needs one of value, to"). Pure; called only with
  // params that passed their keys. A checker's contain the keys that all checks share (title, weight, …).
  std::function<std::vector<SettingDiagnostic>(const Json& params)> inspect = {};
};

// What there is to be named: {"run", {…}}, and what another thing has as {"step of scan", {…}}.
using NameTable = std::map<std::string, std::vector<std::string>>;

struct CollectorSpec {
  std::string name;
  Subject subject = Subject::program;
  std::string doc;
  std::vector<FieldSpec> lab_fields;   // of the mapping that stands under the collector's name in lab.yaml
  std::vector<FieldSpec> task_fields;  // of `collect` in a task
  // The names of all facts that a task with these (validated) settings can have. Pure.
  // `lab_facts` are the names that lab.yaml declares under `facts`.
  std::function<std::vector<std::string>(const Json& lab_settings, const Json& task_settings,
                                         const std::vector<std::string>& lab_facts)>
      fact_names;
  // The shapes of submissions that it tells apart under these settings; what checks may name in `variants`.
  std::function<std::vector<std::string>(const Json& lab_settings)> variants = {};
  // What values may name (FieldSpec::refers_to) in a task with these settings; with an empty task, in
  // lab.yaml. A kind that is not listed is not looked up. Columns of facts (`column of book.translations`)
  // are listed by the loader. Pure.
  std::function<NameTable(const Json& lab_settings, const Json& task_settings)> names = {};
  // Further mistakes that only the collector can see. A pointer goes into the task's settings; with "lab:" in
  // front ("lab:/forms/0/arguments") into the lab's. Pure; called for each task whose settings, and the
  // lab's, passed their keys; a complaint of the lab may be given for every task, it is shown once.
  std::function<std::vector<SettingDiagnostic>(const Json& lab_settings, const Json& task_settings)> inspect =
      {};
};

struct Vocabulary {
  std::vector<CollectorSpec> collectors;
  std::vector<TermSpec> checkers;
  std::vector<TermSpec> oracles;
  std::vector<TermSpec> generators;
  // Of one entry under `facts` in lab.yaml. A definition whose `table.columns` is a map has the sub-facts
  // "<name>.rows" and "<name>.<column>" beside "<name>".
  std::vector<FieldSpec> fact_fields = {};
  // Mistakes of one definition that passed its keys.
  std::function<std::vector<SettingDiagnostic>(const Json& definition)> inspect_fact = {};
};

}  // namespace memgrade
