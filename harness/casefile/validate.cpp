#include <fmt/format.h>
#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/casefile/single_value.hpp>
#include <harness/casefile/validate.hpp>
#include <set>

namespace memgrade::casefile {
namespace {

using Kind = YamlNode::Kind;

// A mistake in a long key is no slip of the fingers, and the distance to one is dear.
std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  return word.size() > 100 ? std::string() : did_you_mean(word, known);
}

std::vector<std::string> names_of(const std::vector<FieldSpec>& fields) {
  std::vector<std::string> names;
  for (const FieldSpec& spec : fields) names.push_back(spec.key);
  return names;
}

// The key that a value is known by: the last step of its pointer that is no index.
std::string label(std::string_view pointer) {
  while (!pointer.empty()) {
    const std::size_t slash = pointer.rfind('/');
    const std::string_view step = pointer.substr(slash + 1);
    if (step.find_first_not_of("0123456789") != step.npos) {
      return shown(replace_all(replace_all(std::string(step), "~1", "/"), "~0", "~"));
    }
    pointer = pointer.substr(0, slash);
  }
  return "the value";
}

// Walks tree and specs side by side. `pointer` is where the value goes in the result.
class Walk {
 public:
  Walk(std::string file, const TermTables& tables, Checked& out)
      : file_(std::move(file)), tables_(tables), out_(out) {}

  Json object(const YamlNode& node, const std::vector<FieldSpec>& fields, const std::string& pointer,
              const std::vector<std::string>& unchecked = {});
  void remember(const std::string& pointer, const YamlNode& node) { out_.places[pointer] = place(node); }

 private:
  Json value(const YamlNode& node, const FieldSpec& spec, const std::string& pointer);
  Json map(const YamlNode& node, const FieldSpec& spec, const std::string& pointer);
  Json list(const YamlNode& node, const FieldSpec& spec, const std::string& pointer);
  Json one(const YamlNode& node, const FieldSpec& spec, const std::string& pointer);
  Json short_form(const YamlNode& node, const FieldSpec& spec, const std::string& pointer);
  Json free_object(const YamlNode& node, const std::string& pointer);
  Json free_value(const YamlNode& node, const std::string& pointer);
  Json named(const YamlNode& node, const FieldSpec& spec, const std::string& pointer);
  Json params(const YamlNode& node, const TermTable& table, const TermSpec& term, const std::string& pointer);
  Json single(const YamlNode& node, const FieldSpec& spec, const std::string& pointer);

  Place place(const YamlNode& node) const { return {file_, node.line, node.column}; }
  void diagnose(const YamlNode& node, const std::string& pointer, std::string message) {
    out_.findings.push_back({pointer, {place(node), std::move(message)}});
  }
  void wrong_type(const YamlNode& node, const std::string& pointer, std::string_view expected) {
    diagnose(node, pointer, fmt::format("{}: expected {}, found {}", label(pointer), expected, found(node)));
  }
  std::string found(const YamlNode& node) const;
  // The text of a key; nothing when it is no text or stood there before.
  const std::string* key_text(const YamlNode& key, const std::string& pointer, std::set<std::string>& seen);

