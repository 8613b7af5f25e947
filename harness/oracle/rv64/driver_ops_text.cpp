// Sequences of calls as text, and shrinking them.
#include <fmt/format.h>

#include <harness/base/numbers.hpp>
#include <harness/oracle/rv64/driver_ops.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace memgrade::oracle {
namespace {

constexpr std::string_view permission_letters = "VRWXU";  // by bit

// How a call's arguments are written: n decimal and h hexadecimal number, r a result and an offset,
// s an offset from the start of the memory, p permissions.
struct Form {
  Call call;
  std::string_view function, arguments;
};
constexpr Form forms[] = {
    {Call::alloc_pages, "alloc_pages", "n"},
    {Call::alloc_page, "alloc_page", ""},
    {Call::free, "free_pages", "r"},
    {Call::free_at, "free_pages", "s"},
    {Call::free_raw, "free_pages", "h"},
    {Call::slub_init, "slub_init", ""},
    {Call::kmalloc, "kmalloc", "n"},
    {Call::kfree, "kfree", "r"},
    {Call::kfree_raw, "kfree", "h"},
    {Call::cache_alloc, "kmem_cache_alloc", "n"},
    {Call::cache_free, "kmem_cache_free", "r"},
    {Call::verify, "verify", "r"},
    {Call::census, "census", ""},
    {Call::hog, "hog", "n"},
    {Call::unhog, "unhog", ""},
    {Call::mmap, "mmap", "hhp"},
    {Call::munmap, "munmap", "hh"},
    {Call::load, "load", "hn"},
    {Call::store, "store", "hnh"},
    {Call::fetch, "fetch", "h"},
    {Call::vmas, "areas", ""},
    {Call::ptes, "ptes", "hh"},
};

std::string offset_text(std::string_view from, std::uint64_t offset) {
  if (offset == 0) return std::string(from);
  if (static_cast<std::int64_t>(offset) < 0) return fmt::format("{} - {:#x}", from, 0 - offset);
  return fmt::format("{} + {:#x}", from, offset);
}

std::string permissions_text(std::uint64_t permissions) {
  std::string text;
  for (const std::size_t bit : {1U, 2U, 3U, 4U, 0U})
    if (permissions >> bit & 1) text.push_back(permission_letters[bit]);
  return text.empty() ? "0" : text;
}

std::string argument_text(char kind, const KernelOp& op, std::uint64_t value) {
  switch (kind) {
    case 'n':
      return fmt::format("{}", value);
    case 'r':
      return offset_text(fmt::format("p{}", op.ref), value);
    case 's':
      return offset_text("start", value);
    case 'p':
      return permissions_text(value);
    default:
      return fmt::format("{:#x}", value);
  }
}

std::optional<std::uint64_t> number(std::string_view text) {
  return text.starts_with("0x") ? parse_hex(text) : parse_unsigned(text);
}

std::optional<std::uint64_t> permissions(std::string_view text) {
  std::uint64_t value = 0;
  if (text == "0") return value;
  for (const char letter : text) {
    const std::size_t bit = permission_letters.find(letter);
    if (bit == std::string_view::npos) return std::nullopt;
    value |= std::uint64_t{1} << bit;
  }
  return text.empty() ? std::nullopt : std::optional(value);
}

using Names = std::map<std::string, std::int32_t, std::less<>>;

// "p3", "p3 + 0x10", "start - 0x1000".
struct Based {
  std::string_view base;
  std::uint64_t offset = 0;
};
std::optional<Based> based(std::string_view text) {
  const std::size_t sign = text.find_first_of("+-");
  if (sign == std::string_view::npos) return Based{text, 0};
  if (sign < 2 || text[sign - 1] != ' ' || sign + 2 > text.size()) return std::nullopt;
  const std::uint64_t offset = number(text.substr(sign + 2)).value_or(0);  // 0 is never written
  if (offset == 0) return std::nullopt;
  return Based{text.substr(0, sign - 1), text[sign] == '+' ? offset : 0 - offset};
}

std::optional<std::uint64_t> argument(char kind, std::string_view text, const Names& names, KernelOp& op) {
  if (kind == 'p') return permissions(text);
  if (kind != 'r' && kind != 's') return number(text);
  const auto found = based(text);
  if (!found) return std::nullopt;
  if (kind == 's') return found->base == "start" ? std::optional(found->offset) : std::nullopt;
  const auto name = names.find(found->base);
  if (name == names.end()) return std::nullopt;
  op.ref = name->second;
  return std::optional(found->offset);
}

std::vector<std::string_view> split_arguments(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t comma = text.find(", ");
    parts.push_back(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 2);
  }
  return parts;
}

