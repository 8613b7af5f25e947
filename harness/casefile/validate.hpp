// Checks a YAML tree against key specs: tree + specs -> normalised JSON, and the place of every value.
//
// Generic: it knows no lab and no key by name. What spans several files, and what a fact's name means, is
// looked at by its caller (check_lab). The normalised form is described in harness/model/schema.hpp.
#pragma once

#include <functional>
#include <harness/casefile/yaml_source.hpp>
#include <harness/model/schema.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::casefile {

// The vocabularies that a `named` value may choose from: "oracles", "generators", "checkers".
struct TermTable {
  std::string vocabulary;
  std::vector<TermSpec> terms;
  bool placeholders = false;  // "{frames}" may stand for a value inside the params
};
using TermTables = std::vector<TermTable>;

// A value of type `fact` as it stands in the file.
struct FactUse {
  std::string name;
  std::string pointer;
};

// A value, or a map's key, that names something (FieldSpec::refers_to).
struct NameUse {
  std::string name;
  Reference reference;
  std::string pointer;
  bool is_key = false;
};

struct Checked {
  struct Finding {
    std::string pointer;
    CaseDiagnostic diagnostic;
  };
  Json value = Json::object();          // complete only where nothing was found
  std::map<std::string, Place> places;  // JSON pointer into `value` -> place in the file
  std::map<std::string, Place> fields;  // the same of a map's names: where the key stands
  std::vector<FactUse> facts;
  std::vector<NameUse> names;
  std::vector<Finding> findings;

  // Nothing was found at `pointer` and below.
  [[nodiscard]] bool sound(std::string_view pointer = "") const;
  // The place of the value, or of what it would stand in: defaults stand nowhere.
  [[nodiscard]] Place place(std::string pointer) const;
  void diagnose(const std::string& pointer, std::string message);
  void diagnose_key(const std::string& pointer, std::string message);  // of a map: at the key's place
};

// The root must be a mapping. The values of `unchecked` keys are left out without being looked at.
[[nodiscard]] Checked validate(const Document& document, const std::vector<FieldSpec>& fields,
                               const TermTables& tables, const std::vector<std::string>& unchecked = {});

// `object` with every missing key that has a fallback.
void fill_defaults(Json& object, const std::vector<FieldSpec>& fields);

// One step of a JSON pointer: "/addresses.txt", "/a~1b".
[[nodiscard]] std::string pointer_step(std::string_view key);

}  // namespace memgrade::casefile