  std::string file_;
  const TermTables& tables_;
  Checked& out_;
  bool placeholders_ = false;
};

std::string Walk::found(const YamlNode& node) const {
  const bool like_placeholder = node.kind == Kind::mapping && node.entries.size() == 1 &&
                                node.entries[0].second->kind == Kind::nothing &&
                                node.entries[0].first->kind == Kind::scalar;
  std::string text = what_it_is(node);
  if (placeholders_ && like_placeholder && is_placeholder("{" + node.entries[0].first->text + "}")) {
    text += fmt::format("; a placeholder stands in quotes: \"{{{}}}\"", node.entries[0].first->text);
  }
  return text;
}

const std::string* Walk::key_text(const YamlNode& key, const std::string& pointer,
                                  std::set<std::string>& seen) {
  if (key.kind != Kind::scalar) {
    diagnose(key, pointer, fmt::format("expected the name of a key, found {}", what_it_is(key)));
    return nullptr;
  }
  if (!seen.insert(key.text).second) {
    diagnose(key, pointer, fmt::format("duplicate key {}", shown(key.text)));
    return nullptr;
  }
  return &key.text;
}

Json Walk::object(const YamlNode& node, const std::vector<FieldSpec>& fields, const std::string& pointer,
                  const std::vector<std::string>& unchecked) {
  Json values = Json::object();
  std::set<std::string> seen;
  for (const auto& [key, child] : node.entries) {
    const std::string* text = key_text(*key, pointer, seen);
    if (text == nullptr || std::ranges::find(unchecked, *text) != unchecked.end()) continue;
    const auto spec = std::ranges::find(fields, *text, &FieldSpec::key);
    if (spec == fields.end()) {
      diagnose(*key, pointer,
               fmt::format("unknown key {}{}", shown(*text), suggestion(*text, names_of(fields))));
      continue;
    }
    const std::string below = pointer + pointer_step(*text);
    remember(below, *child);
    values[*text] = value(*child, *spec, below);
  }
  Json result = Json::object();
  for (const FieldSpec& spec : fields) {
    if (seen.contains(spec.key)) {
      if (values.contains(spec.key)) result[spec.key] = std::move(values[spec.key]);
    } else if (spec.required) {
      diagnose(node, pointer, fmt::format("missing key '{}'", spec.key));
    }
  }
  fill_defaults(result, fields);
  for (const FieldSpec& spec : fields)
    if (!seen.contains(spec.key) && spec.refers_to && spec.refers_to->by_default && spec.fallback.is_string())
      out_.names.push_back(
          {spec.fallback.get<std::string>(), *spec.refers_to, pointer + pointer_step(spec.key)});
  return result;
}

Json Walk::value(const YamlNode& node, const FieldSpec& spec, const std::string& pointer) {
  if (spec.map) return map(node, spec, pointer);
  return spec.list ? list(node, spec, pointer) : one(node, spec, pointer);
}

Json Walk::map(const YamlNode& node, const FieldSpec& spec, const std::string& pointer) {
  Json result = Json::object();
  if (node.kind != Kind::mapping) {
    wrong_type(node, pointer, "a mapping");
    return result;
  }
  std::set<std::string> seen;
  for (const auto& [key, child] : node.entries) {
    const std::string* text = key_text(*key, pointer, seen);
    if (text == nullptr) continue;
    const std::string below = pointer + pointer_step(*text);
    remember(below, *child);
    out_.fields[below] = place(*key);
    if (spec.refers_to) out_.names.push_back({*text, *spec.refers_to, below, true});
    result[*text] = spec.list ? list(*child, spec, below) : one(*child, spec, below);
  }
  return result;
}

Json Walk::list(const YamlNode& node, const FieldSpec& spec, const std::string& pointer) {
  Json result = Json::array();
  if (node.kind != Kind::sequence) {
    remember(pointer + "/0", node);
    result.push_back(one(node, spec, pointer + "/0"));
    return result;
  }
  for (const NodePtr& item : node.items) {
    const std::string below = fmt::format("{}/{}", pointer, result.size());
    remember(below, *item);
    result.push_back(one(*item, spec, below));
  }
  return result;
}

Json Walk::one(const YamlNode& node, const FieldSpec& spec, const std::string& pointer) {
  switch (spec.type) {
    case FieldType::object:
      if (node.kind == Kind::mapping) return object(node, spec.fields, pointer);
      if (!spec.shorthand.empty() && node.kind != Kind::nothing) return short_form(node, spec, pointer);
      wrong_type(node, pointer, "a mapping");
      return Json::object();
    case FieldType::any_object:
      return free_object(node, pointer);
    case FieldType::named:
      return named(node, spec, pointer);
    default:
      return single(node, spec, pointer);
  }
}

Json Walk::short_form(const YamlNode& node, const FieldSpec& spec, const std::string& pointer) {
  Json result = Json::object();
  const auto target = std::ranges::find(spec.fields, spec.shorthand, &FieldSpec::key);
  if (target == spec.fields.end() || node.kind != Kind::scalar) {
    wrong_type(node, pointer, "a mapping");
    return result;
  }
  const std::string below = pointer + pointer_step(spec.shorthand);
  remember(below, node);
  result[spec.shorthand] = value(node, *target, below);
  fill_defaults(result, spec.fields);
  return result;
}

Json Walk::free_object(const YamlNode& node, const std::string& pointer) {
  Json result = Json::object();
  if (node.kind != Kind::mapping) {
    wrong_type(node, pointer, "a mapping");
    return result;
  }
  std::set<std::string> seen;
  for (const auto& [key, child] : node.entries) {
    const std::string* text = key_text(*key, pointer, seen);
    if (text == nullptr) continue;
    const std::string below = pointer + pointer_step(*text);
    remember(below, *child);
    result[*text] = free_value(*child, below);
  }
  return result;
}

Json Walk::free_value(const YamlNode& node, const std::string& pointer) {
  static const FieldSpec scalar{.key = {}, .type = FieldType::scalar};
  if (node.kind != Kind::sequence) return single(node, scalar, pointer);
  Json values = Json::array();
  for (const NodePtr& item : node.items) {
    const std::string below = fmt::format("{}/{}", pointer, values.size());
    remember(below, *item);
    values.push_back(single(*item, scalar, below));
  }
  return values;
}

Json Walk::named(const YamlNode& node, const FieldSpec& spec, const std::string& pointer) {
  const auto table = std::ranges::find(tables_, spec.vocabulary, &TermTable::vocabulary);
  const std::string kind = spec.vocabulary.substr(0, spec.vocabulary.find_last_not_of('s') + 1);
  const bool mapping = node.kind == Kind::mapping && node.entries.size() == 1;
  if (!mapping && node.kind != Kind::scalar) {
    const bool many = node.kind == Kind::mapping;
    diagnose(node, pointer,
             fmt::format(
                 "{}: expected a mapping from the name of one {} to its keys, found {}", label(pointer), kind,
                 many ? fmt::format("a mapping with {}", counted(node.entries.size(), "key")) : found(node)));
    return nullptr;
  }
  const YamlNode& key = mapping ? *node.entries[0].first : node;
  std::set<std::string> seen;
  const std::string* text = key_text(key, pointer, seen);
  if (text == nullptr || table == tables_.end()) return nullptr;
  const auto term = std::ranges::find(table->terms, *text, &TermSpec::name);
  if (term == table->terms.end()) {
    std::vector<std::string> known;
    for (const TermSpec& other : table->terms) known.push_back(other.name);
    diagnose(key, pointer, fmt::format("unknown {} {}{}", kind, shown(*text), suggestion(*text, known)));
    return nullptr;
  }
  remember(pointer + "/name", key);
  YamlNode empty = key;
  empty.kind = Kind::mapping;
  const bool bare = !mapping || node.entries[0].second->kind == Kind::nothing;
  const YamlNode& values = bare ? empty : *node.entries[0].second;
  remember(pointer + "/params", values);
  return {{"name", *text}, {"params", params(values, *table, *term, pointer + "/params")}};
}

Json Walk::params(const YamlNode& node, const TermTable& table, const TermSpec& term,
                  const std::string& pointer) {
  if (node.kind != Kind::mapping) {
    diagnose(node, pointer,
             fmt::format("'{}': expected a mapping with its keys, found {}", term.name, found(node)));
    return Json::object();
  }
  const bool before = placeholders_;
  const std::size_t findings = out_.findings.size();
  placeholders_ = table.placeholders;
  Json result = object(node, term.fields, pointer);
  placeholders_ = before;
  if (term.inspect && out_.findings.size() == findings) {
    for (const SettingDiagnostic& diagnostic : term.inspect(result)) {
      out_.diagnose(pointer + diagnostic.pointer, diagnostic.message);
    }
  }
  return result;
}

Json Walk::single(const YamlNode& node, const FieldSpec& spec, const std::string& pointer) {
  auto read = single_value(node, spec, placeholders_);
  if (!read) {
    const bool wrong = read.error().empty();
    if (wrong)
      wrong_type(node, pointer, expectation(spec));
    else
      diagnose(node, pointer, fmt::format("{}: {}", label(pointer), read.error()));
    return nullptr;
  }
  if (spec.type == FieldType::fact) out_.facts.push_back({node.text, pointer});
  const bool filled_in_later = placeholders_ && is_placeholder(node.text);
  if (spec.refers_to && !spec.map && !filled_in_later)
    out_.names.push_back({node.text, *spec.refers_to, pointer});
  return std::move(*read);
}

}  // namespace

