// The keys of lab.yaml and of a task file: the one place that says them.
#pragma once

#include <harness/casefile/validate.hpp>
#include <harness/model/schema.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade::casefile {

[[nodiscard]] const CollectorSpec* find_collector(const Vocabulary& vocabulary, std::string_view name);

// Of lab.yaml. Without a collector (its name is unknown) every collector's section may stand there.
[[nodiscard]] std::vector<FieldSpec> lab_fields(const Vocabulary& vocabulary, const CollectorSpec* collector);
// Of a task file. Without a collector `collect` has no keys.
[[nodiscard]] std::vector<FieldSpec> task_fields(const CollectorSpec* collector);
// Of every check, beside the keys of its checker.
[[nodiscard]] const std::vector<FieldSpec>& check_fields();

// What `named` values choose from: oracles, generators, and checkers with check_fields().
[[nodiscard]] TermTables term_tables(const Vocabulary& vocabulary);

}  // namespace memgrade::casefile