std::optional<KernelOp> try_form(const Form& form, const std::vector<std::string_view>& arguments,
                                 const Names& names) {
  if (arguments.size() != form.arguments.size()) return std::nullopt;
  KernelOp op{.call = form.call};
  std::uint64_t* const places[] = {&op.a, &op.b, &op.c};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto value = argument(form.arguments[i], arguments[i], names, op);
    if (!value) return std::nullopt;
    *places[i] = *value;
  }
  return op;
}

struct Line {
  std::string_view name, function, arguments;
};
std::optional<Line> take_apart(std::string_view text) {
  Line line;
  if (const std::size_t equals = text.find(" = "); equals != std::string_view::npos) {
    line.name = text.substr(0, equals);
    text.remove_prefix(equals + 3);
  }
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) return std::nullopt;
  line.function = text.substr(0, open);
  line.arguments = text.substr(open + 1, text.size() - open - 2);
  return line;
}

std::optional<KernelOp> parse_line(std::string_view text, const Names& names) {
  const auto line = take_apart(text);
  if (!line) return std::nullopt;
  const auto arguments = split_arguments(line->arguments);
  for (const Form& form : forms) {
    if (form.function != line->function) continue;
    const auto op = try_form(form, arguments, names);
    if (op && (line->name.empty() || makes_result(op->call))) return op;
  }
  return std::nullopt;
}

// Fewer pages or bytes, never none: 0 means something else.
std::vector<Items> smaller_calls(const Items& items, std::size_t index) {
  std::vector<Items> candidates;
  const std::string& text = items[index];
  const std::size_t open = text.find('(');
  if (open == std::string::npos ||
      (text.find("alloc_pages(") == std::string::npos && text.find("kmalloc(") == std::string::npos))
    return candidates;
  const auto value = number(std::string_view(text).substr(open + 1, text.size() - open - 2));
  if (!value) return candidates;
  for (const std::uint64_t less : {std::uint64_t{1}, *value / 2, *value - 1}) {
    if (less == 0 || less >= *value) continue;
    candidates.push_back(items);
    candidates.back()[index] = fmt::format("{}({})", text.substr(0, open), less);
  }
  return candidates;
}

}  // namespace

std::string to_text(const CallSequence& sequence, std::size_t index) {
  const KernelOp& op = sequence.ops.at(index);
  const Form& form = forms[static_cast<std::size_t>(op.call) - 1];
  const std::uint64_t values[] = {op.a, op.b, op.c};
  std::string text = makes_result(op.call) ? fmt::format("p{} = ", index) : "";
  text += fmt::format("{}(", form.function);
  for (std::size_t i = 0; i < form.arguments.size(); ++i)
    text += (i == 0 ? "" : ", ") + argument_text(form.arguments[i], op, values[i]);
  return text + ")";
}

Items to_text(const CallSequence& sequence) {
  Items lines;
  for (std::size_t i = 0; i < sequence.ops.size(); ++i) lines.push_back(to_text(sequence, i));
  return lines;
}

Result<CallSequence> sequence_from_text(Phase phase, const Items& lines) {
  CallSequence sequence{phase, {}};
  Names names;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto op = parse_line(lines[i], names);
    if (!op)
      return std::unexpected(
          Error{ErrorKind::case_file, fmt::format("call {}: cannot be read: {}", i + 1, lines[i]), {}});
    const auto line = take_apart(lines[i]);
    if (line && !line->name.empty()) names[std::string(line->name)] = static_cast<std::int32_t>(i);
    sequence.ops.push_back(*op);
  }
  return sequence;
}

Items without_dangling(const Items& lines) {
  Items kept;
  Names names;
  for (const std::string& line : lines) {
    const auto parts = take_apart(line);
    if (!parts || !parse_line(line, names)) continue;
    if (!parts->name.empty()) names[std::string(parts->name)] = static_cast<std::int32_t>(kept.size());
    kept.push_back(line);
  }
  return kept;
}

ShrinkQuestions sequence_questions(Phase phase, std::function<Result<bool>(const CallSequence&)> fails) {
  const auto known = std::make_shared<std::map<Items, bool>>();
  ShrinkQuestions questions;
  questions.still_fails = [=](const Items& lines) -> Result<bool> {
    const Items kept = without_dangling(lines);
    if (const auto found = known->find(kept); found != known->end()) return found->second;
    const auto sequence = sequence_from_text(phase, kept);
    if (!sequence) return std::unexpected(sequence.error());
    const auto answer = fails(*sequence);
    if (answer) known->emplace(kept, *answer);
    return answer;
  };
  questions.simpler = smaller_calls;
  return questions;
}

}  // namespace memgrade::oracle
