// The workspace of the collector `program`: what is made once for a submission, and one task's evidence from
// it.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/collect/compilers.hpp>
#include <harness/collect/program/data_sets.hpp>
#include <harness/collect/program/differential.hpp>
#include <harness/collect/program/invocation.hpp>
#include <harness/collect/program/run.hpp>
#include <harness/collect/program/workspace.hpp>
#include <mutex>

namespace memgrade::collect {
namespace {

std::vector<std::string> flags(const Lab& lab, const char* key) {
  return lab.settings.value(key, Json::array()).get<std::vector<std::string>>();
}

// One build and the programs in it.
struct BuildFlavour {
  std::once_flag once;
  std::optional<Built> built;
  std::optional<Error> error;
};

class ProgramWorkspace : public Workspace {
 public:
  ProgramWorkspace(const Lab& lab, const LabSubmission& submission, const Context& context, DataSets data)
      : lab_(lab), submission_(submission), context_(context), data_(std::move(data)) {}

  Status prepare();
  Result<Evidence> collect(const Task& task) override;
  std::vector<std::string> notes() const override { return notes_; }
  Status write_inputs(const Task& task, const fs::path& directory) const override;

 private:
  Result<const Built*> flavour(const std::string& name);
  void note_what_was_done();

  const Lab& lab_;
  const LabSubmission& submission_;
  const Context& context_;
  DataSets data_;
  BuildFlavour plain_, sanitized_;
  FoundInvocation invocation_;
  std::vector<std::string> notes_;
};

Status ProgramWorkspace::prepare() {
  context_.progress("building");
  const auto built = flavour("plain");
  if (!built) return std::unexpected(built.error());
  if ((*built)->record.succeeded) {
    context_.progress("finding out how to call it");
    auto found = find_invocation(lab_, Runner(lab_, context_, **built, false), data_);
    if (!found) return std::unexpected(found.error());
    invocation_ = std::move(*found);
  }
  note_what_was_done();
  return {};
}

void ProgramWorkspace::note_what_was_done() {
  BuildRecord& record = plain_.built->record;
  if (record.succeeded)
    notes_.push_back(fmt::format("built with {}: {}", record.recipe, join(record.programs, ", ")));
  if (const std::string note = note_on_c(gcc_version("/usr/bin/gcc")); !note.empty()) notes_.push_back(note);
  if (invocation_.invocation) {
    record.invocation = invocation_.text;
    notes_.push_back("called as: " + record.invocation);
  } else if (record.succeeded) {
    record.tried = invocation_.tried;
  }
  const std::vector<std::string>& left_out = plain_.built->left_out;
  for (std::size_t i = 0; i < std::min<std::size_t>(left_out.size(), 10); ++i)
    notes_.push_back("left out: " + printable(left_out[i]));
  if (left_out.size() > 10)
    notes_.push_back(fmt::format("left out: {} more", counted(left_out.size() - 10, "file")));
}

Result<const Built*> ProgramWorkspace::flavour(const std::string& name) {
  BuildFlavour& wanted = name == "sanitize" ? sanitized_ : plain_;
  std::call_once(wanted.once, [&] {
    auto built = build_program(lab_, submission_, context_,
                               flags(lab_, name == "sanitize" ? "sanitize" : "warnings"), name);
    if (built)
      wanted.built = std::move(*built);
    else
      wanted.error = built.error();
  });
  if (wanted.error) return std::unexpected(*wanted.error);
  return &*wanted.built;
}

Result<Evidence> ProgramWorkspace::collect(const Task& task) {
  const std::string build = task.collect.value("build", "plain");
  const auto built = flavour(build);
  if (!built) return std::unexpected(built.error());
  Evidence evidence;
  evidence.lab = lab_.name;
  evidence.task = task.name;
  evidence.collect_digest = collect_digest(lab_, task);
  evidence.build = (*built)->record;
  evidence.build->invocation = plain_.built->record.invocation;
  if (!invocation_.invocation || !(*built)->record.succeeded) return evidence;

  const Runner runner(lab_, context_, **built, build == "sanitize");
  for (const Json& run : task.collect.value("runs", Json::array())) {
    const Json values = run.value("with", Json::object());
    auto files = data_.with(run.value("data", ""), run.value("files", Json()), values);
    if (!files) return std::unexpected(files.error());
    const Question question{run.value("run", ""), values, std::move(*files)};
    auto record = runner.ask(*invocation_.invocation, question);
    if (!record) return std::unexpected(record.error());
    if (*record) evidence.runs.push_back(std::move(**record));
    auto truth = truth_of(lab_, question);
    if (!truth) return std::unexpected(truth.error());
    if (truth->is_object()) evidence.oracle[question.run] = std::move(*truth);
  }
  if (task.collect.contains("search") && task.collect["search"].is_object()) {
    auto found = search(lab_, task.collect["search"], runner, *invocation_.invocation, data_);
    if (!found) return std::unexpected(found.error());
    evidence.search = std::move(found->found);
    for (RunRecord& death : found->deaths) evidence.runs.push_back(std::move(death));
  }
  return evidence;
}

Status ProgramWorkspace::write_inputs(const Task& task, const fs::path& directory) const {
  for (const Json& run : task.collect.value("runs", Json::array())) {
    const Json values = run.value("with", Json::object());
    auto files = data_.with(run.value("data", ""), run.value("files", Json()), values);
    if (!files) return std::unexpected(files.error());
    const fs::path place = directory / run.value("run", "");
    if (auto made = make_directories(place); !made) return made;
    if (auto written = write_files(*files, place); !written) return written;
  }
  return {};
}

Result<std::unique_ptr<Workspace>> prepare(const Lab& lab, const LabSubmission& submission,
                                           const Context& context) {
  auto data = DataSets::make(lab.settings, context.dataset);
  if (!data) return std::unexpected(data.error());
  auto workspace = std::make_unique<ProgramWorkspace>(lab, submission, context, std::move(*data));
  if (auto ready = workspace->prepare(); !ready) return std::unexpected(ready.error());
  return workspace;
}

Status write_data(const Lab& lab, const std::string& name, const fs::path& directory) {
  const auto data = DataSets::make(lab.settings, std::nullopt);
  if (!data) return std::unexpected(data.error());
  return write_files(data->set(name), directory);
}

}  // namespace

Collector program_collector() {
  return {program_spec(), prepare, write_data};
}

}  // namespace memgrade::collect
