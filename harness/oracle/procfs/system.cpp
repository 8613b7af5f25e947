#include <fmt/format.h>

#include <algorithm>
#include <harness/base/numbers.hpp>
#include <harness/base/text.hpp>
#include <harness/oracle/procfs/system.hpp>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace memgrade::oracle {
namespace {

std::unexpected<Error> no_line(std::string_view line, std::string_view record) {
  return fail(ErrorKind::infrastructure,
              fmt::format("the guest's record of {} is damaged: {} is no line of it", record, quote(line)));
}

}  // namespace

Result<Json> parse_meminfo(std::string_view text) {
  Json values = Json::object();
  for (const std::string_view line : split_lines(text)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return no_line(line, "meminfo");
    std::string_view value = trim(line.substr(colon + 1));
    const bool kib = value.ends_with(" kB");
    if (kib) value.remove_suffix(3);
    const auto amount = parse_unsigned(trim(value));
    if (!amount || (kib && *amount >> 54 != 0)) return no_line(line, "meminfo");
    values[to_utf8(line.substr(0, colon))] = kib ? *amount * 1024 : *amount;
  }
  return values;
}

Result<Json> parse_slabs(std::string_view text) {
  std::map<std::string, std::uint64_t> objects;
  for (const std::string_view line : split_lines(text)) {
    const std::size_t blank = line.rfind(' ');
    if (blank == std::string_view::npos || blank == 0) return no_line(line, "slabs");
    const auto count = parse_unsigned(line.substr(blank + 1));
    if (!count) return no_line(line, "slabs");
    objects[to_utf8(line.substr(0, blank))] += *count;
  }
  return Json(objects);
}

Result<Json> parse_modules(std::string_view text) {
  std::set<std::string> names;
  for (std::string_view line : split_lines(text)) {
    const std::string_view name = take_word(line);
    if (name.empty()) return no_line(line, "modules");
    names.insert(to_utf8(name));
  }
  return Json(names);
}

Result<Json> parse_tasks(std::string_view text) {
  std::set<std::tuple<std::uint64_t, std::string, std::uint64_t, std::string>> tasks;
  for (const std::string_view line : split_lines(text)) {
    std::string_view rest = line;
    const auto pid = parse_unsigned(take_word(rest)), parent = parse_unsigned(take_word(rest));
    const std::string_view state = take_word(rest);
    if (!pid || !parent || state.size() != 1) return no_line(line, "tasks");
    tasks.emplace(*pid, to_utf8(rest), *parent, to_utf8(state));
  }
  return Json(tasks);
}

Json parse_names(std::string_view text) {
  std::set<std::string> names;
  for (const std::string_view line : split_lines(text))
    if (!line.empty()) names.insert(to_utf8(line));
  return Json(names);
}

Result<Json> parse_taint(std::string_view text) {
  const auto mask = parse_unsigned(trim(text));
  if (!mask) return no_line(trim(text), "taint");
  return Json(*mask);
}

}  // namespace memgrade::oracle
