// Report -> JSON, and the student's view of it. The order of the keys is part of the format: the same report
// gives the same bytes.
#include <harness/base/text.hpp>
#include <harness/model/report.hpp>

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

Json diagnostic_to_json(const Diagnostic& found) {
  return {{"file", to_utf8(found.file)},
          {"line", found.line},
          {"column", found.column},
          {"severity", to_utf8(found.severity)},
          {"message", to_utf8(found.message)},
          {"option", to_utf8(found.option)}};
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
          {"inputs", texts(task.inputs)},
          {"diagnostics", std::move(diagnostics)},
          {"questions", texts(task.questions)},
          {"mark", task.manual_grade ? manual_grade_to_json(*task.manual_grade) : Json(nullptr)},
          {"evidence", to_utf8(task.evidence)}};
}

Json lab_to_json(const LabReport& lab) {
  Json tasks = Json::array();
  for (const TaskReport& task : lab.tasks) tasks.push_back(task_to_json(task));
  Json json = {{"lab", to_utf8(lab.lab)},       {"title", to_utf8(lab.title)},   {"score", lab.score},
               {"max_score", lab.max_score},    {"source", to_utf8(lab.source)}, {"notes", texts(lab.notes)},
               {"account", texts(lab.account)}, {"undecided", lab.undecided},    {"tasks", std::move(tasks)}};
  if (lab.machine.is_object()) json.update(lab.machine);
  return json;
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
