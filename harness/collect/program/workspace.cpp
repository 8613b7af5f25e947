// The workspace of the collector `program`: what is made once for a submission, and one task's evidence from
// it.
#include <fmt/format.h>

#include <algorithm>
#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/collect/compilers.hpp>
#include <harness/collect/control.hpp>
#include <harness/collect/handed_in.hpp>
#include <harness/collect/program/control.hpp>
#include <harness/collect/program/data_sets.hpp>
#include <harness/collect/program/differential.hpp>
#include <harness/collect/program/invocation.hpp>
#include <harness/collect/program/recognise.hpp>
#include <harness/collect/program/run.hpp>
#include <harness/collect/program/settings.hpp>
#include <harness/collect/program/workspace.hpp>
#include <harness/collect/starter_code.hpp>
#include <harness/model/describe.hpp>
#include <mutex>
#include <tuple>

namespace memgrade::collect {
namespace {

constexpr std::size_t kMostPlacesTried = 4;

// The build with sanitizers, which is made when a task first asks for it.
struct SanitizedBuild {
  std::once_flag once;
  std::optional<Built> built;
  std::optional<Error> error;
};

// One place of the submission, built, with the calls that were found there.
struct Candidate {
  PlaceOfWork place;
  Built built;
  FoundInvocation invocation;
  bool further = false;  // programs beyond those of the recipe were built

  // Right facts count; of equals, one where somebody wrote something, then a place that builds.
  [[nodiscard]] std::tuple<int, bool, bool> worth() const {
    return {invocation.right, !built.record.starter, built.record.succeeded};
  }
};

std::string files_in(const PlaceOfWork& place, const fs::path& root) {
  std::vector<std::string> names;
  for (const fs::path& file : place.files) names.push_back(file.string());
  if (names.empty()) names.push_back(place.directory.lexically_relative(root).string());
  if (names.size() > 3) names = {names[0], names[1], fmt::format("{} more", names.size() - 2)};
  return printable(join(names, ", "));
}

class ProgramWorkspace : public Workspace {
 public:
  ProgramWorkspace(const Lab& lab, const LabSubmission& submission, const Context& context, DataSets data)
      : lab_(lab),
        settings_(program_settings(lab.settings)),
        submission_(submission),
        context_(context),
        data_(std::move(data)),
        known_good_([this] { return known_good_program(settings_.warnings); }),
        known_good_sanitized_([this] { return known_good_program(settings_.sanitize); }) {}

  Status prepare();
  Result<Evidence> collect(const Task& task) override;
  std::vector<std::string> notes() const override { return notes_; }
  std::vector<std::string> account() const override { return account_; }
  bool undecided() const override { return undecided_; }
  std::optional<fs::path> directory() const override { return chosen_.place.directory; }
  Status write_inputs(const Task& task, const Evidence& evidence, const fs::path& run,
                      const fs::path& directory) const override;

 private:
  Status read_starter_code();
  [[nodiscard]] bool holds_starter_code(const PlaceOfWork& place) const;
  Result<Candidate> try_place(const PlaceOfWork& place, std::size_t number);
  Result<Built> build(const BuildOrder& order, KnownGood& known_good);
  [[nodiscard]] Result<std::string> known_good_program(const std::vector<std::string>& flags) const {
    return try_known_good_program(lab_, settings_, submission_.directory, flags, context_);
  }
  Status search_further(const BuildOrder& order, Candidate& candidate);
  void note_other_places(const std::vector<Candidate>& candidates, std::size_t chosen);
  void note_what_was_done();
  void give_account(const Candidate& candidate);
  Result<const Built*> flavour(const std::string& name);
  Status add_run(const Json& run, const Runner& runner, Evidence& evidence) const;
  Status add_search(const Json& wanted, const Runner& runner, Evidence& evidence) const;
  [[nodiscard]] Json values_of(const Json& run) const;

