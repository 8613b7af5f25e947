// The keys of the collector `linux_module`, and the facts that its evidence can hold.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/text.hpp>
#include <harness/collect/edits.hpp>
#include <harness/collect/limits_and_records.hpp>
#include <harness/collect/linux_module/settings.hpp>
#include <harness/collect/linux_module/step_checks.hpp>
#include <harness/collect/linux_module/steps.hpp>
#include <harness/collect/linux_module/workspace.hpp>
#include <harness/collect/placeholders.hpp>
#include <harness/vm/linux/step_verbs.hpp>

namespace memgrade::collect {
namespace {

using enum FieldType;

FieldSpec edits_of_module() {
  return edits_field(
      {.match_key = edit_match,
       .doc = "Edits of the student's file, made line by line; each that finds its place is in the report.",
       .match_doc = "What it replaces.",
       .replace_doc = "By what: \\1 is a group, {name} one of the values, {symbol:NAME} an address of the "
                      "guest's kernel.",
       .more = {{.key = "kernels",
                 .list = true,
                 .fallback = Json::array(),
                 .doc = "The series for which it is made; without it, all."}}});
}

FieldSpec variants_key() {
  return {
      .key = "shapes",
      .type = object,
      .list = true,
      .fallback = Json::array(),
      .doc =
          "Kinds of submission that are told apart; the first that matches is taken. A check's key "
          "`shapes` names them.",
      .fields = {{.key = "shape", .type = name, .required = true, .doc = "Its name."},
                 {.key = "matches",
                  .type = regex,
                  .doc = "What the student's file holds; without it, every file is of this shape."},
                 {.key = "kernels", .list = true, .fallback = Json::array(), .doc = "Instead of the lab's."},
                 {.key = "kbuild",
                  .doc = "A Kbuild file of its own; then only the student's file is built, and no other "
                         "file of the folder."},
                 {.key = "values",
                  .type = any_object,
                  .fallback = Json::object(),
                  .doc = "In the place of the lab's."},
                 {.key = "note", .fallback = "", .doc = "What a reader of the report must know of it."},
                 edits_of_module()}};
}

FieldSpec programs_field() {
  return {.key = "programs",
          .type = object,
          .map = true,
          .fallback = Json::object(),
          .doc = "Programs of ours for the guest, built from the folder; they stand in /job there.",
          .fields = {{.key = "sources",
                      .required = true,
                      .list = true,
                      .doc = "Relative to the folder.",
                      .refers_to = Reference{"file", "folder"}},
                     {.key = "compiler", .required = true, .list = true, .doc = "Compiler and flags."},
                     {.key = "libraries",
                      .list = true,
                      .fallback = Json::array(),
                      .doc = "What is added when linking."}}};
}

std::vector<FieldSpec> job_limits() {
  return {{.key = "wall",
           .type = number,
           .fallback = 120,
           .unit = "seconds",
           .doc = "Of this host.",
           .minimum = 1},
          {.key = "cpu",
           .type = number,
           .fallback = 90,
           .unit = "seconds",
           .doc = "CPU time of the emulator.",
           .minimum = 1},
          {.key = "evidence",
           .type = size,
           .fallback = 64 << 20,
           .unit = "bytes",
           .doc = "What a job may bring back."}};
}

FieldSpec limits_field() {
  return {.key = "limits",
          .type = object,
          .fallback = Json::object(),
          .doc = "What a build and a guest job may use.",
          .fields = {{.key = "build",
                      .type = object,
                      .fallback = Json::object(),
                      .doc = "The whole build of a module or a program.",
                      .fields = limit_fields(120, 120, 2LL << 30, 256 << 20, 128)},
                     {.key = "job",
                      .type = object,
                      .fallback = Json::object(),
                      .doc = "One guest job.",
                      .fields = job_limits()}}};
}

std::vector<FieldSpec> lab_fields() {
  return {{.key = "folder",
           .required = true,
           .doc = "Our module's folder; every file but the student's is taken from it.",
           .refers_to = Reference{"file"}},
          {.key = "module", .type = name, .required = true, .doc = "What is loaded: MODULE.ko."},
          {.key = "student",
           .required = true,
           .doc = "The file that a student writes.",
           .refers_to = Reference{"student's file", "folder"}},
          {.key = "kernels",
           .required = true,
           .list = true,
           .doc = "The kernel series that serve, best first. `--kernel` chooses another."},
          programs_field(),
          {.key = "values",
           .type = any_object,
           .fallback = Json::object(),
           .doc = "What steps may name as {NAME}."},
          {.key = "regions",
           .type = name,
           .list = true,
           .fallback = Json::array(),
           .doc = "The regions of its memory that a program of ours prints (`region NAME 0xFIRST 0xEND`): "
                  "facts `oracle.GUEST.regions.NAME`; of one in an observed data segment "
                  "also `oracle.GUEST.strings.NAME`, the text in it."},
          {.key = "scripts",
           .list = true,
           .map = true,
           .fallback = Json::object(),
           .doc = "Steps by name, for `use NAME`."},
          variants_key(),
          limits_field()};
}

std::vector<FieldSpec> task_fields() {
  return {{.key = "guests",
           .type = object,
           .list = true,
           .fallback = Json::array(),
           .doc = "Guest jobs, each in a fresh guest. Its facts are `GUEST.values.NAME` (a read), "
                  "`GUEST.steps.NAME.errno` and the like, `GUEST.printed.PROC`, `GUEST.files.NAME`, "
                  "`oracle.GUEST.memory.NAME.count` and the like; `GUEST.stdout` is the console.",
           .fields = {{.key = "guest", .type = name, .required = true, .doc = "Its name."},
                      {.key = "steps",
                       .required = true,
                       .list = true,
                       .doc = "What the agent does, one step a line: docs/guest.md."}}}};
}

// The steps of a guest with stand-ins for values that only some shape has.
Result<std::vector<Step>> steps_of(const Json& lab, const Json& guest) {
  Json values = lab.value("values", Json::object());
  for (const Json& variant : lab.value("shapes", Json::array()))
    values.update(variant.value("values", Json::object()));
  return expand_steps(texts(guest.at("steps")), lab.value("scripts", Json::object()), values);
}

std::vector<std::string> fact_names(const Json& lab, const Json& task,
                                    const std::vector<std::string>& lab_facts) {
  std::vector<std::string> names = {"build.succeeded", "build.way", "build.programs", "build.warnings"};
  for (const Json& guest : task.value("guests", Json::array())) {
    const auto run = guest.value("guest", "");
    for (const char* known : {"exit_status", "signal", "ending", "stdout", "stderr"})
      names.push_back(run + "." + known);
    for (const char* known : {"log", "troubles"}) names.push_back(fmt::format("oracle.{}.{}", run, known));
    for (const std::string& region : texts(lab.value("regions", Json::array()))) {
      names.push_back(fmt::format("oracle.{}.regions.{}", run, region));
      names.push_back(fmt::format("oracle.{}.strings.{}", run, region));
    }
    for (const std::string& fact : lab_facts) names.push_back(run + "." + fact);
    const auto steps = steps_of(lab, guest);
    if (!steps) continue;  // `inspect` says so
    for (const std::string& fact : facts_of_steps(*steps)) {
      const bool ours = fact.starts_with("memory.") || fact.starts_with("system.");
      names.push_back(fmt::format("{}{}.{}", ours ? "oracle." : "", run, fact));
    }
  }
  return names;
}

// Mistakes of single lines have their place; those of a whole (repeat without done) the list's.
void inspect_lines(const Json& lines, const std::string& pointer,
                   std::vector<SettingDiagnostic>& diagnostics) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (const auto step = parse_step(lines[i].get<std::string>()); !step)
      diagnostics.push_back({fmt::format("{}/{}", pointer, i), step.error().message});
}

// The placeholders of an edit: values of the lab or of its shape, and the addresses that the guest's kernel
// says.
void inspect_edits(const Json& lab, std::vector<SettingDiagnostic>& diagnostics) {
  const Json variants = lab.value("shapes", Json::array());
  for (std::size_t i = 0; i < variants.size(); ++i) {
    Json values = lab.value("values", Json::object());
    values.update(variants[i].value("values", Json::object()));
    std::vector<std::string> known = keys_of(values);
    known.emplace_back("symbol");
    const Json edits = variants[i].value("edits", Json::array());
    for (std::size_t j = 0; j < edits.size(); ++j)
      for (const std::string& name : placeholders_in(edits[j].value("replace", Json())))
        if (std::ranges::find(known, name) == known.end())
          diagnostics.push_back({fmt::format("lab:/shapes/{}/edits/{}/replace", i, j),
                                 fmt::format("there is no value '{}'{}", name, did_you_mean(name, known))});
  }
}

std::vector<SettingDiagnostic> inspect(const Json& lab, const Json& task) {
  std::vector<SettingDiagnostic> diagnostics;
  const Json scripts = lab.value("scripts", Json::object());
  for (const auto& [script, lines] : scripts.items())
    inspect_lines(lines, "lab:/scripts/" + script, diagnostics);
  inspect_edits(lab, diagnostics);
  const Json guests = task.value("guests", Json::array());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < guests.size(); ++i) {
    const std::string pointer = fmt::format("/guests/{}", i);
    const std::string guest = guests[i].value("guest", "");
    if (std::ranges::find(names, guest) != names.end())
      diagnostics.push_back({pointer + "/guest", fmt::format("a second guest '{}'", guest)});
    names.push_back(guest);
    auto found = inspect_steps(lab, guests[i], pointer);
    if (const auto steps = steps_of(lab, guests[i]); !steps && found.empty())
      found.push_back({pointer + "/steps", steps.error().message});
    std::ranges::move(found, std::back_inserter(diagnostics));
  }
  return diagnostics;
}

