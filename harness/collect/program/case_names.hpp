// What a case of the collector `program` may name, and names that only its settings together tell to be
// wrong: placeholders, files of the data, values of the oracle's parameters. Pure.
#pragma once

#include <harness/model/schema.hpp>
#include <vector>

namespace memgrade::collect {

[[nodiscard]] NameTable program_names(const Json& lab, const Json& task);
[[nodiscard]] std::vector<SettingDiagnostic> inspect_program(const Json& lab, const Json& task);

}  // namespace memgrade::collect
