#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/casefile/student_file.hpp>
#include <harness/casefile/validate.hpp>
#include <harness/casefile/yaml_source.hpp>

namespace memgrade::casefile {
namespace {

constexpr const char* kName = "student.yaml";
constexpr std::size_t kMostNameBytes = 200;

const std::vector<FieldSpec>& student_fields() {
  using enum FieldType;
  static const std::vector<FieldSpec> fields = {
      {.key = "id", .required = true, .doc = "What the gradebook knows the student or team by."},
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
  };
  return fields;
}

std::string one_line(const Json& text) {
  std::string line = shorten(printable(text.get<std::string>()), kMostNameBytes);
  for (char& c : line)
    if (c == '\n' || c == '\t') c = ' ';
  return line;
}

}  // namespace

StudentFile read_student_file(const std::filesystem::path& student_directory) {
  StudentFile result;
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(student_directory / kName, ignored))) return result;
  Document document = read_document(student_directory / kName);
  document.file = kName;
  result.diagnostics = std::move(document.diagnostics);
  if (document.root) {
    Checked checked = validate(document, student_fields(), {});
    for (auto& finding : checked.findings) result.diagnostics.push_back(std::move(finding.diagnostic));
    if (result.diagnostics.empty()) {
      Student student{one_line(checked.value["id"]), one_line(checked.value["name"]), {}, false};
      for (const Json& member : checked.value["members"])
        student.members.push_back(
            {one_line(member["id"]), one_line(member["name"]), member["share"].get<double>()});
      result.student = std::move(student);
    }
  }
  for (CaseDiagnostic& diagnostic : result.diagnostics) diagnostic.place.file = kName;
  return result;
}

}  // namespace memgrade::casefile
