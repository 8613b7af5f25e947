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

void add_lab(Report& report, const Lab& lab, const PlannedLab& plan,
             std::map<std::string, TaskReport> reports) {
  LabReport added;
  added.lab = lab.name;
  added.title = lab.title;
  added.source = plan.source;
  added.notes = plan.notes;
  for (const Task& task : lab.tasks) {
    TaskReport& one = reports.at(task.name);
    one.evidence = evidence_path(lab.name, task.name);
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
