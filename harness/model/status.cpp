#include <array>
#include <harness/model/status.hpp>
#include <utility>

namespace memgrade {
namespace {

constexpr std::array<std::pair<TaskStatus, std::string_view>, 8> kStatusWords{{
    {TaskStatus::pass, "pass"},
    {TaskStatus::partial, "partial"},
    {TaskStatus::fail, "fail"},
    {TaskStatus::crash, "crash"},
    {TaskStatus::timeout, "timeout"},
    {TaskStatus::skipped, "skipped"},
    {TaskStatus::pending, "pending"},
    {TaskStatus::infra_error, "infra_error"},
}};

}  // namespace

std::string_view to_string(TaskStatus status) {
  for (const auto& [value, word] : kStatusWords)
    if (value == status) return word;
  return "fail";
}

std::optional<TaskStatus> task_status_from(std::string_view word) {
  for (const auto& [value, known] : kStatusWords)
    if (known == word) return value;
  return std::nullopt;
}

std::string_view to_string(Visibility visibility) {
  return visibility == Visibility::staff ? "staff" : "visible";
}

}  // namespace memgrade
