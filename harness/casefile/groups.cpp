#include <fmt/format.h>

#include <algorithm>
#include <harness/base/placeholders.hpp>
#include <harness/base/text.hpp>
#include <harness/casefile/groups.hpp>
#include <map>
#include <optional>
#include <set>

namespace memgrade::casefile {
namespace {

using Kind = YamlNode::Kind;
using Values = std::map<std::string, NodePtr, std::less<>>;

const NodePtr* entry_of(const YamlNode& mapping, std::string_view key) {
  for (const auto& [name, value] : mapping.entries)
    if (name->text == key) return &value;
  return nullptr;
}

// The one key of a mapping that is "group", as a check is written; null for any other item.
const NodePtr* use_of(const NodePtr& item) {
  const bool one = item->kind == Kind::mapping && item->entries.size() == 1;
  return one && item->entries.front().first->text == "group" ? &item->entries.front().second : nullptr;
}

// A name begins with a letter: {16} belongs to a regular expression.
std::optional<Placeholder> next_value(std::string_view text, std::size_t from = 0) {
  auto found = next_placeholder(text, from);
  while (found && (!found->form.empty() || (found->name.front() >= '0' && found->name.front() <= '9')))
    found = next_placeholder(text, found->end);
  return found;
}

// Puts the values of one use into a group's checks.
class Expansion {
 public:
  Expansion(const Values& values, const YamlNode& use) : values_(values), use_(use) {}

  NodePtr copy(const YamlNode& node) {
    if (++copied_ > max_values) return nothing();
    if (node.kind == Kind::scalar) return scalar(node);
    auto made = std::make_shared<YamlNode>(node);
    placed(*made);
    for (NodePtr& item : made->items) item = copy(*item);
    for (auto& [key, value] : made->entries) {
      key = copy(*key);
      value = copy(*value);
    }
    return made;
  }
  // What the group asks for and the use does not give, and the other way round.
  [[nodiscard]] std::vector<std::string> missing() const { return {missing_.begin(), missing_.end()}; }
  [[nodiscard]] bool uses(std::string_view value) const { return used_.contains(value); }
  [[nodiscard]] bool is_too_large() const { return copied_ > max_values; }

 private:
  void placed(YamlNode& node) const {
    node.line = use_.line;
    node.column = use_.column;
  }
  NodePtr nothing() const {
    auto made = std::make_shared<YamlNode>();
    placed(*made);
    return made;
  }
  // A scalar that is one placeholder becomes the value as it is; in other text the value is text.
  NodePtr scalar(const YamlNode& node) {
    auto made = std::make_shared<YamlNode>(node);
    placed(*made);
    made->text.clear();
    std::size_t position = 0;
    const std::string_view text = node.text;
    for (auto found = next_value(text); found; found = next_value(text, position)) {
      const NodePtr value = value_of(found->name);
      if (value && found->begin == 0 && found->end == text.size()) return value;
      made->text += text.substr(position, found->begin - position);
      made->text +=
          value ? std::string_view(value->text) : text.substr(found->begin, found->end - found->begin);
      position = found->end;
    }
    made->text += text.substr(position);
    return made;
  }
  NodePtr value_of(std::string_view name) {
    used_.emplace(name);
    const auto found = values_.find(name);
    if (found != values_.end()) return found->second;
    missing_.emplace(name);
    return nullptr;
  }
  const Values& values_;
  const YamlNode& use_;
  std::set<std::string, std::less<>> missing_, used_;
  std::size_t copied_ = 0;
};

class Grouping {
 public:
  Grouping(const Document& task, const YamlNode* groups) : task_(task), groups_(groups) {}

  // The task's checks, those of groups in the places of their uses.
  NodePtr checks(const YamlNode& judge) {
    auto made = std::make_shared<YamlNode>(judge);
    made->items.clear();
    for (const NodePtr& item : judge.items) {
      const NodePtr* const use = use_of(item);
      if (use == nullptr)
        made->items.push_back(item);
      else
        expand(**use, made->items);
    }
    return made;
  }
  std::vector<CaseDiagnostic> diagnostics;

 private:
  void diagnose(const YamlNode& at, std::string message) {
    diagnostics.push_back({{task_.file, at.line, at.column}, std::move(message)});
  }
  const YamlNode* group_of(const YamlNode& at, const std::string& name) {
    std::vector<std::string> known;
    if (groups_ != nullptr)
      for (const auto& [key, checks] : groups_->entries) {
        if (key->text == name) return checks.get();
        known.push_back(key->text);
      }
    diagnose(at, fmt::format("lab.yaml has no group {}{}", shown(name), did_you_mean(name, known)));
    return nullptr;
  }
  void expand(const YamlNode& use, std::vector<NodePtr>& into) {
    const NodePtr* const named = use.kind == Kind::mapping ? entry_of(use, "name") : nullptr;
    const std::string name = named ? (*named)->text : use.text;
    if (name.empty()) return diagnose(use, "a group is named: 'group: NAME' or 'group: {name: NAME, …}'");
    const YamlNode* const group = group_of(named ? **named : use, name);
    if (group == nullptr) return;
    if (group->kind != Kind::sequence)
      return diagnose(use, fmt::format("the group {} is no list of checks", shown(name)));
    Values values;
    for (const auto& [key, value] : use.entries)
      if (key->text != "name") values.emplace(key->text, value);
    Expansion expansion(values, use);
    for (const NodePtr& check : group->items) into.push_back(expansion.copy(*check));
    report(use, name, values, expansion);
  }
  void report(const YamlNode& use, const std::string& name, const Values& values,
              const Expansion& expansion) {
    for (const std::string& value : expansion.missing())
      diagnose(use, fmt::format("the group {} needs a value '{}'", shown(name), value));
    for (const auto& [value, node] : values)
      if (!expansion.uses(value))
        diagnose(use, fmt::format("nothing in the group {} asks for {}", shown(name), shown(value)));
    if (expansion.is_too_large()) diagnose(use, fmt::format("the group {} is too large", shown(name)));
  }

  const Document& task_;
  const YamlNode* groups_;
};

}  // namespace

Grouped with_groups(const Document& task, const Document& lab) {
  Grouped grouped{task, {}};
  if (!task.root || task.root->kind != Kind::mapping) return grouped;
  const NodePtr* const judge = entry_of(*task.root, "judge");
  if (judge == nullptr || std::ranges::none_of((*judge)->items, use_of)) return grouped;
  const NodePtr* const groups = lab.root ? entry_of(*lab.root, "groups") : nullptr;
  Grouping grouping(task, groups ? groups->get() : nullptr);
  auto root = std::make_shared<YamlNode>(*task.root);
  for (auto& [key, value] : root->entries)
    if (key->text == "judge") value = grouping.checks(*value);
  grouped.document.root = std::move(root);
  grouped.diagnostics = std::move(grouping.diagnostics);
  return grouped;
}

}  // namespace memgrade::casefile
