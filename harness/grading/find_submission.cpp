#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/globs.hpp>
#include <harness/base/text.hpp>
#include <harness/casefile/student_file.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/handed_in.hpp>
#include <harness/grading/find_submission.hpp>
#include <harness/grading/several.hpp>
#include <harness/grading/tidy.hpp>
#include <map>
#include <tuple>

namespace memgrade::grading {
namespace {

constexpr int kDeepest = 8;

int depth_of(const fs::path& path) {
  return static_cast<int>(std::distance(path.begin(), path.end()));
}

// Whether a word of the name begins with one of these: "old_vm" with "old", "folder" not.
bool has_word(const fs::path& place, std::initializer_list<std::string_view> words) {
  const std::string name = to_lower(place.string());
  return std::ranges::any_of(words, [&](std::string_view word) {
    for (std::size_t at = name.find(word); at != name.npos; at = name.find(word, at + 1))
      if (at == 0 || name[at - 1] < 'a' || name[at - 1] > 'z') return true;
    return false;
  });
}

// What a folder's name says of how far its work has come.
int rank_of_name(const fs::path& place) {
  if (has_word(place, {"draft", "old", "backup", "bak", "tmp", "test", "example", "sample", "wip", "copy",
                       "starter", "skeleton", "template", "草稿", "备份", "旧"}))
    return 1;
  return has_word(place, {"final", "submi", "finish", "complete", "done", "最终", "提交"}) ? -1 : 0;
}

// Places (relative, "" for the top) with the files that speak for them, best first.
class Places {
 public:
  explicit Places(const Lab& lab) : lab_(lab) {}

  void add(const fs::path& place, const fs::path& file) {
    if (depth_of(place) > kDeepest) return;
    auto known = std::ranges::find(places_, place, &PlaceOfWork::directory);
    if (known == places_.end()) known = places_.insert(places_.end(), {place, {}, rank_of_name(place)});
    if (std::ranges::find(known->files, file) == known->files.end()) known->files.push_back(file);
  }

  // Without those that hold a file which says that the place is something else.
  std::vector<PlaceOfWork> take(const std::vector<fs::path>& files) {
    std::erase_if(places_, [&](const PlaceOfWork& place) {
      return std::ranges::any_of(files, [&](const fs::path& file) {
        return file.parent_path() == place.directory && file_matches(lab_.unless, file.filename());
      });
    });
    for (PlaceOfWork& place : places_) std::ranges::sort(place.files);
    std::ranges::sort(places_, {}, [&](const PlaceOfWork& place) {
      return std::tuple(place.rank, depth_of(place.directory), place.directory.filename() != lab_.name,
                        place.directory.string());
    });
    return std::move(places_);
  }

