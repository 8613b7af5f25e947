// The kernel's log as any bytes: both readers come back, and what the troubles say can be shown as it is.
#include <cstdint>
#include <harness/base/text.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>
#include <harness/tests/fuzz/require.hpp>
#include <string_view>

namespace memgrade::oracle {
namespace {

void look(const std::vector<LogEntry>& log) {
  for (const LogEntry& entry : log) {
    require(is_utf8(entry.text), "a text that is not UTF-8");
    require(entry.text.find('\n') == std::string::npos, "an entry of two lines");
  }
  const std::vector<CrashReport> crashes = find_crash_reports(log, {"ktest"});
  require(crashes.size() <= 64, "too many troubles");
  for (const CrashReport& crash : crashes) {
    require(!crash.explanation.empty() && is_utf8(crash.explanation), "a trouble without a sentence");
    require(!crash.log.empty() && crash.times > 0, "a trouble without its lines");
    require(crash.line >= 0, "a line before the first");
  }
  Json json = crash_reports_json(crashes);
  require(parse_json(dump_json(json)).has_value(), "troubles that are no JSON");
  for (const CodePlace& place : source_places(crashes))
    add_source_places(json, {{place, "a.c", 1, {"> 1 | x"}}});
}

}  // namespace
}  // namespace memgrade::oracle

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace memgrade::oracle;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view half = input.substr(0, size / 2);
  look(joined_log(parse_kmsg(input), parse_console(half)));
  look(joined_log(parse_kmsg(half), parse_console(input)));
  return 0;
}
