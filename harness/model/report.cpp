// Report <-> JSON, and the student's view of it. The order of the keys is part of the format: the same report
// gives the same bytes.
#include <exception>
#include <harness/base/text.hpp>
#include <harness/model/report.hpp>
#include <stdexcept>

namespace memgrade {
namespace {

Json texts(const std::vector<std::string>& lines) {
  Json json = Json::array();
  for (const std::string& line : lines) json.push_back(to_utf8(line));
  return json;
}

// Rows say pass or fail by themselves; a share between is `partial`.
std::string_view word_of(const CheckReport& check) {
  if (check.passed) return "pass";
  return check.fraction > 0 ? "partial" : "fail";
}

Json check_to_json(const CheckReport& check) {
  Json json = {{"check", to_utf8(check.checker)},
               {"title", to_utf8(check.title)},
               {"status", word_of(check)},
               {"fraction", check.fraction},
               {"weight", check.weight},
               {"gate", check.gate},
               {"cap", check.cap},
               {"expected", to_utf8(check.expected)},
               {"observed", to_utf8(check.observed)},
               {"message", to_utf8(check.message)},
               {"detail", to_utf8(check.detail)},
               {"hint", to_utf8(check.hint)},
               {"visibility", to_string(check.visibility)}};
  if (!check.figure.is_null()) json["figure"] = check.figure;
  return json;
}

CheckReport check_from_json(const Json& json) {
  CheckReport check;
  check.checker = json.at("check").get<std::string>();
  check.title = json.at("title").get<std::string>();
  check.passed = json.at("status") == "pass";
  check.fraction = json.at("fraction").get<double>();
  check.weight = json.at("weight").get<double>();
  check.gate = json.at("gate").get<bool>();
  check.cap = json.at("cap").get<double>();
  check.expected = json.at("expected").get<std::string>();
  check.observed = json.at("observed").get<std::string>();
  check.message = json.at("message").get<std::string>();
  check.detail = json.at("detail").get<std::string>();
  check.hint = json.at("hint").get<std::string>();
  check.figure = json.value("figure", Json());
  // Whatever is not plainly open stays with the staff.
  check.visibility = json.at("visibility") == "visible" ? Visibility::visible : Visibility::staff;
  return check;
}

Json diagnostic_to_json(const Diagnostic& found) {
  return {{"file", to_utf8(found.file)},
          {"line", found.line},
          {"column", found.column},
          {"severity", to_utf8(found.severity)},
          {"message", to_utf8(found.message)},
          {"option", to_utf8(found.option)}};
}

Diagnostic diagnostic_from_json(const Json& json) {
  return {json.at("file").get<std::string>(),    json.at("line").get<int>(),
          json.at("column").get<int>(),          json.at("severity").get<std::string>(),
          json.at("message").get<std::string>(), json.at("option").get<std::string>()};
}

Json manual_grade_to_json(const ManualGrade& manual_grade) {
  return {{"points", manual_grade.points},
          {"by", to_utf8(manual_grade.by)},
          {"at", to_utf8(manual_grade.at)},
          {"late", manual_grade.late},
          {"note", to_utf8(manual_grade.note)},
          {"feedback", to_utf8(manual_grade.feedback)},
          {"older_than_code", manual_grade.older_than_code}};
}

ManualGrade manual_grade_from_json(const Json& json) {
  return {json.at("points").get<double>(),       json.at("by").get<std::string>(),
          json.at("at").get<std::string>(),      json.at("late").get<bool>(),
          json.at("note").get<std::string>(),    json.at("feedback").get<std::string>(),
          json.at("older_than_code").get<bool>()};
}

Json task_to_json(const TaskReport& task) {
  Json checks = Json::array();
  for (const CheckReport& check : task.checks) checks.push_back(check_to_json(check));
  Json diagnostics = Json::array();
  for (const Diagnostic& found : task.diagnostics) diagnostics.push_back(diagnostic_to_json(found));
  return {{"task", to_utf8(task.task)},
          {"title", to_utf8(task.title)},
          {"status", to_string(task.status)},
          {"score", task.score},
          {"max_score", task.max_score},
          {"informational", task.informational},
          {"message", to_utf8(task.message)},
          {"checks", std::move(checks)},
          {"notes", texts(task.notes)},
          {"staff_notes", texts(task.staff_notes)},
          {"commands", texts(task.commands)},
          {"diagnostics", std::move(diagnostics)},
          {"questions", texts(task.questions)},
          {"mark", task.manual_grade ? manual_grade_to_json(*task.manual_grade) : Json(nullptr)},
          {"evidence", to_utf8(task.evidence)}};
}

TaskReport task_from_json(const Json& json) {
  TaskReport task;
  task.task = json.at("task").get<std::string>();
  task.title = json.at("title").get<std::string>();
  const auto status = task_status_from(json.at("status").get_ref<const std::string&>());
  if (!status) throw std::invalid_argument("a status that does not exist");
  task.status = *status;
  task.score = json.at("score").get<double>();
  task.max_score = json.at("max_score").get<double>();
  task.informational = json.at("informational").get<bool>();
  task.message = json.at("message").get<std::string>();
  for (const Json& check : json.at("checks")) task.checks.push_back(check_from_json(check));
  task.notes = json.at("notes").get<std::vector<std::string>>();
  task.staff_notes = json.at("staff_notes").get<std::vector<std::string>>();
  task.commands = json.at("commands").get<std::vector<std::string>>();
  for (const Json& found : json.at("diagnostics")) task.diagnostics.push_back(diagnostic_from_json(found));
  task.questions = json.at("questions").get<std::vector<std::string>>();
  // Reports of before there were marks have no such key.
  if (const Json manual_grade = json.value("mark", Json()); !manual_grade.is_null())
    task.manual_grade = manual_grade_from_json(manual_grade);
  task.evidence = json.at("evidence").get<std::string>();
  return task;
}

Json lab_to_json(const LabReport& lab) {
  Json tasks = Json::array();
  for (const TaskReport& task : lab.tasks) tasks.push_back(task_to_json(task));
  Json json = {{"lab", to_utf8(lab.lab)},    {"title", to_utf8(lab.title)},   {"score", lab.score},
               {"max_score", lab.max_score}, {"source", to_utf8(lab.source)}, {"notes", texts(lab.notes)},
               {"tasks", std::move(tasks)}};
  if (lab.machine.is_object()) json.update(lab.machine);
  return json;
}

LabReport lab_from_json(const Json& json) {
  LabReport lab;
  lab.lab = json.at("lab").get<std::string>();
  lab.title = json.at("title").get<std::string>();
  lab.score = json.at("score").get<double>();
  lab.max_score = json.at("max_score").get<double>();
  lab.source = json.at("source").get<std::string>();
  lab.notes = json.at("notes").get<std::vector<std::string>>();
  for (const Json& task : json.at("tasks")) lab.tasks.push_back(task_from_json(task));
  for (const char* key : {"kernel", "accelerator"})
    if (json.contains(key)) lab.machine[key] = json.at(key);
  return lab;
}

Json student_to_json(const Student& student) {
  Json members = Json::array();
  for (const Member& member : student.members)
    members.push_back({{"id", to_utf8(member.id)}, {"name", to_utf8(member.name)}, {"share", member.share}});
  return {{"id", to_utf8(student.id)},
          {"name", to_utf8(student.name)},
          {"members", std::move(members)},
          {"late", student.late}};
}

Student student_from_json(const Json& json) {
  Student student;
  student.id = json.at("id").get<std::string>();
  student.name = json.at("name").get<std::string>();
  for (const Json& member : json.at("members"))
    student.members.push_back({member.at("id").get<std::string>(), member.at("name").get<std::string>(),
                               member.at("share").get<double>()});
  student.late = json.at("late").get<bool>();
  return student;
}

Report read_report(const Json& json) {
  if (json.at("schema") != kReportSchema) throw std::invalid_argument("another schema");
  Report report;
  report.student = student_from_json(json.at("student"));
  report.score = json.at("score").get<double>();
  report.max_score = json.at("max_score").get<double>();
  report.provisional = json.at("provisional").get<bool>();
  for (const Json& lab : json.at("labs")) report.labs.push_back(lab_from_json(lab));
  report.notes = json.at("notes").get<std::vector<std::string>>();
  report.environment = json.at("environment");
  report.timing = json.at("timing");
  return report;
}

}  // namespace

Json to_json(const Report& report) {
  Json labs = Json::array();
  for (const LabReport& lab : report.labs) labs.push_back(lab_to_json(lab));
  return {{"schema", kReportSchema},
          {"student", student_to_json(report.student)},
          {"score", report.score},
          {"max_score", report.max_score},
          {"provisional", report.provisional},
          {"labs", std::move(labs)},
          {"notes", texts(report.notes)},
          {"environment", report.environment},
          {"timing", report.timing}};
}

Result<Report> report_from_json(const Json& json) {
  try {
    return read_report(json);
  } catch (const std::exception& error) {
    return fail(ErrorKind::io, std::string("this is no report of this version: ") + error.what());
  }
}

Report for_student(Report report) {
  for (LabReport& lab : report.labs) {
    for (TaskReport& task : lab.tasks) {
      const auto hidden =
          std::erase_if(task.checks, [](const CheckReport& c) { return c.visibility == Visibility::staff; });
      // The stored evidence holds what the hidden checks looked at.
      if (hidden > 0) task.evidence.clear();
      task.staff_notes.clear();
      if (task.manual_grade) task.manual_grade->note.clear();
    }
  }
  return report;
}

}  // namespace memgrade
