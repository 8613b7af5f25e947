#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/grading/assemble.hpp>

namespace memgrade::grading {

Report empty_report(const RunRecordFile& record) {
  Report report;
  report.student = record.student;
  report.notes = record.notes;
  report.environment = record.environment;
  report.timing = record.timing;
  return report;
}

namespace {

TaskStatus status_of(double points, double worth) {
  if (points >= worth) return TaskStatus::pass;
  return points > 0 ? TaskStatus::partial : TaskStatus::fail;
}

void apply_grade(TaskReport& report, const Task& task, const GradeEntry& entry, const std::string& code) {
  const bool counts = !report.informational;
  const double worth = counts ? task.points : entry.of;
  if (counts && entry.of != task.points)
    report.notes.push_back(fmt::format("marked when the task was worth {} points, not {}",
                                       plain_number(entry.of), plain_number(task.points)));
  report.status = status_of(*entry.points, worth);
  report.score = counts ? std::min(*entry.points, task.points) : 0;
  report.message.clear();  // why it was skipped, or waited for a person
  const bool older = !entry.code.empty() && !code.empty() && entry.code != code;
  report.manual_grade =
      ManualGrade{*entry.points, entry.by, entry.at, entry.late, entry.note, entry.feedback, older};
}

void add_grade(Report& report, const Lab& lab, const Task& task, TaskReport& one, const GivenGrades& given) {
  const GradeEntry* entry = current_grade(given.history, lab.name, task.name);
  if (entry == nullptr) return;
  if (!task.manual && one.status != TaskStatus::pending) {
    one.staff_notes.push_back(
        fmt::format("not used, because the task is judged from evidence: {} points by {}",
                    plain_number(*entry->points), printable(entry->by)));
    return;
  }
  const auto code = given.code.find(lab.name);
  apply_grade(one, task, *entry, code == given.code.end() ? "" : code->second);
  report.student.late |= entry->late;
}

}  // namespace

void add_lab(Report& report, const Lab& lab, const PlannedLab& plan,
             std::map<std::string, TaskReport> reports, const GivenGrades& given) {
  LabReport added;
  added.lab = lab.name;
  added.title = lab.title;
  added.source = plan.source;
  added.notes = plan.notes;
  added.account = plan.account;
  added.undecided = plan.undecided;
  report.provisional |= plan.undecided;
  added.machine = plan.machine;
  for (const Task& task : lab.tasks) {
    TaskReport& one = reports.at(task.name);
    one.evidence = evidence_path(lab.name, task.name);
    add_grade(report, lab, task, one, given);
    added.score += one.score;
    added.max_score += one.max_score;
    report.provisional |= one.status == TaskStatus::pending || one.status == TaskStatus::infra_error;
    added.tasks.push_back(std::move(one));
  }
  report.score += added.score;
  report.max_score += added.max_score;
  report.labs.push_back(std::move(added));
}

}  // namespace memgrade::grading
