#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/judge/build/build_log.hpp>

namespace memgrade::judge {
namespace {

constexpr std::size_t kListed = 20;

}  // namespace

bool is_error(const Diagnostic& diagnostic) {
  return diagnostic.severity == "error" || diagnostic.severity == "fatal error";
}

std::vector<const Diagnostic*> errors_of(const BuildRecord& build) {
  std::vector<const Diagnostic*> errors;
  for (const Diagnostic& diagnostic : build.diagnostics)
    if (is_error(diagnostic)) errors.push_back(&diagnostic);
  return errors;
}

std::string one_line(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line > 0) text += fmt::format(":{}", diagnostic.line);
  if (diagnostic.line > 0 && diagnostic.column > 0) text += fmt::format(":{}", diagnostic.column);
  if (!text.empty()) text += ": ";
  text += fmt::format("{}: {}", diagnostic.severity, shorten(diagnostic.message, 300));
  return diagnostic.option.empty() ? text : text + fmt::format(" [{}]", diagnostic.option);
}

std::string listed(const std::vector<const Diagnostic*>& diagnostics) {
  std::string text;
  for (std::size_t i = 0; i < diagnostics.size() && i < kListed; ++i)
    text += one_line(*diagnostics[i]) + "\n";
  if (diagnostics.size() > kListed) text += fmt::format("… and {} more\n", diagnostics.size() - kListed);
  return text;
}

}  // namespace memgrade::judge