  const Lab& lab_;
  const ProgramSettings settings_;
  const LabSubmission& submission_;
  const Context& context_;
  DataSets data_;
  KnownGood known_good_, known_good_sanitized_;  // the second with the sanitizers' flags
  Candidate chosen_;
  SanitizedBuild sanitized_;
  std::vector<StarterFile> starter_;
  std::vector<std::string> notes_, account_;
  bool undecided_ = false;
};

Status ProgramWorkspace::search_further(const BuildOrder& order, Candidate& candidate) {
  const std::size_t before = candidate.built.programs.size();
  if (auto more = build_further_programs(lab_, settings_, order, context_, candidate.built); !more)
    return more;
  if (candidate.built.programs.size() == before) return {};
  auto found = find_invocation(lab_, settings_, context_, candidate.built, data_, submission_.told);
  if (!found) return std::unexpected(found.error());
  candidate.further = true;
  candidate.invocation = std::move(*found);
  return {};
}

// A folder within starter code is that, too, as long as what was found in it is as it was handed out.
bool ProgramWorkspace::holds_starter_code(const PlaceOfWork& place) const {
  const fs::path top = submission_.directory.lexically_normal();
  const fs::path directory = place.directory.lexically_normal();
  if (is_starter_code(starter_, directory)) return true;
  for (fs::path folder = directory; folder != top && folder.has_relative_path();) {
    folder = folder.parent_path();
    if (!is_starter_code(starter_, folder)) continue;
    std::vector<fs::path> files;
    for (const fs::path& file : place.files)
      files.push_back((top / file).lexically_normal().lexically_relative(folder));
    return are_starter_files(starter_, folder, files);
  }
  return false;
}

// Where the references are not there nothing can be told of starter code, and nothing is lost.
Status ProgramWorkspace::read_starter_code() {
  std::error_code ignored;
  if (!lab_.starter.is_object() || !fs::is_directory(context_.root / lab_.starter.value("from", ""), ignored))
    return {};
  auto files = starter_files(lab_, context_.root);
  if (!files) return std::unexpected(files.error());
  starter_ = std::move(*files);
  return {};
}

// Where one way failed and another did not the host may have kept the first from working.
Result<Built> ProgramWorkspace::build(const BuildOrder& order, KnownGood& known_good) {
  auto built = build_with_control(
      [&] {
        (void)remove_tree(context_.scratch / order.name);
        return build_program(lab_, settings_, order, context_);
      },
      known_good, context_.scratch);
  if (built && built->record.succeeded && !built->record.tried.empty())
    if (auto host = known_good.check(context_.scratch); !host) return std::unexpected(host.error());
  return built;
}

Result<Candidate> ProgramWorkspace::try_place(const PlaceOfWork& place, std::size_t number) {
  const BuildOrder order{place.directory, settings_.warnings, fmt::format("plain-{}", number),
                         submission_.told.build};
  context_.progress("building");
  auto built = build(order, known_good_);
  if (!built) return std::unexpected(built.error());
  Candidate candidate{place, std::move(*built), {}, false};
  candidate.built.record.starter = holds_starter_code(place);
  if (!candidate.built.record.succeeded || candidate.built.record.starter)
    return candidate;  // there is nothing to find out
  context_.progress("finding out how to call it");
  auto found = find_invocation(lab_, settings_, context_, candidate.built, data_, submission_.told);
  if (!found) return std::unexpected(found.error());
  candidate.invocation = std::move(*found);
  if (candidate.invocation.right == 0)
    if (auto host = known_good_.check(context_.scratch); !host) return std::unexpected(host.error());
  const bool complete = candidate.invocation.right == candidate.invocation.most_right;
  if (!complete && submission_.told.run.empty())
    if (auto more = search_further(order, candidate); !more) return std::unexpected(more.error());
  return candidate;
}

// Every place is built and tried, until one is right in every setting and no other has as good a name. What
// stands within a place that answered is not built once more.
Status ProgramWorkspace::prepare() {
  if (auto read = read_starter_code(); !read) return read;
  std::vector<PlaceOfWork> places = submission_.places;
  if (places.empty()) places.push_back({submission_.directory, {}, 0});
  std::vector<Candidate> candidates;
  std::size_t best = 0;
  for (std::size_t i = 0; i < std::min(places.size(), kMostPlacesTried); ++i) {
    const bool answers = i > 0 && candidates[best].invocation.right > 0;
    const bool complete =
        answers && candidates[best].invocation.right == candidates[best].invocation.most_right;
    const bool same_files = i > 0 && std::ranges::includes(candidates[best].place.files, places[i].files);
    if (complete && (places[i].rank > candidates[best].place.rank || same_files)) break;
    if (answers && same_files) continue;
    auto candidate = try_place(places[i], i);
    if (!candidate) return std::unexpected(candidate.error());
    candidates.push_back(std::move(*candidate));
    give_account(candidates.back());
    if (candidates.back().worth() > candidates[best].worth()) best = i;
  }
  note_other_places(candidates, best);
  chosen_ = std::move(candidates[best]);
  note_what_was_done();
  return {};
}

// "graded final/vm.c; draft/vm.c also found"
void ProgramWorkspace::note_other_places(const std::vector<Candidate>& candidates, std::size_t chosen) {
  const PlaceOfWork& graded = candidates[chosen].place;
  const fs::path root = submission_.directory;
  std::vector<std::string> others, equals;
  for (const PlaceOfWork& place : submission_.places)
    if (place.directory != graded.directory && !std::ranges::includes(graded.files, place.files) &&
        (place.rank < kByTextAlone - 1 || graded.rank >= place.rank))
      others.push_back(files_in(place, root));
  if (others.empty()) return;
  notes_.push_back(fmt::format("graded {}; {} also found{}", files_in(graded, root), join(others, "; "),
                               submission_.places.size() > kMostPlacesTried
                                   ? fmt::format(" (at most {} are tried)", kMostPlacesTried)
                                   : ""));
  for (const Candidate& other : candidates)
    if (&other != &candidates[chosen] && other.worth() == candidates[chosen].worth() &&
        other.place.rank == graded.rank && other.invocation.right > 0 &&
        !std::ranges::includes(graded.files, other.place.files) &&
        !same_text(submission_.top, graded.files, other.place.files))
      equals.push_back(files_in(other.place, root));
  undecided_ = !equals.empty();
  if (undecided_)
    notes_.push_back(
        fmt::format("for a person to decide: {} answers as well as {} on the traces that are not "
                    "graded, and neither's name says that it is the final one",
                    join(equals, "; "), files_in(graded, root)));
}

void ProgramWorkspace::give_account(const Candidate& candidate) {
  const BuildRecord& record = candidate.built.record;
  account_.push_back(fmt::format("tried: {}", files_in(candidate.place, submission_.directory)));
  for (const RunRecord& step : record.steps)
    account_.push_back(fmt::format("  build: {}: {}", printable(step.command), describe_termination(step)));
  if (record.succeeded)
    account_.push_back(
        fmt::format("  built with {}: {}", record.recipe, printable(join(record.programs, ", "))));
  for (const std::string& line : record.tried) account_.push_back("  tried: " + printable(line));
  for (const std::string& line : candidate.invocation.account)
    account_.push_back("  call: " + printable(line));
  account_.push_back(fmt::format("  {}", counted(candidate.invocation.probes, "probe")));
  if (!candidate.invocation.text.empty())
    account_.push_back("  called as: " + printable(candidate.invocation.text));
  for (const std::string& line : candidate.invocation.reading)
    account_.push_back("  read: " + printable(line));
}

void ProgramWorkspace::note_what_was_done() {
  BuildRecord& record = chosen_.built.record;
  for (const std::string& note : chosen_.built.notes) notes_.push_back(note);
  if (record.succeeded)
    notes_.push_back(fmt::format("built with {}: {}", record.recipe, join(record.programs, ", ")));
  if (const std::string why = record.succeeded ? chosen_.built.runs->unavailable() : ""; !why.empty())
    notes_.push_back("each run had a sandbox of its own, which takes longer: " + printable(why));
  if (const std::string note = note_on_c(gcc_version("/usr/bin/gcc")); !note.empty()) notes_.push_back(note);
  if (chosen_.invocation.invocation) {
    record.invocation = chosen_.invocation.text;
    notes_.push_back("called as: " + printable(record.invocation));
  } else if (record.succeeded) {
    record.tried = chosen_.invocation.tried;
  }
  for (const std::string& note : chosen_.invocation.notes) notes_.push_back(note);
  const std::vector<std::string>& left_out = chosen_.built.left_out;
  for (std::size_t i = 0; i < std::min<std::size_t>(left_out.size(), 10); ++i)
    notes_.push_back("left out: " + printable(left_out[i]));
  if (left_out.size() > 10)
    notes_.push_back(fmt::format("left out: {} more", counted(left_out.size() - 10, "file")));
}

Result<const Built*> ProgramWorkspace::flavour(const std::string& name) {
  if (name != "sanitize") return &chosen_.built;
  std::call_once(sanitized_.once, [&] {
    const BuildOrder order{chosen_.place.directory, settings_.sanitize, name, submission_.told.build};
    auto built = build(order, known_good_sanitized_);
    Status more;
    if (built && chosen_.further) more = build_further_programs(lab_, settings_, order, context_, *built);
    if (!built || !more)
      sanitized_.error = built ? more.error() : built.error();
    else
      sanitized_.built = std::move(*built);
  });
  if (sanitized_.error) return std::unexpected(*sanitized_.error);
  return &*sanitized_.built;
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
  evidence.build->invocation = chosen_.built.record.invocation;
  if (!chosen_.invocation.invocation || !(*built)->record.succeeded) return evidence;

  const Runner runner(lab_, context_, **built, build == "sanitize");
  for (const Json& run : task.collect.value("runs", Json::array()))
    if (auto added = add_run(run, runner, evidence); !added) return std::unexpected(added.error());
  if (task.collect.contains("search") && task.collect["search"].is_object())
    if (auto added = add_search(task.collect["search"], runner, evidence); !added)
      return std::unexpected(added.error());
  return evidence;
}

// The values of a run's setting; of a run that may take any, those of one that the program offers.
Json ProgramWorkspace::values_of(const Json& run) const {
  const Json values = run.value("with", Json::object());
  if (!chosen_.invocation.invocation || !run.value("any_setting", false)) return values;
  const auto& settings = chosen_.invocation.invocation->settings;
  if (chosen_.invocation.invocation->setting(values).call) return values;
  const auto offered =
      std::ranges::find_if(settings, [](const auto& setting) { return setting.call.has_value(); });
  return offered == settings.end() ? values : offered->values;
}

Status ProgramWorkspace::add_run(const Json& run, const Runner& runner, Evidence& evidence) const {
  const Json values = values_of(run);
  const std::string name = run.value("run", "");
  if (const auto& setting = chosen_.invocation.invocation->setting(values); !setting.call) {
    evidence.not_offered[name] = setting.cause;
    return {};
  }
  auto files = data_.with(run.value("data", ""), run.value("files", Json()), values);
  if (!files) return std::unexpected(files.error());
  const std::string folder = inputs_folder(evidence.lab, evidence.task) + "/" + name;
  const Question question{name, values, std::move(*files),
                          data_.places(lab_.name, run.value("data", ""), run.value("files", Json()), folder)};
  auto record = runner.ask(*chosen_.invocation.invocation, question);
  if (!record) return std::unexpected(record.error());
  if (*record) evidence.runs.push_back(std::move(**record));
  auto truth = truth_of(lab_, question);
  if (!truth) return std::unexpected(truth.error());
  if (truth->is_object()) evidence.oracle[name] = std::move(*truth);
  return {};
}

// Only in the settings that the program offers: that it lacks the others is told, and costs, where they are
// asked for by name.
Status ProgramWorkspace::add_search(const Json& wanted, const Runner& runner, Evidence& evidence) const {
  Json offered = wanted;
  offered["over"] = Json::array();
  for (const Json& values : wanted.at("over")) {
    const auto& setting = chosen_.invocation.invocation->setting(values);
    if (setting.call)
      offered["over"].push_back(values);
    else
      evidence.not_offered["search"] = setting.cause;
  }
  if (offered["over"].empty()) return {};
  if (!context_.shorten) offered["budget"] = 0;
  evidence.not_offered.erase("search");
  auto found = search(lab_, offered, runner, *chosen_.invocation.invocation, data_,
                      inputs_folder(lab_.name, evidence.task));
  if (!found) return std::unexpected(found.error());
  evidence.search = std::move(found->found);
  for (RunRecord& death : found->deaths) evidence.runs.push_back(std::move(death));
  return {};
}

Status ProgramWorkspace::write_inputs(const Task& task, const Evidence& evidence, const fs::path& directory,
                                      const fs::path&) const {
  for (const Json& run : task.collect.value("runs", Json::array())) {
    const RunRecord* const record = find_run(evidence, run.value("run", ""));
    if (record == nullptr) continue;
    auto files = data_.with(run.value("data", ""), run.value("files", Json()), values_of(run));
    if (!files) return std::unexpected(files.error());
    if (auto written = write_named(*files, record->inputs, directory); !written) return written;
  }
  const auto* const search = std::get_if<DifferentialSearch>(&evidence.search);
  return search == nullptr ? Status()
                           : write_search_inputs(task.collect["search"], *search, data_, directory);
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
  Collector collector{program_spec(), prepare, write_data};
  collector.recognises = reads_like_a_program_of;
  collector.tries_places = true;
  return collector;
}

}  // namespace memgrade::collect
