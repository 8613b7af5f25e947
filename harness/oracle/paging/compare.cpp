#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <harness/base/text.hpp>
#include <harness/oracle/paging/compare.hpp>
#include <map>

namespace memgrade::oracle {
namespace {

// A whole number of any JSON kind, without the traps of mixing signed and unsigned.
struct Whole {
  bool negative = false;
  std::uint64_t magnitude = 0;
  bool operator==(const Whole&) const = default;

  [[nodiscard]] std::uint64_t residue(std::uint64_t modulo) const {
    const std::uint64_t rest = magnitude % modulo;
    return negative && rest != 0 ? modulo - rest : rest;
  }
};

std::optional<Whole> whole_of(const Json& value) {
  if (value.is_number_unsigned()) return Whole{false, value.get<std::uint64_t>()};
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    const auto bits = static_cast<std::uint64_t>(number);
    return number < 0 ? Whole{true, 0 - bits} : Whole{false, bits};
  }
  if (!value.is_number_float()) return std::nullopt;
  const double number = value.get<double>();
  if (!(std::fabs(number) < 0x1p63) || number != std::trunc(number)) return std::nullopt;
  return Whole{number < 0, static_cast<std::uint64_t>(std::fabs(number))};
}

bool same(const Json& expected, const Json& observed, std::uint64_t modulo) {
  const std::optional<Whole> a = whole_of(expected), b = whole_of(observed);
  if (a && b) return modulo == 0 ? *a == *b : a->residue(modulo) == b->residue(modulo);
  return expected == observed;
}

std::string show(const Json& value) {
  return value.is_string() ? quote(value.get<std::string>()) : dump_json(value, -1);
}

const Json& row_of(const Json& column, std::size_t row) {
  return column.is_array() ? column[row] : column;
}

std::size_t rows_of(const Json& column) {
  return column.is_array() ? column.size() : column.is_null() ? 0 : 1;
}

// Why the values of one row do not fit; "" when they do. Called in the order of the rows.
using RowTest = std::function<std::string(std::size_t row, const Json& expected, const Json& observed)>;

// Walks both columns; rows that are missing or too many are differences of their own.
std::optional<Difference> walk(const Json& truth, const Json& observed, const RowTest& test) {
  const std::size_t wanted = rows_of(truth), given = rows_of(observed);
  std::optional<Difference> first;
  std::size_t wrong = 0;
  for (std::size_t row = 0; row < wanted; ++row) {
    const Json& expected = row_of(truth, row);
    if (expected.is_null()) continue;
    if (row >= given) {
      if (!first)
        first = Difference{row, expected, nullptr,
                           given == 0 ? "there is no answer"
                                      : fmt::format("the output ends after {} of {} rows", given, wanted)};
      break;
    }
    const Json& value = row_of(observed, row);
    std::string why = test(row, expected, value);
    wrong += !why.empty();
    if (!first && !why.empty()) first = Difference{row, expected, value, std::move(why)};
  }
  if (!first && given > wanted)
    first = Difference{wanted, nullptr, row_of(observed, wanted),
                       fmt::format("expected {}, got {}", counted(wanted, "row"), given)};
  if (first) first->wrong_rows = wrong;
  return first;
}

// Which of their frames stands for ours, and since which row (from 1).
class Renaming {
 public:
  std::string test(std::size_t row, std::uint64_t ours, std::uint64_t theirs) {
    const auto forth = theirs_of_.try_emplace(ours, Partner{theirs, row + 1}).first->second;
    if (forth.frame != theirs)
      return fmt::format("expected frame {} as in row {}, got frame {}", forth.frame, forth.row, theirs);
    const auto back = ours_of_.try_emplace(theirs, Partner{ours, row + 1}).first->second;
    if (back.frame != ours)
      return fmt::format("expected another frame than {}, which row {} has", theirs, back.row);
    return {};
  }

 private:
  struct Partner {
    std::uint64_t frame = 0;
    std::size_t row = 0;
  };
  std::map<std::uint64_t, Partner> theirs_of_, ours_of_;
};

}  // namespace

std::optional<Difference> first_difference(const Json& truth, const Json& observed, std::uint64_t modulo) {
  return walk(truth, observed, [&](std::size_t, const Json& expected, const Json& value) {
    return same(expected, value, modulo) ? ""
                                         : fmt::format("expected {}, got {}", show(expected), show(value));
  });
}

std::optional<Difference> first_frame_difference(const Json& truth, const Json& observed,
                                                 const FrameRule& rule) {
  Renaming renaming;
  return walk(truth, observed, [&](std::size_t row, const Json& expected, const Json& value) -> std::string {
    const std::optional<Whole> ours = whole_of(expected), theirs = whole_of(value);
    if (!ours || !theirs || theirs->negative) return fmt::format("{} is no physical address", show(value));
    const std::uint64_t offset = ours->magnitude % rule.page_bytes;
    if (theirs->magnitude % rule.page_bytes != offset)
      return fmt::format("expected offset {}, got offset {}", offset, theirs->magnitude % rule.page_bytes);
    const std::uint64_t frame = theirs->magnitude / rule.page_bytes;
    if (frame >= rule.frames) return fmt::format("frame {} of only {}", frame, counted(rule.frames, "frame"));
    return renaming.test(row, ours->magnitude / rule.page_bytes, frame);
  });
}

}  // namespace memgrade::oracle
