// A case file as a tree of our own, with the place of every value. The only door to yaml-cpp: no type and no
// exception of it comes through.
//
// It knows nothing of labs, and gives no value a type: "3" is the text 3 here. Every tree that comes out is
// finite, at most `max_depth` deep and at most `max_values` large with all aliases expanded, so that whoever
// walks it may recurse.
#pragma once

#include <filesystem>
#include <harness/casefile/casefile.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memgrade::casefile {

inline constexpr std::size_t max_file_bytes = 1U << 20;
inline constexpr std::size_t max_depth = 64;
inline constexpr std::size_t max_values = 100'000;

struct YamlNode;
using NodePtr = std::shared_ptr<const YamlNode>;

struct YamlNode {
  enum class Kind { nothing, scalar, sequence, mapping };
  Kind kind = Kind::nothing;
  int line = 0, column = 0;  // from 1; columns count characters
  std::string text;          // of a scalar
  bool quoted = false;       // a scalar in quotes, or a block: text whatever it looks like
  std::vector<NodePtr> items;
  std::vector<std::pair<NodePtr, NodePtr>> entries;  // of a mapping, in order, duplicates included
};

struct Document {
  std::string file;  // for messages
  NodePtr root;      // null when there is a complaint
  std::vector<CaseDiagnostic> diagnostics;
};

// The one YAML document of `text`.
[[nodiscard]] Document parse_document(std::string file, std::string_view text);
// The same of a regular file; links, directories and devices are refused.
[[nodiscard]] Document read_document(const std::filesystem::path& path);

// Text of a case file for a message: printable, on one line, at most 60 bytes, in single quotes.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace memgrade::casefile
