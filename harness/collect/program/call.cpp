#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/program/call.hpp>

namespace memgrade::collect {
namespace {

bool has_values(const Json& all, const Json& wanted) {
  return std::ranges::all_of(wanted.items(), [&](const auto& item) {
    const auto found = all.find(item.key());
    return found != all.end() && *found == item.value();
  });
}

}  // namespace

std::string call_text(const Call& call) {
  std::string text = "./" + call.program;
  for (const std::string& word : call.arguments)
    text += " " + (word.find('{') == word.npos ? shell_quote(word) : word);
  return text;
}

const Invocation::Setting& Invocation::setting(const Json& values) const {
  const auto same =
      std::ranges::find_if(settings, [&](const Setting& known) { return has_values(values, known.values); });
  if (same != settings.end()) return *same;
  const auto offered =
      std::ranges::find_if(settings, [](const Setting& known) { return known.call.has_value(); });
  return offered != settings.end() ? *offered : settings.front();
}

}  // namespace memgrade::collect
