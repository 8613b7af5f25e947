// Cross-checks of one task file: against its own keys, and against the lab's collector and facts.
#pragma once

#include <harness/casefile/validate.hpp>
#include <harness/model/schema.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::casefile {

// `schema` is a version that this loader reads. Of lab.yaml too.
void check_schema(Checked& checked);
// The name, the checks, and whether the points can be earned.
void check_task(Checked& task, const std::string& file_name);
// What of lab.yaml the tasks are checked against. Null where something was found in it.
struct LabSettings {
  const CollectorSpec& collector;
  const Json* settings = nullptr;
  const std::vector<std::string>* facts = nullptr;  // lab_fact_names
};
// The collector's own complaints, and every name of a fact. Complaints about the lab's settings go to `lab`.
void check_settings(Checked& task, Checked& lab, const LabSettings& from);
// The shapes of submissions that the lab's collector tells apart; empty: there is one.
[[nodiscard]] std::vector<std::string> variants_of(const CollectorSpec& collector, const Json& settings);
// Names of facts at `below` in the file, against the known ones.
void check_fact_uses(Checked& checked, std::string_view below, const std::vector<std::string>& known);

// The names under `facts` with those of their columns: "translations", "translations.rows",
// "translations.value".
[[nodiscard]] std::vector<std::string> lab_fact_names(const Json& facts);
// Letters, digits and '_', the first no digit: one step of a dotted name.
[[nodiscard]] bool is_fact_name(std::string_view name);

}  // namespace memgrade::casefile
