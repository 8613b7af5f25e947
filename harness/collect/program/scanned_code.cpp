#include <algorithm>
#include <harness/collect/program/scanned_code.hpp>

namespace memgrade::collect {
namespace {

constexpr std::size_t kMostLiterals = 1000, kMostLiteralBytes = 400;

class CodeScanner {
 public:
  explicit CodeScanner(std::string_view text) : text_(text) {}

  ScannedCode scan() {
    while (at_ < text_.size()) step();
    return std::move(scanned_);
  }

 private:
  void step() {
    if (text_.substr(at_, 2) == "//") return skip_to("\n", 0);
    if (text_.substr(at_, 2) == "/*") return skip_to("*/", 2);
    if (text_[at_] == '"') return literal();
    if (text_[at_] == '\'') return character();
    joins_ = joins_ && std::string_view(" \t\r\n\\").find(text_[at_]) != std::string_view::npos;
    scanned_.code += text_[at_++];
  }

  void skip_to(std::string_view end, std::size_t length) {
    const std::size_t found = text_.find(end, at_ + 2);
    at_ = found == text_.npos ? text_.size() : found + length;
  }

  void character() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '\'' && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    end = std::min(end + 1, text_.size());
    if (end == at_ + 3) scanned_.characters.insert(text_[at_ + 1]);
    scanned_.code += text_.substr(at_, end - at_);
    at_ = end;
    joins_ = false;
  }

  void literal() {
    std::string value;
    std::size_t end = at_ + 1;
    for (; end < text_.size() && text_[end] != '"' && text_[end] != '\n'; ++end) {
      if (text_[end] == '\\' && end + 1 < text_.size()) {
        const char escaped = text_[++end];
        value += escaped == 'n' || escaped == 't' ? '\n' : escaped;
      } else {
        value += text_[end];
      }
    }
    end = std::min(end + 1, text_.size());
    scanned_.code += text_.substr(at_, end - at_);
    at_ = end;
    if (joins_ && !scanned_.literals.empty())
      scanned_.literals.back() += value;
    else if (scanned_.literals.size() < kMostLiterals)
      scanned_.literals.push_back(value);
    scanned_.literals.back() = scanned_.literals.back().substr(0, kMostLiteralBytes);
    joins_ = true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool joins_ = false;
  ScannedCode scanned_;
};

}  // namespace

ScannedCode scan_code(std::string_view text) {
  return CodeScanner(text).scan();
}

}  // namespace memgrade::collect
