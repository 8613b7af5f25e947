#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/grading/code.hpp>
#include <harness/grading/enter_grade.hpp>
#include <harness/grading/rejudge.hpp>
#include <harness/grading/run_store.hpp>
#include <harness/grading/tidy.hpp>

namespace memgrade::grading {
namespace {

constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kMostTextBytes = 4000;

struct Target {
  const Lab* lab = nullptr;  // as the case files have it, not reduced to what was selected
  const Task* task = nullptr;
  [[nodiscard]] std::string name() const { return lab->name + "/" + task->name; }
};

using Labs = std::vector<const Lab*>;

Result<Labs> labs_of_run(const fs::path& run, const RunRecordFile& record, const std::vector<Lab>& labs) {
  Labs found;
  for (const PlannedLab& plan : record.labs) {
    const auto known = std::ranges::find(labs, plan.lab, &Lab::name);
    if (known == labs.end())
      return fail(ErrorKind::usage, fmt::format("there are no cases for the lab '{}' any more", plan.lab),
                  show_path(run));
    found.push_back(&*known);
  }
  return found;
}

Result<Target> find_target(const std::string& word, const Labs& labs) {
  std::vector<Target> fitting;
  std::vector<std::string> names;
  for (const Lab* lab : labs) {
    for (const Task& task : lab->tasks) {
      const Target target{lab, &task};
      names.push_back(target.name());
      names.push_back(task.name);
      if (word == task.name || word == target.name()) fitting.push_back(target);
    }
  }
  if (fitting.size() == 1) return fitting.front();
  if (fitting.empty())
    return fail(ErrorKind::usage,
                fmt::format("this run has no task {}{}", quote(word), did_you_mean(word, names)));
  std::vector<std::string> full;
  for (const Target& target : fitting) full.push_back(target.name());
  return fail(ErrorKind::usage,
              fmt::format("more than one lab has a task {}: {}", quote(word), join(full, ", ")));
}

// A person marks what the case says, and what could not be judged without one.
Status check_gradable(const Target& target, const Report& report, const Labs& labs) {
  if (target.task->manual) return {};
  for (const LabReport& lab : report.labs)
    for (const TaskReport& task : lab.tasks)
      if (lab.lab == target.lab->name && task.task == target.task->name &&
          (task.status == TaskStatus::pending || task.manual_grade))
        return {};
  std::vector<std::string> manual;
  for (const Lab* lab : labs)
    for (const Task& task : lab->tasks)
      if (task.manual) manual.push_back(lab->name + "/" + task.name);
  return fail(ErrorKind::usage,
              fmt::format("{} is judged from evidence, not marked by a person; {}", target.name(),
                          manual.empty() ? "this run has no task that is"
                                         : "marked by a person: " + join(manual, ", ")));
}

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  char stamp[32] = "";
  std::tm utc{};
  std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
  return stamp;
}

Result<GradeEntry> entry_of(const GradeRequest& request, const Target& target) {
  GradeEntry entry;
  entry.lab = target.lab->name;
  entry.task = target.task->name;
  entry.of = target.task->points;
  entry.by = trim(replace_all(printable(request.by), "\n", " "));
  entry.late = request.late;
  entry.note = trim(printable(request.note));
  entry.feedback = trim(printable(request.feedback));
  entry.at = now_utc();
  if (entry.by.empty()) return fail(ErrorKind::usage, "say who gives the mark: --by WHO");
  if (entry.by.size() > kMostNameBytes)
    return fail(ErrorKind::usage, fmt::format("a name has at most {} bytes", kMostNameBytes));
  if (entry.note.size() > kMostTextBytes || entry.feedback.size() > kMostTextBytes)
    return fail(ErrorKind::usage, fmt::format("a note has at most {} bytes", kMostTextBytes));
  if (request.points == kTakenBack) return entry;
  const auto points = parse_points(request.points, target.task->points);
  if (!points) return std::unexpected(points.error());
  entry.points = *points;
  return entry;
}

// What somebody who marks ought to hear, though nothing is wrong with the mark.
void add_remarks(Marked& marked, const Target& target, const RunRecordFile& record,
                 const std::string& marked_code) {
  const auto plan = std::ranges::find(record.labs, target.lab->name, &PlannedLab::lab);
  const bool in_run =
      plan->selected.empty() || std::ranges::find(plan->selected, target.task->name) != plan->selected.end();
  if (!in_run)
    marked.graded.warnings.push_back(
        fmt::format("{} was not part of this run; the mark is kept and counts when the whole lab is graded",
                    target.name()));
  // As it was read for the run: links of the submission followed.
  const auto found = collect::look_through(record.origin);
  const auto tidied = found ? tidy(record.origin, *found) : Result<Tidied>();
  const fs::path root = tidied && tidied->copy ? tidied->copy->path() : record.origin;
  std::vector<fs::path> places;
  for (const PlannedLab& lab : record.labs) places.push_back((root / lab.source).lexically_normal());
  const fs::path place = (root / plan->source).lexically_normal();
  std::error_code error;
  if (marked_code.empty() || !fs::is_directory(place, error)) return;
  if (read_code(*target.lab, place, places).digest != marked_code)
    marked.graded.warnings.push_back(fmt::format(
        "the files in {} are not those of this run any more; the mark is for the run's", show_path(place)));
}

std::optional<GradeEntry> copy_of(const GradeEntry* entry) {
  return entry == nullptr ? std::nullopt : std::optional(*entry);
}

}  // namespace

Result<Marked> enter_grade(const fs::path& run, const fs::path& root, const GradeRequest& request) {
  auto open = open_run(run, root);
  if (!open) return std::unexpected(open.error());
  const RunRecordFile& record = open->record;
  GradeHistory& history = open->grades;

  const auto of_run = labs_of_run(run, record, open->labs);
  if (!of_run) return std::unexpected(of_run.error());
  const auto target = find_target(request.task, *of_run);
  if (!target) return std::unexpected(target.error());
  const auto report_before = judge_anew(run, record, open->labs, given_grades(history, run));
  if (!report_before) return std::unexpected(report_before.error());
  if (auto good = check_gradable(*target, report_before->report, *of_run); !good)
    return std::unexpected(good.error());
  auto entry = entry_of(request, *target);
  if (!entry) return std::unexpected(entry.error());
  const auto code = load_code(run, entry->lab);
  if (!code) return std::unexpected(code.error());
  entry->code = code->digest;

  Marked marked{{}, entry->lab, entry->task, copy_of(current_grade(history, entry->lab, entry->task)), {}};
  history.push_back(*entry);
  auto graded = judge_anew(run, record, open->labs, given_grades(history, run));
  if (!graded) return std::unexpected(graded.error());
  if (auto stored = store_grades(run, history); !stored) return std::unexpected(stored.error());
  marked.now = copy_of(current_grade(history, entry->lab, entry->task));
  marked.graded = std::move(*graded);
  if (auto renewed = renew_reports(marked.graded, root); !renewed)
    return fail(renewed.error().kind,
                "the mark is kept, but the reports could not be renewed (`grade rejudge` does it): " +
                    renewed.error().message,
                renewed.error().where);
  add_remarks(marked, *target, record, entry->code);
  return marked;
}

}  // namespace memgrade::grading