bool Checked::sound(std::string_view pointer) const {
  return std::ranges::none_of(findings, [&](const Finding& finding) {
    const std::string_view at = finding.pointer;
    return at.starts_with(pointer) && (at.size() == pointer.size() || at[pointer.size()] == '/');
  });
}

Place Checked::place(std::string pointer) const {
  for (;;) {
    if (const auto found = places.find(pointer); found != places.end()) return found->second;
    const std::size_t slash = pointer.rfind('/');
    if (slash == std::string::npos) break;
    pointer.resize(slash);
  }
  const auto root = places.find("");
  return root == places.end() ? Place{"", 1, 1} : root->second;
}

void Checked::diagnose(const std::string& pointer, std::string message) {
  findings.push_back({pointer, {place(pointer), std::move(message)}});
}

void Checked::diagnose_key(const std::string& pointer, std::string message) {
  const auto key = fields.find(pointer);
  findings.push_back({pointer, {key == fields.end() ? place(pointer) : key->second, std::move(message)}});
}

Checked validate(const Document& document, const std::vector<FieldSpec>& fields, const TermTables& tables,
                 const std::vector<std::string>& unchecked) {
  Checked checked;
  checked.places[""] = {document.file, 1, 1};
  for (const CaseDiagnostic& diagnostic : document.diagnostics) checked.findings.push_back({"", diagnostic});
  if (!document.root) return checked;
  Walk walk(document.file, tables, checked);
  walk.remember("", *document.root);
  if (document.root->kind == Kind::mapping) {
    checked.value = walk.object(*document.root, fields, "", unchecked);
  } else {
    checked.diagnose("", fmt::format("expected a mapping of keys, found {}", what_it_is(*document.root)));
  }
  return checked;
}

void fill_defaults(Json& object, const std::vector<FieldSpec>& fields) {
  for (const FieldSpec& spec : fields) {
    if (object.contains(spec.key) || spec.fallback.is_null()) continue;
    Json value = spec.fallback;
    if (spec.type == FieldType::object && !spec.list && !spec.map && value.is_object()) {
      fill_defaults(value, spec.fields);
    }
    const bool wrap = spec.list && !spec.map && !value.is_array();
    object[spec.key] = wrap ? Json::array({value}) : value;
  }
}

std::string pointer_step(std::string_view key) {
  return "/" + replace_all(replace_all(std::string(key), "~", "~0"), "/", "~1");
}

}  // namespace memgrade::casefile
