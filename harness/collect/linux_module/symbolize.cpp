#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <harness/base/numbers.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/linux_module/symbolize.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <map>
#include <optional>

namespace memgrade::collect {
namespace {

constexpr const char* kInside = "/submission";
constexpr int kLinesBefore = 5, kLinesAfter = 5;

struct Symbol {
  std::string section;
  std::uint64_t value = 0;
};

// What a tool of binutils says of the module.
Result<std::string> ask(const ModuleSettings& settings, const BuiltModule& module,
                        std::vector<std::string> argv, const Context& context) {
  exec::Confined confined;
  confined.argv = std::move(argv);
  confined.directory = context.sandbox.confines() ? fs::path(kInside) : module.folder;
  confined.mounts = {{module.folder, kInside, false}};
  const auto outcome = context.sandbox.run(confined, settings.build, context.stop);
  if (!outcome) return std::unexpected(outcome.error());
  return outcome->out.bytes;
}

// Functions by name: lines such as "0000000000000120 l     F .text\t00000000000000a4 scan_pages".
std::map<std::string, Symbol> functions_in(const std::string& table) {
  static const RE2 row(R"(([0-9a-f]+) .{6}F (\S+)\t[0-9a-f]+ (?:\.hidden )?(\S+))");
  std::map<std::string, Symbol> functions;
  for (const std::string_view line : split_lines(table)) {
    std::string value, section, name;
    if (!RE2::FullMatch({line.data(), line.size()}, row, &value, &section, &name)) continue;
    functions.try_emplace(name, Symbol{section, parse_hex(value).value_or(0)});
  }
  return functions;
}

// "/submission/ktest.c:123 (discriminator 2)"
bool read_line(std::string_view said, const std::string& folder, oracle::SourcePlace& into) {
  static const RE2 pattern(R"((.+):(\d+)(?: \(discriminator \d+\))?)");
  if (!RE2::FullMatch({said.data(), said.size()}, pattern, &into.file, &into.line) || into.file == "??")
    return false;
  for (const std::string& prefix : {folder + "/", std::string("./")})
    if (into.file.starts_with(prefix)) into.file.erase(0, prefix.size());
  return true;
}

std::vector<std::string> lines_around(const std::string& text, int line) {
  const auto lines = split_lines(text);
  std::vector<std::string> around;
  for (int at = std::max(1, line - kLinesBefore);
       at <= std::min(static_cast<int>(lines.size()), line + kLinesAfter); ++at)
    around.push_back(fmt::format("{} {:4} | {}", at == line ? ">" : " ", at,
                                 printable(lines[static_cast<std::size_t>(at) - 1])));
  return around;
}

// A return address lies behind the call that it belongs to.
std::uint64_t address_of(const oracle::CodePlace& place, const Symbol& function) {
  return function.value + place.offset - (place.is_return && place.offset > 0 ? 1 : 0);
}

}  // namespace

Result<std::vector<oracle::SourcePlace>> source_lines(const ModuleSettings& settings,
                                                      const BuiltModule& module,
                                                      const std::vector<oracle::CodePlace>& places,
                                                      const Context& context) {
  std::vector<oracle::SourcePlace> lines;
  const std::string& name = settings.module;
  if (std::ranges::find(places, name, &oracle::CodePlace::module) == places.end()) return lines;
  const std::string object = module.object.filename();
  const auto table = ask(settings, module, {"objdump", "-t", "-w", object}, context);
  if (!table) return std::unexpected(table.error());
  const auto functions = functions_in(*table);
  std::map<std::string, std::vector<oracle::CodePlace>> by_section;
  for (const oracle::CodePlace& place : places)
    if (const auto found = functions.find(place.function); place.module == name && found != functions.end())
      by_section[found->second.section].push_back(place);
  const std::string folder = context.sandbox.confines() ? kInside : module.folder.string();
  for (const auto& [section, wanted] : by_section) {
    std::vector<std::string> argv = {"addr2line", "-e", object, "-j", section};
    for (const oracle::CodePlace& place : wanted)
      argv.push_back(fmt::format("0x{:x}", address_of(place, functions.at(place.function))));
    const auto said = ask(settings, module, argv, context);
    if (!said) return std::unexpected(said.error());
    const auto answers = split_lines(*said);
    for (std::size_t i = 0; i < std::min(answers.size(), wanted.size()); ++i) {
      oracle::SourcePlace line{wanted[i], "", 0, {}};
      if (!read_line(answers[i], folder, line)) continue;
      if (line.file == settings.student) line.source = lines_around(module.source, line.line);
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

}  // namespace memgrade::collect
