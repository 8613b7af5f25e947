// The result of grading one submission: the one record that every report is written from.
#pragma once

#include <harness/base/json.hpp>
#include <harness/model/evidence.hpp>
#include <harness/model/status.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade {

struct CheckReport {
  std::string checker;
  std::string title;
  bool passed = false;
  double fraction = 0;
  double weight = 1;
  bool gate = false;
  double cap = 0;
  std::string expected, observed, message, detail;
  std::string hint;       // empty when passed
  Json figure = nullptr;  // Verdict::figure
  Visibility visibility = Visibility::visible;
};

// What a person gave for a task that a person marks.
struct ManualGrade {
  double points = 0;
  std::string by, at;            // who, and when in UTC: "2026-01-02T03:04:05Z"
  bool late = false;             // costs nothing
  std::string note;              // what only staff may read
  std::string feedback;          // what the student reads with it
  bool older_than_code = false;  // the submission has changed since
};

struct TaskReport {
  std::string task, title;
  TaskStatus status = TaskStatus::fail;
  double score = 0, max_score = 0;
  bool informational = false;
  std::string message;  // why skipped, crashed, timed out, not observed; "" when the checks say it all
  std::vector<CheckReport> checks;
  std::vector<std::string> notes;
  std::vector<std::string> staff_notes;  // what only staff may read: runs that none but staff checks look at
  std::vector<std::string> commands;     // that reproduce the runs, to paste into a shell
  std::vector<std::string> inputs;       // files that the commands name, relative to the report
  std::vector<Diagnostic> diagnostics;   // compiler findings, errors first
  std::vector<std::string> questions;    // of a manual task
  std::optional<ManualGrade> manual_grade;  // of a manual task that a person has marked
  std::string evidence;                     // path relative to the report
};

struct LabReport {
  std::string lab, title;
  double score = 0, max_score = 0;
  std::string source;  // where the submission was found, relative to the student's directory
  std::vector<std::string> notes;
  std::vector<TaskReport> tasks;
  Json machine = nullptr;                 // {"kernel", "accelerator"} of a lab with a guest
  std::vector<std::string> account = {};  // how it was found, built and called: what `grade explain` says
  bool undecided = false;                 // which work is meant is for a person to say; a note tells
};

struct Member {
  std::string id, name;
  double share = 1;
};

struct Student {
  std::string id, name;
  std::vector<Member> members;
  bool late = false;  // handed in or explained after the date
};

struct Report {
  Student student;
  double score = 0, max_score = 0;
  bool provisional = false;  // something is pending, undecided, or could not be observed
  std::vector<LabReport> labs;
  std::vector<std::string> notes;
  Json environment = Json::object();  // versions, compiler, sandbox: the same on every run here
  Json timing = Json::object();       // the only part that differs between two runs
};

inline constexpr std::string_view kReportSchema = "memgrade/report/v1";

// The record as report.json holds it.
[[nodiscard]] Json to_json(const Report& report);

// The report as a student may see it: staff rows and everything that they say are gone, and what staff wrote
// for one another; scores stay.
[[nodiscard]] Report for_student(Report report);

}  // namespace memgrade
