#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <harness/base/text.hpp>
#include <harness/base/utf8.hpp>
#include <harness/collect/handed_in.hpp>
#include <harness/grading/several.hpp>
#include <set>

namespace memgrade::grading {
namespace {

constexpr std::size_t kMostNamed = 6;
// A team's own folders are seldom more.
constexpr std::size_t kFewestStudents = 3;
constexpr std::size_t kStudentNumber = 5;  // digits in a row

fs::path relative_place(const fs::path& root, const PlaceOfWork& place) {
  const fs::path relative = place.directory.lexically_relative(root);
  return relative == "." ? fs::path() : relative;
}

int folders_in(const fs::path& path) {
  return static_cast<int>(std::distance(path.begin(), path.end()));
}

std::string named(const fs::path& root, const PlaceOfWork& place) {
  if (!place.files.empty()) return printable(place.files.front().string());
  const fs::path relative = relative_place(root, place);
  return relative.empty() ? "the top folder" : printable(relative.string());
}

std::string list_of(std::vector<std::string> names) {
  const std::size_t all = names.size();
  if (all > kMostNamed) names.resize(kMostNamed);
  return join(names, ", ") + (all > kMostNamed ? fmt::format(" and {} more", all - kMostNamed) : "");
}

bool has_student_number(const std::string& name) {
  std::size_t digits = 0;
  return std::ranges::any_of(name, [&](char c) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    return digits >= kStudentNumber;
  });
}

bool is_a_student_files_name(const fs::path& file) {
  constexpr std::array<std::string_view, 4> names = {"student.yaml", "student.yml", "student.yaml.txt",
                                                     "students.yaml"};
  return std::ranges::find(names, to_lower(file.filename().string())) != names.end();
}

}  // namespace

std::string which_is_graded(const fs::path& root, LabSubmission& lab_submission) {
  const std::vector<PlaceOfWork>& places = lab_submission.places;
  if (places.size() < 2) return "";
  const PlaceOfWork& graded = places.front();
  std::vector<std::string> others, equals;
  for (std::size_t i = 1; i < places.size(); ++i) {
    others.push_back(named(root, places[i]));
    const bool as_good = places[i].rank == graded.rank && folders_in(relative_place(root, places[i])) ==
                                                              folders_in(relative_place(root, graded));
    if (as_good && !collect::same_text(root, graded.files, places[i].files)) equals.push_back(others.back());
  }
  lab_submission.undecided = !equals.empty();
  std::string text = fmt::format("{}: graded {}; {} also found", lab_submission.lab->name,
                                 named(root, graded), list_of(others));
  if (!equals.empty()) text += "; for a person to decide: no name says which one is the final one";
  return text;
}

std::string several_students(const Submission& submission) {
  for (const LabSubmission& lab_submission : submission.lab_submissions) {
    std::set<std::string> folders;
    bool numbered = true;
    for (const PlaceOfWork& place : lab_submission.places) {
      const fs::path relative = relative_place(submission.directory, place);
      if (relative.empty() || place.rank != 0) return "";
      folders.insert(distinct_name(*relative.begin()));
    }
    for (const std::string& folder : folders) numbered = numbered && has_student_number(folder);
    if (folders.size() < 2 || (!numbered && folders.size() < kFewestStudents)) continue;
    return fmt::format(
        "this looks like a folder of several students ({}): --student takes one student's folder",
        list_of({folders.begin(), folders.end()}));
  }
  return "";
}

StudentFileChoice choose_student_file(const std::vector<fs::path>& files) {
  StudentFileChoice choice;
  std::vector<fs::path> others;
  for (const fs::path& file : files) {
    if (file == "student.yaml")
      choice.file = file;
    else if (is_a_student_files_name(file))
      others.push_back(file);
  }
  if (!choice.file && others.size() == 1) {
    choice.file = others.front();
    choice.notes.push_back(
        fmt::format("{} is taken for student.yaml in the top folder", printable(others.front().string())));
    return choice;
  }
  std::vector<std::string> names;
  for (const fs::path& file : others) names.push_back(printable(file.string()));
  if (!names.empty())
    choice.notes.push_back(fmt::format("not used: {}: {}", list_of(names),
                                       choice.file
                                           ? "student.yaml in the top folder counts"
                                           : "several could be meant, and none is called student.yaml "
                                             "and stands in the top folder"));
  return choice;
}

std::string distinct_name(const fs::path& name) {
  const std::string bytes = name.string();
  std::string text;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto character = utf8::decode(bytes, at);
    if (character && character->point >= U' ')
      text += bytes.substr(at, character->bytes);
    else
      text += fmt::format("\\x{:02X}", static_cast<unsigned char>(bytes[at]));
    at += character ? character->bytes : 1;
  }
  return printable(text);
}

}  // namespace memgrade::grading
