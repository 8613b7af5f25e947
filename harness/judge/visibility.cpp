#include <algorithm>
#include <harness/judge/visibility.hpp>

namespace memgrade::judge {
namespace {

// Whether any text among the parameters is the run's name or a fact of it.
bool names_run(const Json& value, const std::string& run) {
  if (value.is_object() || value.is_array())
    return std::ranges::any_of(value, [&](const Json& inner) { return names_run(inner, run); });
  if (!value.is_string()) return false;
  std::string_view text = value.get_ref<const std::string&>();
  if (text.starts_with("oracle.")) text.remove_prefix(7);
  return text == run || (text.starts_with(run) && text[run.size()] == '.');
}

bool named_by(const Task& task, const RunRecord& run, Visibility visibility) {
  return std::ranges::any_of(task.judge, [&](const CheckSpec& check) {
    return check.visibility == visibility && names_run(check.params, run.name);
  });
}

}  // namespace

bool all_hidden(const Task& task) {
  return !task.judge.empty() && std::ranges::all_of(task.judge, [](const CheckSpec& check) {
    return check.visibility == Visibility::staff;
  });
}

bool is_hidden(const Task& task, const RunRecord& run) {
  return all_hidden(task) ||
         (named_by(task, run, Visibility::staff) && !named_by(task, run, Visibility::visible));
}

}  // namespace memgrade::judge
