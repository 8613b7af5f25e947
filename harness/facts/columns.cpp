#include <algorithm>
#include <cmath>
#include <harness/facts/columns.hpp>
#include <unordered_map>

namespace memgrade::facts {
namespace {

constexpr std::size_t kMostStride = 4;

std::size_t mix(std::size_t seed, std::size_t value) {
  return (seed ^ value) * 0x9E3779B97F4A7C15ULL + (seed >> 7);
}

// Columns by a hash of their names while they grow; a name is written out once.
class Collecting {
 public:
  explicit Collecting(Radix radix) : radix_(radix) {}

  void read(const Source& source, std::size_t source_index);
  Columns take();

 private:
  void add_line(const std::vector<NumberToken>& numbers, std::string_view line);
  void add_sequence(const std::vector<NumberToken>& numbers);
  void add(ColumnName::Kind kind, const std::string& text, std::size_t index, std::size_t of,
           const NumberToken& cell);

  Radix radix_;
  std::string source_;
  std::size_t source_index_ = 0, line_ = 0, flat_ = 0;
  std::unordered_map<std::size_t, std::size_t> known_;
  std::vector<std::pair<ColumnName, Column>> columns_;
};

void Collecting::add(ColumnName::Kind kind, const std::string& text, std::size_t index, std::size_t of,
                     const NumberToken& cell) {
  std::size_t key = mix(source_index_, static_cast<std::size_t>(kind));
  key = mix(mix(mix(key, std::hash<std::string>{}(text)), index), of);
  const auto [place, is_new] = known_.try_emplace(key, columns_.size());
  if (is_new)
    columns_.push_back({{kind, radix_, source_, text, index, of}, {{}, source_index_, line_, cell.begin}});
  columns_[place->second].second.cells.push_back(cell);
}

bool has_letters(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  });
}

void Collecting::add_line(const std::vector<NumberToken>& numbers, std::string_view line) {
  using enum ColumnName::Kind;
  std::vector<std::string> labels;
  std::string outline;
  for (const NumberToken& number : numbers) {
    labels.push_back(normal_label(number.label));
    outline += labels.back() + '#';
  }
  outline += normal_label(line.substr(numbers.back().end));
  const std::string no_text;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto same_before = static_cast<std::size_t>(
        std::count(labels.begin(), labels.begin() + static_cast<long>(i), labels[i]));
    add(label, labels[i], same_before, 0, numbers[i]);
    add(shape, outline, i, numbers.size(), numbers[i]);
    add(count, no_text, i, numbers.size(), numbers[i]);
  }
  if (!has_letters(radix_ == Radix::decimal ? line : std::string_view(outline))) add_sequence(numbers);
}

void Collecting::add_sequence(const std::vector<NumberToken>& numbers) {
  for (const NumberToken& number : numbers) {
    for (std::size_t stride = 1; stride <= kMostStride; ++stride)
      add(ColumnName::Kind::flat, "", flat_ % stride, stride, number);
    ++flat_;
  }
}

void Collecting::read(const Source& source, std::size_t source_index) {
  source_ = source.name;
  source_index_ = source_index;
  flat_ = 0;
  const std::size_t lines = std::min(source.lines.size(), kMostLines);
  for (line_ = 0; line_ < lines; ++line_) {
    std::vector<NumberToken> numbers = numbers_in(source.lines[line_], radix_);
    // A line that holds everything is read as one sequence; of other long ones the begin is read.
    const bool holds_all = source.lines.size() <= kMostNumbersInALine;
    if (numbers.size() > kMostNumbersInALine && holds_all) {
      add_sequence(numbers);
      continue;
    }
    numbers.resize(std::min(numbers.size(), kMostNumbersInALine));
    if (!numbers.empty()) add_line(numbers, source.lines[line_]);
  }
}

Columns Collecting::take() {
  Columns columns;
  for (auto& [name, column] : columns_) columns.emplace(std::move(name), std::move(column));
  return columns;
}

std::uint64_t residue(std::int64_t value, std::uint64_t modulo) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (modulo == 0) return bits;
  if (value >= 0) return bits % modulo;
  const std::uint64_t rest = (0 - bits) % modulo;
  return rest == 0 ? 0 : modulo - rest;
}

