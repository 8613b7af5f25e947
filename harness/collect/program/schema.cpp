// The keys of the collector `program`, and the facts that its evidence can hold.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/program/case_names.hpp>
#include <harness/collect/program/workspace.hpp>
#include <harness/oracle/oracle.hpp>

namespace memgrade::collect {
namespace {

using enum FieldType;

FieldSpec files_field(std::string doc) {
  return {.key = "files", .type = named, .map = true, .doc = std::move(doc), .vocabulary = "generators"};
}

FieldSpec data_field() {
  return {.key = "data",
          .type = name,
          .required = true,
          .doc = "The data set.",
          .refers_to = Reference{"data set"}};
}

FieldSpec with_field(bool list, std::string key, std::string doc) {
  return {.key = std::move(key), .type = any_object, .required = list, .list = list, .doc = std::move(doc)};
}

std::vector<FieldSpec> build_fields() {
  return {
      {.key = "way", .type = name, .required = true, .doc = "Its name in reports."},
      {.key = "needs",
       .list = true,
       .doc = "Globs; the way is tried when a file in the top directory matches one."},
      {.key = "argv", .list = true, .doc = "A command to run, such as `[make]`. Instead of `sources`."},
      {.key = "sources",
       .list = true,
       .doc =
           "Globs of source files. Each that defines `main` becomes a program, linked with all that do not."},
      {.key = "compiler", .list = true, .doc = "Compiler and flags for `sources`."},
      {.key = "libraries", .list = true, .doc = "What is added when linking."},
  };
}

FieldSpec call_field() {
  return {
      .key = "call",
      .type = object,
      .fallback = Json::object(),
      .doc =
          "How calls are searched beyond the `forms`: what the words of a command line can stand for, so "
          "that options and words in a submission's code, usage line, scripts and README can be read.",
      .fields = {
          {.key = "arguments",
           .type = object,
           .map = true,
           .fallback = Json::object(),
           .doc = "By the placeholder's name.",
           .fields = {{.key = "file", .doc = "It is this file of the data, or the file to be written."},
                      {.key = "output", .type = boolean, .fallback = false, .doc = "The program writes it."},
                      {.key = "input",
                       .type = boolean,
                       .fallback = false,
                       .doc = "A program may read the file from its standard input."},
                      {.key = "spellings",
                       .list = true,
                       .doc = "How a value may be written: `{policy}`, `{policy:upper}`, "
                              "`{policy:fifo=0,lru=1}`. Where the code knows none, the first two are tried, "
                              "and numbers only where it reads some."},
                      {.key = "options", .list = true, .doc = "Usual option letters, the usual one first."},
                      {.key = "words",
                       .list = true,
                       .doc = "Parts of words by which people speak of it, in lower case."}}},
          {.key = "orders",
           .list = true,
           .fallback = Json::array(),
           .doc = "Arguments by position: names, separated by blanks; the usual orders first."},
          {.key = "probes",
           .type = integer,
           .fallback = 100,
           .unit = "runs",
           .doc = "At most so many for one program."},
          {.key = "seconds",
           .type = number,
           .fallback = 20.0,
           .unit = "seconds",
           .doc = "Of processor time, at most so many for the probes of a submission, so that a busy machine "
                  "changes nothing; what was found by then counts."},
          {.key = "wall_seconds",
           .type = number,
           .fallback = 300.0,
           .unit = "seconds",
           .doc = "The same of time, for programs that wait."},
          {.key = "programs", .type = integer, .fallback = 8, .doc = "At most so many programs are tried."},
      }};
}

std::vector<FieldSpec> lab_fields() {
  return {
      {.key = "build",
       .type = object,
       .required = true,
       .list = true,
       .doc = "Ways to build, in the order in which they are tried; the first that gives a program is taken.",
       .fields = build_fields()},
      {.key = "warnings", .list = true, .doc = "Flags added to every compiler call of the plain build."},
      {.key = "sanitize", .list = true, .doc = "Flags added to every compiler call of the build `sanitize`."},
      {.key = "data",
       .type = object,
       .required = true,
       .map = true,
       .doc = "Data sets by name. The files stand in the current directory of a run.",
       .fields = {{.key = "replaceable",
                   .type = boolean,
                   .fallback = false,
                   .doc = "Whether `--dataset DIR` replaces it."},
                  files_field("File names, each with the generator that makes it.")}},
      {.key = "oracle",
       .type = named,
       .doc = "What is true of a run, with the run's values put in for placeholders. Its facts are "
              "`oracle.RUN.…`.",
       .vocabulary = "oracles"},
      {.key = "programs",
       .list = true,
       .doc = "Usual names of the program, best first. All that are built are tried, these before others."},
      {.key = "forms",
       .type = object,
       .required = true,
       .list = true,
       .doc = "The usual command lines, the most usual first; `call` says what else is tried.",
       .fields = {{.key = "arguments",
                   .required = true,
                   .doc = "Split at blanks, then placeholders are filled in."}}},
      call_field(),
      {.key = "recognise",
       .type = object,
       .fallback = Json::object(),
       .doc = "How a source is recognised whose name is none of `identify`: it is C or C++, its folder has a "
              "`main`, and it speaks of the lab's matter.",
       .fields =
           {{.key = "words",
             .type = regex,
             .list = true,
             .fallback = Json::array(),
             .doc = "Regular expressions (RE2), in any case of letters."},
            {.key = "at_least", .type = integer, .fallback = 3, .doc = "How many of them must be there."}}},
      {.key = "probe",
       .type = object,
       .required = true,
       .doc =
           "How a call is chosen: the one with the most right answers in these settings; of equals the one "
           "whose answers differ with the settings, then the first.",
       .fields = {data_field(),
                  files_field("Files that take the place of the set's."),
                  with_field(true, "over", "The settings: the values to try every call with."),
                  {.key = "compare",
                   .type = fact,
                   .required = true,
                   .list = true,
                   .doc = "Facts that are compared with the oracle's."}}},
      {.key = "limits",
       .type = object,
       .fallback = Json::object(),
       .doc = "What a build and a run may use.",
       .fields = {{.key = "build",
                   .type = object,
                   .fallback = Json::object(),
                   .doc = "The whole build.",
                   .fields = limit_fields(120, 120, 2LL << 30, 512 << 20, 128)},
                  {.key = "run",
                   .type = object,
                   .fallback = Json::object(),
                   .doc = "One run.",
                   .fields = limit_fields(20, 5, 256 << 20, 64 << 20, 32)}}},
  };
}

std::vector<FieldSpec> task_fields() {
  const FieldSpec build = {.key = "build",
                           .type = choice,
                           .fallback = "plain",
                           .doc = "Which build is used; `plain` is the student's own flags.",
                           .choices = {"plain", "sanitize"}};
  return {
      build,
      {.key = "runs",
       .type = object,
       .list = true,
       .fallback = Json::array(),
       .doc = "Runs of the program; each gives the facts `RUN.exit_status`, `RUN.signal`, `RUN.ending`, "
              "`RUN.stdout`, `RUN.stderr` and `RUN.FACT` for every fact of the lab.",
       .fields = {{.key = "run", .type = name, .required = true, .doc = "Its name."},
                  data_field(),
                  files_field("Files that take the place of the set's."),
                  with_field(false, "with", "Values for placeholders."),
                  {.key = "any_setting",
                   .type = boolean,
                   .fallback = false,
                   .doc = "A program that does not offer this setting is run in one that it offers."}}},
      {.key = "search",
       .type = object,
       .doc = "Looks for inputs on which the program and the oracle differ, and shortens what it finds.",
       .fields = {data_field(),
                  {.key = "vary",
                   .required = true,
                   .doc = "The file that is generated anew, one item a line.",
                   .refers_to = Reference{"data file"}},
                  {.key = "generate",
                   .type = named,
                   .required = true,
                   .doc = "Its generator; {seed} is the seed's number.",
                   .vocabulary = "generators"},
                  {.key = "seeds",
                   .type = object,
                   .required = true,
                   .doc = "Which seeds.",
                   .fields = {{.key = "first", .type = integer, .fallback = 1, .doc = "The first."},
                              {.key = "count", .type = integer, .required = true, .doc = "How many."}}},
                  with_field(true, "over", "Values for placeholders; every seed is tried with each."),
                  {.key = "compare",
                   .type = fact,
                   .required = true,
                   .list = true,
                   .doc = "Facts that are compared with the oracle's."},
                  {.key = "budget",
                   .type = integer,
                   .fallback = 300,
                   .unit = "runs",
                   .doc = "How many runs the shortening of one difference may take."}}},
  };
}

std::vector<std::string> fact_names(const Json& lab, const Json& task,
                                    const std::vector<std::string>& lab_facts) {
  std::vector<std::string> names = {"build.succeeded", "build.way",      "build.form",
                                    "build.tried",     "build.programs", "build.warnings"};
  for (const Json& run : task.value("runs", Json::array())) {
    const std::string run_name = run.value("run", "");
    for (const char* known : {"exit_status", "signal", "ending", "stdout", "stderr"})
      names.push_back(run_name + "." + known);
    for (const std::string& fact : lab_facts) names.push_back(run_name + "." + fact);
    if (!lab.contains("oracle") || !lab["oracle"].is_object()) continue;
    if (const oracle::Oracle* oracle = oracle::find_oracle(lab["oracle"].value("name", "")))
      for (const std::string& fact : oracle->facts) names.push_back("oracle." + run_name + "." + fact);
  }
  if (task.contains("search") && task["search"].is_object())
    for (const char* known : {"search.runs", "search.questions"}) names.emplace_back(known);
  return names;
}

}  // namespace

CollectorSpec program_spec() {
  return {.name = "program",
          .doc = "Builds an ordinary program and runs it on data in the sandbox.",
          .lab_fields = lab_fields(),
          .task_fields = task_fields(),
          .fact_names = fact_names,
          .names = program_names,
          .inspect = inspect_program};
}

}  // namespace memgrade::collect
