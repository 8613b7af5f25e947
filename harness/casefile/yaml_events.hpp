// Builds the tree of yaml_source.hpp from yaml-cpp's events.
//
// Aliases are never copied: an alias is another owner of the anchored node. What a walk over the expanded
// tree would cost is counted all the same, as (values, depth) of every anchored node, and stops the parser
// before a tree is made that is too large to walk:
//
//     a: &a [x, x]          values of a: 3
//     b: &b [*a, *a]        values of b: 1 + 2 * 3 = 7
//     c: &c [*b, *b]        values of c: 1 + 2 * 7 = 15      (doubles with every line)
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>
#include <harness/casefile/yaml_source.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace memgrade::casefile {

// Thrown through the parser to stop it; caught in parse_document.
struct StopParsing {
  YAML::Mark mark;
  std::string message;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { end(); }

  // The tree; null when no value was seen.
  [[nodiscard]] NodePtr root() const { return root_; }
  // Where the innermost list or mapping began that is not closed; null_grade when all are.
  [[nodiscard]] YAML::Mark unclosed() const {
    return open_.empty() ? YAML::Mark::null_mark() : open_.back().mark;
  }
  // Where the last scalar began, its anchor included.
  [[nodiscard]] YAML::Mark last_scalar() const { return last_scalar_; }

 private:
  struct Measured {
    NodePtr node;
    std::size_t values = 1;
    std::size_t depth = 1;
  };
  struct Open {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor;
    YAML::Mark mark;
    NodePtr key;  // of a mapping: waits for its value
    std::size_t values = 1;
    std::size_t depth = 1;
  };

  void begin(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void end();
  void add(const Measured& child);
  void count(const YAML::Mark& mark, std::size_t values);

  NodePtr root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Measured> anchors_;
  std::size_t values_ = 0;
  bool seen_document_ = false;
  YAML::Mark last_scalar_ = YAML::Mark::null_mark();
};

}  // namespace memgrade::casefile
