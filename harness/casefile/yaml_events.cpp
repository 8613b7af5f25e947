#include <fmt/format.h>
#include <algorithm>
#include <harness/casefile/yaml_events.hpp>

namespace memgrade::casefile {
namespace {

std::shared_ptr<YamlNode> node_at(const YAML::Mark& mark, YamlNode::Kind kind) {
  auto node = std::make_shared<YamlNode>();
  node->kind = kind;
  node->line = mark.line + 1;
  node->column = mark.column + 1;
  return node;
}

// yaml-cpp says "?" of a plain value and "!" of a quoted one.
void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
  if (tag.empty() || tag == "?" || tag == "!") return;
  throw StopParsing{mark, fmt::format("the tag {} is not allowed in a case file", shown(tag))};
}

}  // namespace

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (seen_document_) throw StopParsing{mark, "a second document begins here; a case file is one document"};
  seen_document_ = true;
}

void TreeBuilder::count(const YAML::Mark& mark, std::size_t values) {
  values_ += values;
  if (values_ > max_values) {
    throw StopParsing{mark, fmt::format("more than {} values, aliases expanded", max_values)};
  }
}

void TreeBuilder::add(const Measured& child) {
  if (open_.empty()) {
    root_ = child.node;
    return;
  }
  Open& top = open_.back();
  top.values += child.values;
  top.depth = std::max(top.depth, child.depth + 1);
  if (top.node->kind == YamlNode::Kind::sequence) {
    top.node->items.push_back(child.node);
  } else if (!top.key) {
    top.key = child.node;
  } else {
    NodePtr value = child.node;
    if (value->kind == YamlNode::Kind::nothing) {
      // Of an empty value the parser points at whatever comes next.
      auto empty = std::make_shared<YamlNode>();
      empty->line = top.key->line;
      empty->column = top.key->column;
      value = std::move(empty);
    }
    top.node->entries.emplace_back(std::move(top.key), std::move(value));
    top.key = nullptr;
  }
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  count(mark, 1);
  const Measured leaf{node_at(mark, YamlNode::Kind::nothing)};
  if (anchor != 0) anchors_[anchor] = leaf;
  add(leaf);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  refuse_tag(mark, tag);
  count(mark, 1);
  auto node = node_at(mark, YamlNode::Kind::scalar);
  node->text = value;
  node->quoted = tag == "!";
  last_scalar_ = mark;
  const Measured leaf{std::move(node)};
  if (anchor != 0) anchors_[anchor] = leaf;
  add(leaf);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) throw StopParsing{mark, "this alias stands inside its own anchor"};
  count(mark, found->second.values);
  if (open_.size() + found->second.depth > max_depth) {
    throw StopParsing{mark, fmt::format("nested more than {} deep, aliases expanded", max_depth)};
  }
  add(found->second);
}

void TreeBuilder::begin(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
                        YAML::anchor_t anchor) {
  refuse_tag(mark, tag);
  count(mark, 1);
  if (open_.size() + 1 > max_depth) {
    throw StopParsing{mark, fmt::format("nested more than {} deep", max_depth)};
  }
  open_.push_back({node_at(mark, kind), anchor, mark, nullptr});
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value) {
  begin(YamlNode::Kind::sequence, mark, tag, anchor);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value) {
  begin(YamlNode::Kind::mapping, mark, tag, anchor);
}

void TreeBuilder::end() {
  Open done = std::move(open_.back());
  open_.pop_back();
  const Measured whole{std::move(done.node), done.values, done.depth};
  if (done.anchor != 0) anchors_[done.anchor] = whole;
  add(whole);
}

}  // namespace memgrade::casefile
