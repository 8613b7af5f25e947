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

Call make_call(std::string program, const std::vector<std::string>& words) {
  Call call{std::move(program), {}, {}};
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] != kInputSign)
      call.arguments.push_back(words[i]);
    else if (i + 1 < words.size())
      call.input = words[++i];
  }
  return call;
}

std::string call_text(const Call& call) {
  std::string text = "./" + call.program;
  for (const std::string& word : call.arguments)
    text += " " + (word.find('{') == word.npos ? shell_quote(word) : word);
  return text + (call.input.empty() ? "" : " < " + shell_quote(call.input));
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
