// Between what exec runs and what evidence remembers, for every collector: limits from a case, and records of
// runs.
#pragma once

#include <cstdint>
#include <harness/exec/process.hpp>
#include <harness/model/evidence.hpp>
#include <harness/model/schema.hpp>
#include <string>
#include <vector>

namespace memgrade::collect {

// The keys of a mapping of limits, with these defaults.
[[nodiscard]] std::vector<FieldSpec> limit_fields(double wall_s, double cpu_s, std::int64_t memory_bytes,
                                                  std::int64_t disk_bytes, int processes);

// Limits as such a mapping gives them.
[[nodiscard]] exec::Limits limits_from(const Json& settings);

[[nodiscard]] RunRecord to_record(std::string name, std::string command, exec::Outcome outcome);

// A list of texts in a case's settings; empty when the key is absent.
[[nodiscard]] inline std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, unused] : object.items()) keys.push_back(key);
  return keys;
}
[[nodiscard]] inline std::vector<std::string> texts(const Json& list) {
  return list.is_array() ? list.get<std::vector<std::string>>() : std::vector<std::string>();
}

[[nodiscard]] inline bool went_well(const RunRecord& record) {
  return record.termination == Termination::exited && record.exit_status == 0;
}

}  // namespace memgrade::collect
