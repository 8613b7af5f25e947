#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/casefile/student_file.hpp>
#include <harness/casefile/validate.hpp>
#include <harness/casefile/yaml_source.hpp>

namespace memgrade::casefile {
namespace {

constexpr std::size_t kMostNameBytes = 200;

FieldSpec labs_field() {
  using enum FieldType;
  return {.key = "labs",
          .type = object,
          .map = true,
          .fallback = Json::object(),
          .doc = "How the work is built and called, by the lab's name.",
          .fields = {{.key = "directory", .doc = "Where it stands, relative to the submission."},
                     {.key = "build", .list = true, .doc = "Commands, one after the other."},
                     {.key = "run",
                      .list = true,
                      .doc = "The command line, with the lab's placeholders; several when there is a program "
                             "for each setting."},
                     {.key = "output", .doc = "The file that the answers are read from."}}};
}

const std::vector<FieldSpec>& student_fields() {
  using enum FieldType;
  static const std::vector<FieldSpec> fields = {
      {.key = "id", .fallback = "", .doc = "What the gradebook knows the student or team by."},
      {.key = "name", .fallback = "", .doc = "For people."},
      {.key = "members",
       .type = object,
       .list = true,
       .fallback = Json::array(),
       .doc = "Of a team.",
       .fields = {{.key = "id", .required = true, .doc = "The member."},
                  {.key = "name", .fallback = "", .doc = "For people."},
                  {.key = "share",
                   .type = number,
                   .fallback = 1.0,
                   .doc = "Of the work.",
                   .minimum = 0,
                   .maximum = 1}}},
      labs_field(),
  };
  return fields;
}

const std::vector<FieldSpec>& override_fields() {
  static const std::vector<FieldSpec> fields = {{.key = "students",
                                                 .type = FieldType::object,
                                                 .map = true,
                                                 .fallback = Json::object(),
                                                 .doc = "By the student's id.",
                                                 .fields = {labs_field()}}};
  return fields;
}

std::vector<Instruction> instructions_at(const Checked& checked, const std::string& pointer,
                                         const std::string& file, bool of_student) {
  std::vector<Instruction> instructions;
  const Json& said = checked.value.at(Json::json_pointer(pointer));
  const auto add = [&](const Json& text, const std::string& where) {
    const Place place = checked.place(where);
    instructions.push_back(
        {text.get<std::string>(), fmt::format("{}:{}:{}", file, place.line, place.column), of_student});
  };
  if (said.is_string()) add(said, pointer);
  for (std::size_t i = 0; said.is_array() && i < said.size(); ++i)
    add(said[i], fmt::format("{}/{}", pointer, i));
  return instructions;
}

// The labs below `pointer` about which nothing wrong is said.
std::map<std::string, Instructions> labs_at(const Checked& checked, const std::string& pointer,
                                            const std::string& file, bool of_student) {
  std::map<std::string, Instructions> labs;
  const Json::json_pointer place(pointer);
  if (!checked.value.contains(place) || !checked.value.at(place).is_object()) return labs;
  for (const auto& [name, said] : checked.value.at(place).items()) {
    const std::string lab = pointer + pointer_step(name);
    if (!checked.sound(lab) || !said.is_object()) continue;
    const auto told = [&](const char* key) {
      return said.contains(key) ? instructions_at(checked, lab + "/" + key, file, of_student)
                                : std::vector<Instruction>();
    };
    labs[name] = {told("directory"), told("build"), told("run"), told("output")};
  }
  return labs;
}

std::string one_line(const Json& text) {
  std::string line = shorten(printable(text.get<std::string>()), kMostNameBytes);
  for (char& c : line)
    if (c == '\n' || c == '\t') c = ' ';
  return line;
}

// Nothing when the file names nobody.
std::optional<Student> student_of(const Json& value) {
  Student student{std::string(trim(one_line(value["id"]))), one_line(value["name"]), {}, false};
  if (student.id.empty()) return std::nullopt;
  for (const Json& member : value["members"])
    student.members.push_back(
        {one_line(member["id"]), one_line(member["name"]), member["share"].get<double>()});
  return student;
}

// A file that is about a person and gives no id would be passed over in silence.
void note_missing_id(const Checked& checked, std::vector<CaseDiagnostic>& diagnostics) {
  const bool empty = checked.places.contains("/id");
  if (!empty && checked.value["name"] == "" && checked.value["members"].empty()) return;
  CaseDiagnostic diagnostic;
  diagnostic.place = checked.place(empty ? "/id" : "");
  diagnostic.message =
      fmt::format("the id is {}, so the folder's name is taken", empty ? "empty" : "missing");
  diagnostics.push_back(std::move(diagnostic));
}

}  // namespace

StudentFile read_student_file(const std::filesystem::path& student_directory, const std::string& name) {
  StudentFile result;
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(student_directory / name, ignored))) return result;
  Document document = read_document(student_directory / name);
  document.file = name;
  result.diagnostics = std::move(document.diagnostics);
  if (document.root) {
    const Checked checked = validate(document, student_fields(), {});
    const bool about_labs = std::ranges::all_of(checked.findings, [](const Checked::Finding& finding) {
      return finding.pointer.starts_with("/labs");
    });
    for (const auto& finding : checked.findings) result.diagnostics.push_back(finding.diagnostic);
    result.labs = labs_at(checked, "/labs", name, true);
    if (about_labs) result.student = student_of(checked.value);
    if (about_labs && !result.student) note_missing_id(checked, result.diagnostics);
  }
  for (CaseDiagnostic& diagnostic : result.diagnostics) diagnostic.place.file = name;
  return result;
}

Result<std::map<std::string, Instructions>> read_overrides(const std::filesystem::path& file,
                                                           const std::vector<std::string>& student_ids) {
  const std::string shown_name = file.filename().string();
  const Document document = read_document(file);
  if (!document.root)
    return fail(ErrorKind::usage,
                document.diagnostics.empty() ? "is empty" : document.diagnostics.front().message,
                show_path(file));
  const Checked checked = validate(document, override_fields(), {});
  for (const auto& finding : checked.findings) {
    const bool of_somebody = finding.pointer.starts_with("/students/");
    const bool of_this_one = std::ranges::any_of(student_ids, [&](const std::string& id) {
      return (finding.pointer + "/").starts_with("/students" + pointer_step(id) + "/");
    });
    if (!of_somebody || of_this_one)
      return fail(ErrorKind::usage, finding.diagnostic.message,
                  fmt::format("{}:{}:{}", show_path(file), finding.diagnostic.place.line,
                              finding.diagnostic.place.column));
  }
  std::map<std::string, Instructions> labs;
  for (const std::string& id : student_ids)
    for (auto& [lab, told] : labs_at(checked, "/students" + pointer_step(id) + "/labs", shown_name, false))
      labs.emplace(lab, std::move(told));
  return labs;
}

}  // namespace memgrade::casefile
