#include <array>
#include <charconv>
#include <harness/base/text.hpp>
#include <harness/oracle/klog/backtrace.hpp>
#include <harness/oracle/klog/crash_report.hpp>

namespace memgrade::oracle {
namespace {

constexpr std::string_view kNameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$";

// Takes "0x1f" off the text.
std::optional<std::uint64_t> take_hex(std::string_view& text) {
  if (!text.starts_with("0x")) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// "scan_pages+0x4c/0x90 [ktest]", taken off the text. A build id may stand behind the module's name.
std::optional<CodePlace> take_place(std::string_view& text) {
  const std::size_t name_end = std::min(text.find_first_not_of(kNameLetters), text.size());
  CodePlace place;
  place.function = text.substr(0, name_end);
  std::string_view rest = text.substr(name_end);
  if (name_end == 0 || name_end > 256 || !rest.starts_with('+')) return std::nullopt;
  rest.remove_prefix(1);
  const auto offset = take_hex(rest);
  if (!offset || !rest.starts_with('/')) return std::nullopt;
  rest.remove_prefix(1);
  if (!take_hex(rest)) return std::nullopt;
  place.offset = *offset;
  const std::size_t close = rest.find(']');
  if (rest.starts_with(" [") && close != std::string_view::npos) {
    const std::string_view inside = rest.substr(2, close - 2);
    place.module = inside.substr(0, inside.find(' '));
    rest.remove_prefix(close + 1);
  }
  text = rest;
  return place;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::optional<Frame> parse_frame(std::string_view line) {
  std::string_view rest = trim(line);
  Frame frame;
  // Older kernels print the address, too: "[<ffffffff81000000>] name+…".
  if (rest.starts_with("[<") && rest.find(">] ") != std::string_view::npos)
    rest.remove_prefix(rest.find(">] ") + 3);
  frame.guess = take(rest, "? ");
  auto place = take_place(rest);
  if (!place || !trim(rest).empty()) return std::nullopt;
  frame.place = *std::move(place);
  frame.place.is_return = true;
  return frame;
}

std::optional<CodePlace> parse_place(std::string_view text) {
  return take_place(text);
}

std::optional<CodePlace> parse_rip(std::string_view line) {
  std::string_view rest = trim(line);
  if (!take(rest, "RIP: 0010:")) return std::nullopt;
  if (auto place = parse_place(rest)) return place;
  std::string_view address = rest;
  if (!take_hex(address)) return std::nullopt;
  return CodePlace{std::string(rest.substr(0, rest.size() - address.size())), 0, {}};
}

bool tells_nothing(std::string_view function) {
  constexpr auto names = std::to_array<std::string_view>({"dump_stack",      "dump_stack_lvl",
                                                          "show_stack",      "__schedule_bug",
                                                          "___might_sleep",  "__might_sleep",
                                                          "__might_resched", "panic",
                                                          "bad_page",        "__schedule",
                                                          "schedule",        "schedule_timeout",
                                                          "dump_header",     "oom_kill_process",
                                                          "warn_alloc",      "sysfs_warn_dup",
                                                          "print_bad_pte",   "show_regs",
                                                          "vpanic",          "print_report",
                                                          "kasan_report",    "kasan_report_invalid_free",
                                                          "ubsan_epilogue",  "check_noncircular"});
  const std::string_view base = function.substr(0, function.find('.'));
  for (const std::string_view name : names)
    if (base == name) return true;
  return false;
}

}  // namespace memgrade::oracle
