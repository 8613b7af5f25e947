#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/linux_lines.hpp>
#include <harness/collect/records.hpp>

namespace memgrade::collect {
namespace {

constexpr const char* kInside = "/submission";
constexpr int kLinesBefore = 5, kLinesAfter = 5;

struct Symbol {
  std::string section;
  std::uint64_t value = 0;
};

// What a tool of binutils says of the module.
Result<std::string> ask(const Lab& lab, const BuiltModule& module, std::vector<std::string> argv,
                        const Surroundings& surroundings) {
  exec::Confined confined;
  confined.argv = std::move(argv);
  confined.directory = surroundings.sandbox.confines() ? fs::path(kInside) : module.folder;
  confined.mounts = {{module.folder, kInside, false}};
  const auto outcome = surroundings.sandbox.run(confined, limits_from(lab.settings.at("limits").at("build")),
                                                surroundings.stop);
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
    functions.try_emplace(name, Symbol{section, std::strtoull(value.c_str(), nullptr, 16)});
  }
  return functions;
}

std::optional<SourceLine> line_in(std::string_view said, const std::string& folder) {
  static const RE2 pattern(R"((.+):(\d+)(?: \(discriminator \d+\))?)");
  SourceLine found;
  if (!RE2::FullMatch({said.data(), said.size()}, pattern, &found.file, &found.line) || found.file == "??")
    return std::nullopt;
  for (const std::string& prefix : {folder + "/", std::string("./")})
    if (found.file.starts_with(prefix)) found.file.erase(0, prefix.size());
  return found;
}

}  // namespace

Result<std::map<CodePlace, SourceLine>> source_lines(const Lab& lab, const BuiltModule& module,
                                                     const std::vector<CodePlace>& places,
                                                     const Surroundings& surroundings) {
  std::map<CodePlace, SourceLine> lines;
  if (places.empty()) return lines;
  const std::string object = module.object.filename();
  const auto table = ask(lab, module, {"objdump", "-t", "-w", object}, surroundings);
  if (!table) return std::unexpected(table.error());
  const auto functions = functions_in(*table);
  std::map<std::string, std::vector<CodePlace>> by_section;
  for (const CodePlace& place : places)
    if (const auto found = functions.find(place.function); found != functions.end())
      by_section[found->second.section].push_back(place);
  const std::string folder = surroundings.sandbox.confines() ? kInside : module.folder.string();
  for (const auto& [section, wanted] : by_section) {
    std::vector<std::string> argv = {"addr2line", "-e", object, "-j", section};
    for (const CodePlace& place : wanted)
      argv.push_back(fmt::format("0x{:x}", functions.at(place.function).value + place.offset));
    const auto said = ask(lab, module, argv, surroundings);
    if (!said) return std::unexpected(said.error());
    const auto answers = split_lines(*said);
    for (std::size_t i = 0; i < std::min(answers.size(), wanted.size()); ++i)
      if (auto line = line_in(answers[i], folder)) lines.emplace(wanted[i], std::move(*line));
  }
  return lines;
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

}  // namespace memgrade::collect
