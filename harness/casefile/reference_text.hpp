// What the reference page says beyond its tables.
#pragma once

#include <harness/casefile/casefile.hpp>
#include <harness/model/status.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memgrade::casefile {

[[nodiscard]] std::string introduction();
[[nodiscard]] std::string facts_text();
[[nodiscard]] std::string placeholders_text();
// Every status with its meaning, in the order of the enum.
[[nodiscard]] const std::vector<std::pair<TaskStatus, std::string_view>>& status_meanings();

}  // namespace memgrade::casefile