 private:
  const Lab& lab_;
  std::vector<PlaceOfWork> places_;
};

// Where the lab's files stand. A glob may hold a directory ("src/vm.c"): then the directory above it is the
// submission.
std::vector<PlaceOfWork> places_by_name(const Lab& lab, const std::vector<fs::path>& files) {
  Places places(lab);
  for (const fs::path& file : files) {
    for (const std::string& glob : lab.identify) {
      fs::path place = file;
      for (int part = depth_of(fs::path(glob)); part > 0 && !place.empty(); --part)
        place = place.parent_path();
      if (glob_matches(glob, file.lexically_relative(place.empty() ? "." : place).string()))
        places.add(place, file);
    }
  }
  return places.take(files);
}

bool is_of_a_lab(const std::vector<Lab>& labs, const fs::path& file) {
  return std::ranges::any_of(labs, [&](const Lab& lab) {
    return std::ranges::any_of(
        lab.identify, [&](const std::string& glob) { return glob_matches(glob, file.filename().string()); });
  });
}

// The folder that a source is built in: the nearest one at or above its own with a Makefile, else the one
// above `src`, else its own.
fs::path place_of_source(const fs::path& file, const std::vector<fs::path>& files) {
  const fs::path own = file.parent_path();
  for (fs::path place = own;; place = place.parent_path()) {
    for (const char* makefile : {"Makefile", "makefile", "GNUmakefile"})
      if (std::ranges::find(files, place / makefile) != files.end()) return place;
    if (place.empty()) break;
  }
  return own.filename() == "src" ? own.parent_path() : own;
}

// Where no file has one of the lab's names: folders with files that read like the lab's. Where the lab was
// not asked for by its name, files that another lab's name fits are that one's.
std::vector<PlaceOfWork> places_by_text(const Lab& lab, const std::vector<Lab>& labs, bool named,
                                        const fs::path& root, const std::vector<fs::path>& files) {
  const collect::Collector* const collector = collect::find_collector(lab.collector);
  if (collector == nullptr || collector->recognises == nullptr) return {};
  Places places(lab);
  for (const fs::path& file : files) {
    if (depth_of(file) > kDeepest + 1 || (!named && is_of_a_lab(labs, file)) ||
        !collector->recognises(lab, root, file))
      continue;
    places.add(collector->tries_places ? place_of_source(file, files) : file.parent_path(), file);
  }
  std::vector<PlaceOfWork> found = places.take(files);
  // A collector that tries none of them leaves the choice to a person.
  if (!collector->tries_places && found.size() > 1) found.clear();
  return found;
}

// The last resort where a person says which lab it is: any C or C++ source.
std::vector<PlaceOfWork> places_of_sources(const Lab& lab, const std::vector<fs::path>& files) {
  static const std::vector<std::string> sources = {"*.c", "*.C", "*.cc", "*.cpp", "*.cxx", "*.c.txt"};
  Places places(lab);
  for (const fs::path& file : files)
    if (file_matches(sources, file.filename())) places.add(place_of_source(file, files), file);
  return places.take(files);
}

// What has the lab's name may be the starter, and the work beside it have another name.
void add_by_text(std::vector<PlaceOfWork>& places, std::vector<PlaceOfWork> recognised) {
  for (PlaceOfWork& place : recognised) {
    if (std::ranges::find(places, place.directory, &PlaceOfWork::directory) != places.end()) continue;
    place.rank += kByTextAlone;
    places.push_back(std::move(place));
  }
}

std::vector<PlaceOfWork> find_places(const Lab& lab, const std::vector<Lab>& labs, bool named,
                                     const fs::path& root, const std::vector<fs::path>& files) {
  std::vector<PlaceOfWork> places = places_by_name(lab, files);
  const collect::Collector* const collector = collect::find_collector(lab.collector);
  if (places.empty())
    places = places_by_text(lab, labs, named, root, files);
  else if (named && collector != nullptr && collector->tries_places)
    add_by_text(places, places_by_text(lab, labs, named, root, files));
  if (places.empty() && named && collector != nullptr && collector->tries_places)
    places = places_of_sources(lab, files);
  for (PlaceOfWork& place : places) place.directory = place.directory.empty() ? root : root / place.directory;
  return places;
}

// Takes away the places that hold another lab's or edition's work, and says which.
std::vector<std::string> remove_misfits(const Lab& lab, const fs::path& root,
                                        std::vector<PlaceOfWork>& places) {
  const collect::Collector* const collector = collect::find_collector(lab.collector);
  if (collector == nullptr || collector->misfit == nullptr) return {};
  std::vector<std::string> said;
  std::erase_if(places, [&](const PlaceOfWork& place) {
    const std::string is = collector->misfit(lab, place.directory);
    if (!is.empty())
      said.push_back(fmt::format(
          "{} looks like {}, which {} does not grade",
          place.directory == root ? "this" : printable(place.directory.lexically_relative(root).string()), is,
          lab.name));
    return !is.empty();
  });
  return said;
}

// Where somebody says that the work stands. Nothing (and a note) when a student says so of no folder of his.
Result<std::vector<PlaceOfWork>> told_place(const Instruction& told, const fs::path& root,
                                            std::vector<std::string>& notes) {
  const fs::path place = fs::path(told.text).lexically_normal();
  std::error_code ignored;
  const bool inside = !place.is_absolute() && std::ranges::find(place, "..") == place.end();
  const fs::path real = inside ? fs::weakly_canonical(root / place, ignored) : fs::path();
  if (inside && fs::is_directory(real, ignored) && !real.lexically_relative(root).string().starts_with(".."))
    return std::vector<PlaceOfWork>{{real, {}, 0}};
  const Error error{ErrorKind::usage, fmt::format("{} is no directory of the submission", quote(told.text)),
                    told.source};
  if (!told.of_student) return std::unexpected(error);
  notes.push_back("not used: " + error.text());
  return std::vector<PlaceOfWork>();
}

// What is said of a lab: on the command line, else by the teacher's file, else by the student.
Instructions instructions_for(const Guidance& guidance, const Instructions& teacher,
                              const Instructions& student) {
  const auto first = [](const std::vector<Instruction>& a, const std::vector<Instruction>& b) {
    return a.empty() ? b : a;
  };
  Instructions told{first(teacher.directory, student.directory), first(teacher.build, student.build),
                    first(teacher.run, student.run), first(teacher.output, student.output)};
  if (!guidance.calls.empty()) told.run.clear();
  for (const std::string& call : guidance.calls) told.run.push_back({call, "--call", false});
  if (!guidance.builds.empty()) told.build.clear();
  for (const std::string& build : guidance.builds) told.build.push_back({build, "--build", false});
  return told;
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

namespace {

// Who handed it in, and what is said of its labs.
struct Said {
  std::map<std::string, Instructions> teacher, student;
};

Result<Said> read_what_is_said(Submission& submission, const std::vector<fs::path>& files,
                               const Guidance& guidance) {
  submission.student.id = distinct_name(submission.origin.filename());
  std::vector<std::string> ids = {submission.student.id};
  StudentFileChoice choice = choose_student_file(files);
  submission.notes.insert(submission.notes.end(), choice.notes.begin(), choice.notes.end());
  // Where there is none of a file's kind, something else may have its name.
  auto named =
      casefile::read_student_file(submission.directory, choice.file.value_or("student.yaml").string());
  if (named.student) submission.student = std::move(*named.student);
  for (const auto& diagnostic : named.diagnostics)
    submission.notes.push_back("not used: " + diagnostic.text());
  Said said{{}, std::move(named.labs)};
  ids.insert(ids.begin(), submission.student.id);
  if (!guidance.overrides) return said;
  auto teacher = casefile::read_overrides(*guidance.overrides, ids);
  if (!teacher) return std::unexpected(teacher.error());
  said.teacher = std::move(*teacher);
  return said;
}

Status add_lab_submission(Submission& submission, const Lab& lab, std::vector<PlaceOfWork> places,
                          Instructions told) {
  if (!told.directory.empty()) {
    auto said = told_place(told.directory.front(), submission.directory, submission.notes);
    if (!said) return std::unexpected(said.error());
    if (!said->empty()) places = std::move(*said);
  }
  if (places.empty()) return {};
  const fs::path first = places.front().directory;
  submission.lab_submissions.push_back(
      {&lab, first, std::move(places), std::move(told), submission.directory});
  const collect::Collector* const collector = collect::find_collector(lab.collector);
  if (collector != nullptr && collector->tries_places) return {};  // which says so itself, when it has tried
  if (std::string note = which_is_graded(submission.directory, submission.lab_submissions.back());
      !note.empty())
    submission.notes.push_back(std::move(note));
  return {};
}

// Sees to it that every file stands at its place, and returns the files. What stands below a linked folder is
// found where it really stands.
Result<std::vector<fs::path>> arrange(Submission& submission) {
  auto found = collect::look_through(submission.origin);
  if (!found) return std::unexpected(found.error());
  for (const fs::path& one : found->unreadable)
    submission.notes.push_back(collect::permission_denied({one}).message);
  auto tidied = tidy(submission.origin, *found);
  if (!tidied) return std::unexpected(tidied.error());
  submission.notes.insert(submission.notes.end(), tidied->notes.begin(), tidied->notes.end());
  if (!tidied->copy) return std::move(found->files);
  std::error_code ignored;
  submission.directory = fs::canonical(tidied->copy->path(), ignored);
  submission.keeps = tidied->copy;
  auto arranged = collect::look_through(submission.directory);
  if (!arranged) return std::unexpected(arranged.error());
  std::erase_if(arranged->files, [&](const fs::path& file) {
    return std::ranges::any_of(tidied->linked_folders, [&](const fs::path& link) {
      return *file.lexically_relative(link).begin() != "..";
    });
  });
  return std::move(arranged->files);
}

// Why nothing is graded, with what stood in the way of looking.
Error nothing_found(const Submission& submission, std::string why, const fs::path& shown) {
  const bool denied = std::ranges::any_of(
      submission.notes, [](const std::string& note) { return note.starts_with("permission denied"); });
  for (const std::string& note : submission.notes) why += "\n" + note;
  return {denied ? ErrorKind::infrastructure : ErrorKind::nothing_found, std::move(why),
          printable(shown.string())};
}

}  // namespace

Result<Submission> locate(const fs::path& directory, const std::vector<Lab>& labs,
                          const std::vector<Selection>& selections, const Guidance& guidance) {
  if (auto checked = check_directory(directory); !checked) return std::unexpected(checked.error());
  std::error_code error;
  Submission submission;
  submission.origin = submission.directory = fs::canonical(directory, error);
  if (error)
    return fail(ErrorKind::usage, "cannot be read: " + error.message(), printable(directory.string()));
  const auto files = arrange(submission);
  if (!files) return std::unexpected(files.error());
  std::vector<std::string> not_graded;
  auto said = read_what_is_said(submission, *files, guidance);
  if (!said) return std::unexpected(said.error());
  const bool one_lab =
      std::ranges::count_if(labs, [&](const Lab& lab) { return wanted(lab, selections); }) == 1;
  if (!(guidance.calls.empty() && guidance.builds.empty()) && !one_lab)
    return fail(ErrorKind::usage, "--call and --build are for one lab: say which with --lab");
  for (const Lab& lab : labs) {
    if (!wanted(lab, selections)) continue;
    auto places = find_places(lab, labs, !selections.empty(), submission.directory, *files);
    const std::vector<std::string> misfits = remove_misfits(lab, submission.directory, places);
    not_graded.insert(not_graded.end(), misfits.begin(), misfits.end());
    auto added =
        add_lab_submission(submission, lab, std::move(places),
                           instructions_for(guidance, said->teacher[lab.name], said->student[lab.name]));
    if (!added) return std::unexpected(added.error());
  }
  if (submission.lab_submissions.empty())
    return std::unexpected(
        nothing_found(submission,
                      not_graded.empty() ? "no lab was found here; looked for" + looked_for(labs, selections)
                                         : "nothing here is graded: " + join(not_graded, "; "),
                      directory));
  submission.notes.insert(submission.notes.end(), not_graded.begin(), not_graded.end());
  if (std::string several = several_students(submission); !several.empty())
    submission.notes.push_back(std::move(several));
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