// The agreement by chance of `rows` rows, of which each agrees with the probability `share`.
void set_chance(Agreement& result, double share) {
  const auto rows = static_cast<double>(result.rows);
  result.by_chance = rows * share;
  result.variance = rows * share * (1 - share);
}

Agreement agreement_of_values(const Column& column, const TrueColumn& truth, const ColumnRule& rule) {
  Agreement result;
  std::unordered_map<std::uint64_t, std::pair<double, double>> often;  // in the truth, in the column
  for (std::size_t i = 0; i < std::min(truth.size(), column.cells.size()); ++i) {
    if (!truth[i]) continue;
    ++result.rows;
    const std::uint64_t expected = residue(*truth[i], rule.modulo);
    ++often[expected].first;
    const auto given = value_of(column.cells[i], rule);
    if (!given) continue;
    ++often[residue(*given, rule.modulo)].second;
    result.agreeing += residue(*given, rule.modulo) == expected;
  }
  double share = 0;
  const auto rows = static_cast<double>(std::max<std::size_t>(result.rows, 1));
  for (const auto& [value, times] : often) share += times.first / rows * (times.second / rows);
  set_chance(result, share);
  return result;
}

// Physical addresses, of which the frames may bear other numbers: only rows whose frame came before say
// anything. Chance is taken for as large as the share of the frame that comes most often.
Agreement agreement_of_frames(const Column& column, const TrueColumn& truth, const ColumnRule& rule) {
  Agreement result;
  std::unordered_map<std::int64_t, std::int64_t> theirs_of, ours_of;
  std::unordered_map<std::int64_t, std::size_t> often;
  const auto page = static_cast<std::int64_t>(rule.page_bytes);
  std::size_t most = 0;
  for (std::size_t i = 0; i < std::min(truth.size(), column.cells.size()); ++i) {
    if (!truth[i]) continue;
    const std::int64_t ours = *truth[i] / page;
    const auto given = value_of(column.cells[i], rule);
    const bool plausible = given && *given >= 0 && *given % page == *truth[i] % page;
    const std::int64_t theirs = plausible ? *given / page : -1;
    const std::size_t seen = often[ours]++;
    if (seen > 0) {
      ++result.rows;
      most = std::max(most, seen);
    }
    if (!plausible) continue;
    const bool forth = theirs_of.try_emplace(ours, theirs).first->second == theirs;
    const bool back = ours_of.try_emplace(theirs, ours).first->second == ours;
    result.agreeing += seen > 0 && forth && back;
  }
  const auto rows = static_cast<double>(std::max<std::size_t>(result.rows, 1));
  set_chance(result, static_cast<double>(most) / rows);
  return result;
}

}  // namespace

Columns columns_of(const std::vector<std::unique_ptr<Source>>& sources, const std::vector<std::string>& kinds,
                   Radix radix) {
  Collecting collecting(radix);
  for (std::size_t i = 0; i < sources.size(); ++i)
    if (std::ranges::find(kinds, sources[i]->kind) != kinds.end()) collecting.read(*sources[i], i);
  return collecting.take();
}

std::optional<std::int64_t> value_of(const NumberToken& cell, const ColumnRule& rule) {
  const auto value = whole_number(cell);
  if (!value || !rule.byte || !cell.hexadecimal) return value;
  const auto bits = static_cast<std::uint64_t>(*value);
  const bool sign_extended = bits > 0xFFFF'FF7FULL && bits <= 0xFFFF'FFFFULL;
  return bits <= 0xFF || sign_extended ? static_cast<signed char>(bits & 0xFF) : *value;
}

void Agreement::add(const Agreement& other) {
  rows += other.rows;
  agreeing += other.agreeing;
  surplus += other.surplus;
  by_chance += other.by_chance;
  variance += other.variance;
}

bool Agreement::well_above_chance() const {
  const double above = static_cast<double>(agreeing) - by_chance;
  const double left = static_cast<double>(rows) - by_chance;
  return above >= 6 && above >= 6 * std::sqrt(variance) && above >= 0.2 * left;
}

Agreement agreement(const Column& column, const TrueColumn& truth, const ColumnRule& rule) {
  Agreement result = agreement_of_values(column, truth, rule);
  if (rule.page_bytes > 0 && !result.well_above_chance()) result = agreement_of_frames(column, truth, rule);
  result.surplus = column.cells.size() > truth.size() ? column.cells.size() - truth.size() : 0;
  return result;
}

}  // namespace memgrade::facts
