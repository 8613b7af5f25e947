#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/judge/build/build_log.hpp>

namespace memgrade::judge {
namespace {

constexpr std::size_t kListed = 20;

}  // namespace

bool is_error(const Diagnostic& finding) {
  return finding.severity == "error" || finding.severity == "fatal error";
}

std::vector<const Diagnostic*> errors_of(const BuildRecord& build) {
  std::vector<const Diagnostic*> errors;
  for (const Diagnostic& finding : build.diagnostics)
    if (is_error(finding)) errors.push_back(&finding);
  return errors;
}

std::string one_line(const Diagnostic& finding) {
  std::string text = finding.file;
  if (finding.line > 0) text += fmt::format(":{}", finding.line);
  if (finding.line > 0 && finding.column > 0) text += fmt::format(":{}", finding.column);
  if (!text.empty()) text += ": ";
  text += fmt::format("{}: {}", finding.severity, shorten(finding.message, 300));
  return finding.option.empty() ? text : text + fmt::format(" [{}]", finding.option);
}

std::string listed(const std::vector<const Diagnostic*>& findings) {
  std::string text;
  for (std::size_t i = 0; i < findings.size() && i < kListed; ++i) text += one_line(*findings[i]) + "\n";
  if (findings.size() > kListed) text += fmt::format("… and {} more\n", findings.size() - kListed);
  return text;
}

}  // namespace memgrade::judge
