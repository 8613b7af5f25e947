#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <harness/base/files.hpp>
#include <harness/base/json.hpp>
#include <harness/base/text.hpp>
#include <harness/grading/code.hpp>
#include <harness/grading/manual_grades.hpp>

namespace memgrade::grading {
namespace {

constexpr std::string_view kGradesSchema = "memgrade/marks/v1";
constexpr const char* kFileName = "marks.json";

Json entry_json(const GradeEntry& entry) {
  return {{"lab", entry.lab},
          {"task", entry.task},
          {"points", entry.points ? Json(*entry.points) : Json(nullptr)},
          {"of", entry.of},
          {"by", entry.by},
          {"at", entry.at},
          {"late", entry.late},
          {"note", entry.note},
          {"feedback", entry.feedback},
          {"code", entry.code}};
}

GradeEntry entry_from(const Json& json) {
  GradeEntry entry;
  entry.lab = json.at("lab").get<std::string>();
  entry.task = json.at("task").get<std::string>();
  if (const Json& points = json.at("points"); !points.is_null()) entry.points = points.get<double>();
  entry.of = json.at("of").get<double>();
  entry.by = json.at("by").get<std::string>();
  entry.at = json.at("at").get<std::string>();
  entry.late = json.at("late").get<bool>();
  entry.note = json.at("note").get<std::string>();
  entry.feedback = json.at("feedback").get<std::string>();
  entry.code = json.at("code").get<std::string>();
  return entry;
}

bool only_digits_and_point(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

Result<GradeHistory> load_grades(const fs::path& run) {
  const fs::path path = run / kFileName;
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (status.type() == fs::file_type::not_found) return GradeHistory{};
  const auto bytes = read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  const auto json = parse_json(*bytes, show_path(path));
  try {
    if (!json)
      return fail(ErrorKind::io, json.error().message + "; mend it: it holds people's marks",
                  show_path(path));
    if (json->at("schema") != kGradesSchema)
      return fail(ErrorKind::io, "written by another version of memgrade", show_path(path));
    GradeHistory history;
    for (const Json& entry : json->at("marks")) history.push_back(entry_from(entry));
    return history;
  } catch (const Json::exception& problem) {
    return fail(
        ErrorKind::io,
        fmt::format("holds no marks that can be read ({}); mend it: it holds people's marks", problem.what()),
        show_path(path));
  }
}

Status store_grades(const fs::path& run, const GradeHistory& history) {
  Json grades = Json::array();
  for (const GradeEntry& entry : history) grades.push_back(entry_json(entry));
  return write_file(run / kFileName, dump_json({{"schema", kGradesSchema}, {"marks", grades}}) + "\n");
}

const GradeEntry* current_grade(const GradeHistory& history, std::string_view lab, std::string_view task) {
  const auto found = std::find_if(history.rbegin(), history.rend(), [&](const GradeEntry& entry) {
    return entry.lab == lab && entry.task == task;
  });
  return found == history.rend() || !found->points ? nullptr : &*found;
}

GivenGrades given_grades(GradeHistory history, const fs::path& evidence) {
  GivenGrades given;
  given.history = std::move(history);
  for (const GradeEntry& entry : given.history) {
    const auto [place, fresh] = given.code.try_emplace(entry.lab);
    if (!fresh) continue;
    // Code that is not there or cannot be read leaves the digest empty: nothing is said about age then.
    if (const auto code = load_code(evidence, entry.lab)) place->second = code->digest;
  }
  return given;
}

Result<double> parse_points(std::string_view text, double most) {
  const std::string shown = quote(text, 40);
  double points = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), points);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  // from_chars takes "nan", "inf" and "1e3" too; nobody means them.
  if (!whole || !only_digits_and_point(text) || !std::isfinite(points))
    return fail(ErrorKind::usage, fmt::format("{} is no number of points; write it like 0.5", shown));
  if (points > most)
    return fail(ErrorKind::usage,
                fmt::format("{} points are more than the task is worth ({})", shown, plain_number(most)));
  return points;
}

}  // namespace memgrade::grading