NameTable names_of(const Json& lab, const Json& task) {
  NameTable names;
  // A lab that lists none may have programs that print some all the same.
  if (const auto regions = texts(lab.value("regions", Json::array())); !regions.empty())
    names["region"] = regions;
  for (const Json& guest : task.value("guests", Json::array())) {
    const std::string run = guest.value("guest", "");
    names["run"].push_back(run);
    const auto steps = steps_of(lab, guest);
    if (!steps) continue;  // `inspect` says so
    for (const char* kind : {"step", "mark", "system step"}) names[fmt::format("{} of {}", kind, run)];
    for (const Step& step : *steps) {
      const vm::StepVerb* const verb = vm::find_step_verb(step.verb());
      if (verb == nullptr || verb->kind == vm::StepVerb::Kind::line) continue;
      names["step of " + run].push_back(step.name());
      if (step.verb() == "mark") names["mark of " + run].push_back(step.name());
      if (step.verb() == "system") names["system step of " + run].push_back(step.name());
    }
  }
  return names;
}

std::vector<std::string> variants(const Json& lab) {
  std::vector<std::string> names;
  for (const Json& variant : lab.value("shapes", Json::array())) names.push_back(variant.value("shape", ""));
  return names;
}

}  // namespace

CollectorSpec linux_module_spec() {
  return {
      .name = "linux_module",
      .subject = Subject::module,
      .doc =
          "Builds a student's kernel module, loads it in a Linux guest, and drives it there while an agent "
          "of ours looks at what is true.",
      .lab_fields = lab_fields(),
      .task_fields = task_fields(),
      .fact_names = fact_names,
      .variants = variants,
      .names = names_of,
      .inspect = inspect};
}

}  // namespace memgrade::collect
