#include <fmt/format.h>
#include <re2/re2.h>

#include <harness/base/text.hpp>
#include <harness/collect/riscv_kernel/console_text.hpp>
#include <harness/collect/riscv_kernel/end_condition.hpp>
#include <memory>

namespace memgrade::collect {
namespace {

struct Watch {
  explicit Watch(const Json& settings) {
    if (settings.contains("last_line")) last = make(settings.at("last_line"));
    if (!settings.contains("endless")) return;
    fault = make(settings.at("endless").at("line"));
    most = settings.at("endless").value("times", 200U);
  }
  static std::unique_ptr<RE2> make(const Json& pattern) {
    return std::make_unique<RE2>(pattern.get<std::string>(), RE2::Quiet);
  }
  static bool matches(const std::unique_ptr<RE2>& pattern, std::string_view line) {
    return pattern && RE2::FullMatch(re2::StringPiece(line.data(), line.size()), *pattern);
  }

  std::optional<std::string> see(std::string_view bytes) {
    const std::string text = plain_console(bytes);
    const std::string_view line = trim(text);
    if (matches(last, line)) return "its last line";
    if (!matches(fault, line)) return std::nullopt;
    times = line == seen ? times + 1 : 1;
    seen = line;
    if (times < most) return std::nullopt;
    return fmt::format("{}{} ({} times)", endless_fault, shorten(printable(line), 120), times);
  }

  std::unique_ptr<RE2> last, fault;
  std::string seen;
  unsigned most = 0, times = 0;
};

}  // namespace

vm::LineWatch watch_of(const Json& settings) {
  return [watch = std::make_shared<Watch>(settings)](std::string_view line) { return watch->see(line); };
}

}  // namespace memgrade::collect
