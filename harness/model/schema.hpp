// What may stand in a case file, as data: one KeySpec for each key. The loader checks YAML against it, the
// reference page docs/case-format.md is printed from it, so the two cannot drift apart.
//
// Collectors, oracles, generators and checkers each bring the specs of their own keys (a Vocabulary); the
// loader knows none of them by name.
#pragma once

#include <functional>
#include <harness/base/json.hpp>
#include <string>
#include <vector>

namespace memgrade {

enum class KeyType {
  text,        // any string
  name,        // a word that can stand in a path: letters, digits, . _ - (not first: . -)
  number,      // a real number
  size,        // bytes: a whole number, or text such as "256 MiB"; kept as a number
  integer,     // a whole number
  boolean,     // true or false
  scalar,      // string, number or boolean, kept with its type
  regex,       // an RE2 regular expression; compiled when loaded
  fact,        // the dotted name of a fact that the task's evidence holds, "book.page_faults"
  choice,      // one of `choices`
  object,      // a mapping with the keys in `keys`
  any_object,  // a mapping with free names to scalars or lists of them
  named,       // a mapping whose one key is a name from a vocabulary: "oracle: {paging: {…}}"
};

struct KeySpec {
  std::string key;
  KeyType type = KeyType::text;
  bool required = false;
  bool list = false;      // a list of `type`; a single value is taken as a list of one
  bool map = false;       // a mapping from free names to `type`
  Json fallback = {};     // what stands when the key is missing; null: nothing
  std::string unit = {};  // "seconds", "bytes", …
  std::string doc = {};   // one or two sentences for the reference page
  std::vector<std::string> choices = {};
  std::vector<KeySpec> keys = {};  // of an object
  std::string vocabulary = {};     // of `named`: "oracles", "generators"
};

// A kind of thing with keys of its own, chosen by name in YAML: a checker, an oracle, a data generator.
struct TermSpec {
  std::string name;
  std::string doc;
  std::vector<KeySpec> keys;
};

struct CollectorSpec {
  std::string name;
  std::string doc;
  std::vector<KeySpec> lab_keys;   // of the mapping that stands under the collector's name in lab.yaml
  std::vector<KeySpec> task_keys;  // of `collect` in a task
  // The names of all facts that a task with these (validated) settings can have. Pure.
  // `lab_facts` are the names that lab.yaml declares under `facts`.
  std::function<std::vector<std::string>(const Json& lab_settings, const Json& task_settings,
                                         const std::vector<std::string>& lab_facts)>
      fact_names;
  // Further mistakes that only the collector can see, as {json pointer into the settings, message}.
  struct Complaint {
    std::string pointer;  // "/runs/0/oracle"
    std::string message;
  };
  std::function<std::vector<Complaint>(const Json& lab_settings, const Json& task_settings)> inspect;
};

struct Vocabulary {
  std::vector<CollectorSpec> collectors;
  std::vector<TermSpec> checkers;
  std::vector<TermSpec> oracles;
  std::vector<TermSpec> generators;
};

}  // namespace memgrade
