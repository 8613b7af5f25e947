// A lab and its tasks, as the case files say. Made by casefile, read by everyone after it.
#pragma once

#include <filesystem>
#include <harness/base/json.hpp>
#include <harness/model/status.hpp>
#include <string>
#include <vector>

namespace memgrade {

struct Place {
  std::string file;
  int line = 0;    // from 1
  int column = 0;  // from 1
};

// What becomes of a check that could not look (Verdict::unseen).
enum class OnInconclusive {
  fail,    // as if it had seen something wrong
  omit,    // its weight goes to the other checks of the task; the report says so
  person,  // the whole task waits for a person
};

struct CheckSpec {
  std::string checker;
  Json params;        // validated against the checker's keys, defaults filled in
  std::string title;  // what a person reads; never empty
  std::string hint;   // shown when the check does not pass
  double weight = 1;  // its share of the task's points
  bool gate = false;  // earns nothing; when it does not pass, the task earns at most the share `cap`
  double cap = 0;     // 0…1, of a gate
  std::vector<std::string> variants;  // of submissions that it looks at; empty: all
  OnInconclusive on_inconclusive = OnInconclusive::fail;
  Visibility visibility = Visibility::visible;
  Place place;
};

struct Need {
  std::string task;
  TaskStatus at_least = TaskStatus::pass;  // pass, or partial: "some of it works"
};

struct Task {
  std::string name;
  std::string title;
  std::string summary;  // prose for `grade explain`
  double points = 0;
  bool manual = false;                 // marked by a person; pending until then
  bool informational = false;          // shown, never counted, fails nobody
  std::vector<std::string> questions;  // of a manual task
  std::vector<std::string> variants;   // of submissions that it is for; empty: all
  std::vector<Need> needs;
  Json collect;  // validated settings for the lab's collector
  std::vector<CheckSpec> judge;
  Place place;
};

// How to take a named value out of text: the definition stands in lab.yaml under `facts`
// (docs/case-format.md).
struct FactSpec {
  std::string name;
  Json definition;
};

// How questions of a student's own are made for the check-off sheet: an entry under `checkoff.questions` in
// lab.yaml. Either `when` or `failed` is set.
struct QuestionRule {
  std::string when;    // a regular expression (RE2) on a line of the student's source
  std::string unless;  // of `when`: no line may match this
  std::string failed;  // a task that lost points
  std::string check;   // of `failed`: the title of a check that did not pass; "" for any
  std::string ask;     // with placeholders (docs/case-format.md)
};

struct Lab {
  std::string name;
  std::string title;
  std::string summary;
  double points = 0;
  std::string collector;
  Json settings;                      // what stands under the collector's name
  std::vector<std::string> identify;  // globs of file names; one that matches makes a directory a submission
  std::vector<std::string> unless;    // globs; a directory with a file that matches is none
  std::vector<std::string> ignore;    // globs of files of a submission that are never used (our data's names)
  Json starter;                       // {from, files, data}: what `grade skeleton` copies
  std::vector<FactSpec> facts;
  std::vector<QuestionRule> question_rules;
  std::vector<std::string> question_sources;  // globs of the files that a student writes; none: every source
  std::size_t most_questions = 0;             // of those that are made by the rules
  std::vector<Task> tasks;                    // in the order of lab.yaml
  std::filesystem::path directory;
  Place place;
};

[[nodiscard]] const Task* find_task(const Lab& lab, std::string_view name);

}  // namespace memgrade
