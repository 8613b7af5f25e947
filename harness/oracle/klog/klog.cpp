// The log's two forms, put together.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <harness/base/text.hpp>
#include <harness/oracle/klog/crash_report.hpp>
#include <harness/oracle/klog/klog.hpp>
#include <map>
#include <utility>

namespace memgrade::oracle {
namespace {

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value < 0)
    return std::nullopt;
  return value;
}

int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  return -1;
}

// The kernel writes what is not printable as "\x0a".
std::string unescaped(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text.substr(i).starts_with("\\x") && i + 3 < text.size();
    const int high = escape ? hex_digit(text[i + 2]) : -1, low = escape ? hex_digit(text[i + 3]) : -1;
    if (high < 0 || low < 0) {
      bytes += text[i];
      continue;
    }
    bytes += static_cast<char>(high * 16 + low);
    i += 3;
  }
  return bytes;
}

// Without blanks at the end, because one form keeps them and the other may not.
std::string shown(std::string_view line) {
  const std::size_t last = line.find_last_not_of(" \t\r");
  return printable(line.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

// "6,123,4567890,-,caller=T1" and what stands behind it; false for a line that is no record.
bool read_record(std::string_view header, std::string_view text, std::vector<LogEntry>& log) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t comma = header.find(',');
    fields.push_back(header.substr(0, comma));
    if (comma == std::string_view::npos) break;
    header.remove_prefix(comma + 1);
  }
  if (fields.size() < 4) return false;
  const auto priority = whole(fields[0]), number = whole(fields[1]), time = whole(fields[2]);
  if (!priority || !number || !time) return false;
  bool goes_on = fields[3].starts_with('c') && !log.empty();
  const std::string bytes = unescaped(text);
  for (const std::string_view line : bytes.empty() ? std::vector{std::string_view()} : split_lines(bytes)) {
    if (goes_on)
      log.back().text += shown(line);
    else
      log.push_back({time, static_cast<int>(*priority & 7), *priority >> 3 == 0, shown(line)});
    goes_on = false;
  }
  return true;
}

// Takes "[   12.345678]", and a caller behind it, off the line.
std::optional<std::int64_t> take_stamp(std::string_view& line) {
  std::string_view rest = line;
  if (rest.size() > 3 && rest[0] == '<' && rest[2] == '>') rest.remove_prefix(3);
  const std::size_t end = rest.find(']');
  if (!rest.starts_with('[') || end == std::string_view::npos) return std::nullopt;
  const std::string_view stamp = trim(rest.substr(1, end - 1));
  const std::size_t dot = stamp.find('.');
  if (dot == std::string_view::npos || stamp.size() - dot != 7) return std::nullopt;
  const auto seconds = whole(stamp.substr(0, dot)), micros = whole(stamp.substr(dot + 1));
  if (!seconds || !micros || *seconds > 1'000'000'000) return std::nullopt;
  rest.remove_prefix(end + 1);
  const std::size_t caller = rest.find(']');
  if (rest.starts_with('[') && caller != std::string_view::npos) {
    const std::string_view name = trim(rest.substr(1, caller - 1));
    if (!name.empty() && (name[0] == 'T' || name[0] == 'C') && whole(name.substr(1)))
      rest.remove_prefix(caller + 1);
  }
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  line = rest;
  return *seconds * 1'000'000 + *micros;
}

using Timed = std::pair<std::int64_t, LogEntry>;

// Each with a time that never goes back: an entry without one stays behind those before it.
std::vector<Timed> in_time(std::vector<LogEntry> entries, std::int64_t start) {
  std::vector<Timed> timed;
  timed.reserve(entries.size());
  for (LogEntry& entry : entries) {
    start = std::max(start, entry.time_us.value_or(start));
    timed.emplace_back(start, std::move(entry));
  }
  return timed;
}

Json entry_json(const LogEntry& entry) {
  return {{"time_s", entry.time_us ? Json(static_cast<double>(*entry.time_us) / 1e6) : Json(nullptr)},
          {"level", entry.level},
          {"text", entry.text}};
}

}  // namespace

std::vector<LogEntry> parse_kmsg(std::string_view bytes) {
  std::vector<LogEntry> log;
  for (const std::string_view line : split_lines(bytes)) {
    if (line.empty() || line.starts_with(' ')) continue;
    const std::size_t semicolon = line.find(';');
    if (semicolon != std::string_view::npos &&
        read_record(line.substr(0, semicolon), line.substr(semicolon + 1), log))
      continue;
    log.push_back({std::nullopt, -1, true, shown(line)});
  }
  return log;
}

std::vector<LogEntry> parse_console(std::string_view bytes) {
  std::vector<LogEntry> log;
  std::optional<std::int64_t> last;
  for (std::string_view line : split_lines(bytes)) {
    if (const auto time = take_stamp(line)) last = time;
    if (std::string text = shown(line); !text.empty()) log.push_back({last, -1, true, std::move(text)});
  }
  return log;
}

std::vector<LogEntry> joined_log(std::vector<LogEntry> kmsg, const std::vector<LogEntry>& console) {
  using Key = std::pair<std::int64_t, std::string_view>;
  std::map<Key, std::size_t> with_time;
  std::map<std::string_view, std::size_t> without_time;
  for (const LogEntry& entry : kmsg) {
    ++with_time[{entry.time_us.value_or(-1), entry.text}];
    ++without_time[entry.text];
  }
  std::vector<LogEntry> missing;
  for (const LogEntry& entry : console) {
    std::size_t& left = entry.time_us ? with_time[{*entry.time_us, entry.text}] : without_time[entry.text];
    if (left > 0)
      --left;
    else
      missing.push_back(entry);
  }
  if (missing.empty()) return kmsg;
  const bool stamped =
      std::ranges::any_of(missing, [](const LogEntry& entry) { return entry.time_us.has_value(); });
  std::vector<Timed> all = in_time(std::move(kmsg), 0);
  const auto before = static_cast<std::ptrdiff_t>(all.size());
  const std::int64_t end = all.empty() ? 0 : all.back().first;
  std::ranges::move(in_time(std::move(missing), stamped ? 0 : end), std::back_inserter(all));
  std::ranges::inplace_merge(all, all.begin() + before, {}, &Timed::first);
  std::vector<LogEntry> log;
  log.reserve(all.size());
  for (auto& [time, entry] : all) log.push_back(std::move(entry));
  return log;
}

Json log_json(const std::vector<LogEntry>& log) {
  constexpr std::size_t kFirst = 150'000, kLast = 50'000;
  Json list = Json::array();
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (i == kFirst && log.size() > kFirst + kLast) {
      const std::size_t left_out = log.size() - kFirst - kLast;
      LogEntry note = log[i];
      note.text = fmt::format("({} messages are left out here)", left_out);
      list.push_back(entry_json(note));
      i += left_out;
    }
    list.push_back(entry_json(log[i]));
  }
  return list;
}

}  // namespace memgrade::oracle
