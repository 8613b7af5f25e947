#include <fmt/format.h>
#include <re2/re2.h>

#include <harness/base/placeholders.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/edits.hpp>

namespace memgrade::collect {
namespace {

constexpr std::size_t kMostLinesShown = 10;

// The replacement as RE2 takes it, its {names} put in literally.
Result<std::string> rewrite_of(const Edit& edit, const Json& values) {
  return fill_placeholders(
      edit.replacement, [&](const Placeholder& placeholder) -> Result<std::optional<std::string>> {
        std::string key(placeholder.name);
        if (!placeholder.form.empty()) key.append(":").append(placeholder.form);  // "symbol:follow_page"
        const auto value = values.find(key);
        if (value == values.end())
          return fail(ErrorKind::case_file, fmt::format("there is no value {} for it", quote(key)),
                      "edit " + edit.name);
        return replace_all(value->is_string() ? value->get<std::string>() : value->dump(), "\\", "\\\\");
      });
}

Status apply_one(std::vector<std::string>& lines, const Edit& edit, const Json& values, Edited& edited) {
  const RE2 pattern(edit.match, RE2::Quiet);
  if (!pattern.ok()) return fail(ErrorKind::case_file, pattern.error(), "edit " + edit.name);
  EditMade made{edit.name, edit.why, {}, {}};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!RE2::PartialMatch(lines[i], pattern)) continue;
    // Only now: where it finds no place, its values need not exist.
    const auto rewrite = rewrite_of(edit, values);
    if (!rewrite) return std::unexpected(rewrite.error());
    std::string line = lines[i];
    if (RE2::GlobalReplace(&line, pattern, *rewrite) == 0 || line == lines[i]) continue;
    lines[i] = std::move(line);
    made.lines.push_back(static_cast<int>(i) + 1);
    made.texts.push_back(lines[i]);
  }
  if (!made.lines.empty()) edited.made.push_back(std::move(made));
  return {};
}

}  // namespace

FieldSpec edits_field(const EditsField& wanted) {
  using enum FieldType;
  FieldSpec field{
      .key = "edits",
      .type = object,
      .list = true,
      .fallback = Json::array(),
      .doc = wanted.doc,
      .fields = {{.key = "edit",
                  .type = name,
                  .required = true,
                  .doc = "Its name in the report; several may share one."},
                 {.key = wanted.match_key, .type = regex, .required = true, .doc = wanted.match_doc},
                 {.key = "replace", .required = true, .doc = wanted.replace_doc},
                 {.key = "why", .required = true, .doc = "One sentence, for the report."}}};
  field.fields.insert(field.fields.end(), wanted.more.begin(), wanted.more.end());
  return field;
}

Edit edit_from(const Json& entry, const std::string& match_key) {
  const auto text = [&](const std::string& key) { return entry.value(key, std::string()); };
  return {text("edit"), text(match_key), text("replace"), text("why")};
}

Result<Edited> apply_edits(std::string_view text, const std::vector<Edit>& edits, const Json& values) {
  std::vector<std::string> lines;
  for (const std::string_view line : split_lines(text)) lines.emplace_back(line);
  Edited edited;
  for (const Edit& edit : edits)
    if (auto applied = apply_one(lines, edit, values, edited); !applied)
      return std::unexpected(applied.error());
  if (edited.made.empty()) {
    edited.text = text;
    return edited;
  }
  edited.text = join(lines, "\n") + "\n";
  return edited;
}

std::string describe_edit(std::string_view file, const EditMade& edit) {
  std::vector<std::string> lines;
  for (const int line : edit.lines) {
    if (lines.size() == kMostLinesShown) {
      lines.emplace_back("…");
      break;
    }
    lines.push_back(std::to_string(line));
  }
  return fmt::format("edited by us: {}:{}: {} ({})", file, join(lines, ", "), edit.name,
                     trim(replace_all(edit.why, "\n", " ")));
}

std::string edit_command(std::string_view file, const EditMade& edit) {
  std::string command = "sed -i";
  for (std::size_t i = 0; i < edit.lines.size(); ++i) {
    std::string text = replace_all(edit.texts[i], "\\", "\\\\");
    for (const char* special : {"&", "|"}) text = replace_all(text, special, std::string("\\") + special);
    text = replace_all(text, "\t", "\\t");  // a tab does not live through copying
    command += " -e " + shell_quote(fmt::format("{}s|.*|{}|", edit.lines[i], text));
  }
  return command + " " + shell_quote(file);
}

}  // namespace memgrade::collect
