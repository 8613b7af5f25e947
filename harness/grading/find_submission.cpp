#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/casefile/student_file.hpp>
#include <harness/collect/collect.hpp>
#include <harness/grading/find_submission.hpp>
#include <tuple>

namespace memgrade::grading {
namespace {

constexpr int kDeepest = 3;
constexpr std::size_t kMostFiles = 20'000;

int depth_of(const fs::path& path) {
  return static_cast<int>(std::distance(path.begin(), path.end()));
}

// The directories (relative, "" for the top) in which the lab's files stand, best first. A glob may hold a
// directory ("src/vm.c"): then the directory above it is the submission.
std::vector<fs::path> places_of(const Lab& lab, const std::vector<fs::path>& files) {
  std::vector<fs::path> places;
  for (const fs::path& file : files) {
    for (const std::string& glob : lab.identify) {
      fs::path place = file;
      for (int part = depth_of(fs::path(glob)); part > 0 && !place.empty(); --part)
        place = place.parent_path();
      if (depth_of(place) > kDeepest ||
          !glob_matches(glob, file.lexically_relative(place.empty() ? "." : place).string()))
        continue;
      if (std::ranges::find(places, place) == places.end()) places.push_back(place);
    }
  }
  std::erase_if(places, [&](const fs::path& place) {
    return std::ranges::any_of(files, [&](const fs::path& file) {
      const std::string name = file.filename().string();
      return file.parent_path() == place && std::ranges::any_of(lab.unless, [&](const std::string& glob) {
               return glob_matches(glob, name);
             });
    });
  });
  const auto rank = [&](const fs::path& place) {
    return std::tuple(depth_of(place), place.filename() != lab.name, place.string());
  };
  std::ranges::sort(places, {}, rank);
  return places;
}

bool is_of_a_lab(const std::vector<Lab>& labs, const fs::path& file) {
  return std::ranges::any_of(labs, [&](const Lab& lab) {
    return std::ranges::any_of(
        lab.identify, [&](const std::string& glob) { return glob_matches(glob, file.filename().string()); });
  });
}

// Where no file has one of the lab's names: the one directory with files that read like the lab's. Which of
// several it is, is the collector's question.
std::vector<fs::path> place_by_text(const Lab& lab, const std::vector<Lab>& labs, const fs::path& root,
                                    const std::vector<fs::path>& files) {
  const collect::Collector* const collector = collect::find_collector(lab.collector);
  if (collector == nullptr || collector->recognises == nullptr) return {};
  std::vector<fs::path> places;
  for (const fs::path& file : files) {
    if (depth_of(file) > kDeepest + 1 || is_of_a_lab(labs, file) || !collector->recognises(lab, root, file))
      continue;
    if (std::ranges::find(places, file.parent_path()) == places.end()) places.push_back(file.parent_path());
  }
  if (places.size() > 1) places.clear();
  return places;
}

// Takes away the places that hold another lab's or edition's work, and says which.
std::vector<std::string> remove_misfits(const Lab& lab, const fs::path& root, std::vector<fs::path>& places) {
  const collect::Collector* const collector = collect::find_collector(lab.collector);
  if (collector == nullptr || collector->misfit == nullptr) return {};
  std::vector<std::string> said;
  std::erase_if(places, [&](const fs::path& place) {
    const std::string is = collector->misfit(lab, root / place);
    if (!is.empty())
      said.push_back(fmt::format("{} looks like {}, which {} does not grade",
                                 place.empty() ? "this" : printable(place.string()), is, lab.name));
    return !is.empty();
  });
  return said;
}

bool wanted(const Lab& lab, const std::vector<Selection>& selections) {
  return selections.empty() ||
         std::ranges::any_of(selections, [&](const Selection& s) { return s.lab == lab.name; });
}

Status check_directory(const fs::path& directory) {
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  const std::string shown = printable(directory.string());
  if (!fs::exists(status)) return fail(ErrorKind::usage, "no such directory", shown);
  if (!fs::is_directory(status))
    return fail(ErrorKind::usage, "not a directory; --student takes a directory", shown);
  fs::directory_iterator entries(directory, error);
  if (error) return fail(ErrorKind::usage, "cannot be read: " + error.message(), shown);
  if (entries == fs::directory_iterator())
    return fail(ErrorKind::nothing_found, "the directory is empty", shown);
  return {};
}

std::string looked_for(const std::vector<Lab>& labs, const std::vector<Selection>& selections) {
  std::string text;
  for (const Lab& lab : labs)
    if (wanted(lab, selections)) text += fmt::format("\n  {}: {}", lab.name, join(lab.identify, ", "));
  return text;
}

}  // namespace

Result<std::vector<Selection>> parse_selections(const std::vector<std::string>& words,
                                                const std::vector<Lab>& labs) {
  std::vector<std::string> lab_names;
  for (const Lab& lab : labs) lab_names.push_back(lab.name);
  std::vector<Selection> selections;
  for (const std::string& word : words) {
    const std::size_t slash = word.find('/');
    Selection selection{word.substr(0, slash), slash == word.npos ? "" : word.substr(slash + 1)};
    const auto lab = std::ranges::find(labs, selection.lab, &Lab::name);
    if (lab == labs.end())
      return fail(ErrorKind::usage, fmt::format("no lab '{}'{}; there {}: {}", printable(selection.lab),
                                                did_you_mean(selection.lab, lab_names),
                                                labs.size() == 1 ? "is" : "are", join(lab_names, ", ")));
    std::vector<std::string> task_names;
    for (const Task& task : lab->tasks) task_names.push_back(task.name);
    if (!selection.task.empty() && !find_task(*lab, selection.task))
      return fail(
          ErrorKind::usage,
          fmt::format("the lab '{}' has no task '{}'{}; its tasks: {}", lab->name, printable(selection.task),
                      did_you_mean(selection.task, task_names), join(task_names, ", ")));
    selections.push_back(std::move(selection));
  }
  return selections;
}

Result<Submission> locate(const fs::path& directory, const std::vector<Lab>& labs,
                          const std::vector<Selection>& selections) {
  if (auto checked = check_directory(directory); !checked) return std::unexpected(checked.error());
  std::error_code error;
  Submission submission;
  submission.directory = fs::canonical(directory, error);
  if (error)
    return fail(ErrorKind::usage, "cannot be read: " + error.message(), printable(directory.string()));
  const auto files = list_files(submission.directory, {.files = kMostFiles});
  if (!files) return fail(ErrorKind::usage, files.error().message, files.error().where);
  std::vector<std::string> not_graded;
  for (const Lab& lab : labs) {
    if (!wanted(lab, selections)) continue;
    std::vector<fs::path> places = places_of(lab, *files);
    if (places.empty()) places = place_by_text(lab, labs, submission.directory, *files);
    const std::vector<std::string> misfits = remove_misfits(lab, submission.directory, places);
    not_graded.insert(not_graded.end(), misfits.begin(), misfits.end());
    if (!places.empty()) submission.lab_submissions.push_back({&lab, submission.directory / places.front()});
  }
  if (submission.lab_submissions.empty() && !not_graded.empty())
    return fail(ErrorKind::nothing_found, "nothing here is graded: " + join(not_graded, "; "),
                printable(directory.string()));
  submission.notes = not_graded;
  if (submission.lab_submissions.empty())
    return fail(ErrorKind::nothing_found, "no lab was found here; looked for" + looked_for(labs, selections),
                printable(directory.string()));
  submission.student.id = printable(submission.directory.filename().string());
  auto named = casefile::read_student_file(submission.directory);
  if (named.student) submission.student = std::move(*named.student);
  for (const auto& diagnostic : named.diagnostics)
    submission.notes.push_back("not used: " + diagnostic.text());
  return submission;
}

std::vector<std::string> labs_not_found(const Submission& submission,
                                        const std::vector<Selection>& selections) {
  std::vector<std::string> missing;
  for (const Selection& selection : selections)
    if (std::ranges::none_of(submission.lab_submissions, [&](const LabSubmission& lab_submission) {
          return lab_submission.lab->name == selection.lab;
        }))
      missing.push_back(selection.lab);
  return missing;
}

}  // namespace memgrade::grading
