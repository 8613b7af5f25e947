// Evidence <-> JSON. Every field comes back as it went, whatever bytes a program printed or put into the name
// of a file.
#include <algorithm>
#include <array>
#include <exception>
#include <harness/model/bytes_json.hpp>
#include <harness/model/evidence.hpp>
#include <stdexcept>

namespace memgrade {
namespace {

constexpr std::string_view kEvidenceSchema = "memgrade/evidence/v1";

// Words of ErrorKind in the stored form.
constexpr std::array<std::string_view, 7> kErrorWords{"usage",   "case_file",      "nothing_found", "io",
                                                      "sandbox", "infrastructure", "interrupted"};

Json strings_to_json(const std::vector<std::string>& strings) {
  Json json = Json::array();
  for (const std::string& text : strings) json.push_back(bytes_to_json(text));
  return json;
}

std::vector<std::string> strings_from_json(const Json& json) {
  if (!json.is_array()) throw std::invalid_argument("a list is missing");
  std::vector<std::string> strings;
  for (const Json& text : json) strings.push_back(bytes_from_json(text));
  return strings;
}

Json run_to_json(const RunRecord& run) {
  Json files = Json::array();
  for (const auto& [name, stream] : run.files) {
    Json file = {{"name", bytes_to_json(name)}};
    file.update(stream_to_json(stream));
    files.push_back(std::move(file));
  }
  Json json = {{"name", bytes_to_json(run.name)},
               {"command", bytes_to_json(run.command)},
               {"ending", to_string(run.termination)},
               {"exit_status", run.exit_status},
               {"signal", run.signal},
               {"limit", bytes_to_json(run.limit)},
               {"out", stream_to_json(run.out)},
               {"err", stream_to_json(run.err)},
               {"files", std::move(files)},
               {"wall_s", run.wall_s},
               {"cpu_s", run.cpu_s},
               {"peak_bytes", run.peak_bytes}};
  if (run.observed) json["observed"] = to_json(*run.observed);
  if (!run.inputs.empty()) json["inputs"] = run.inputs;
  return json;
}

RunRecord run_from_json(const Json& json) {
  RunRecord run;
  run.name = bytes_from_json(json.at("name"));
  run.command = bytes_from_json(json.at("command"));
  const auto termination = termination_from(json.at("ending").get_ref<const std::string&>());
  if (!termination) throw std::invalid_argument("an ending that does not exist");
  run.termination = *termination;
  run.exit_status = json.at("exit_status").get<int>();
  run.signal = json.at("signal").get<int>();
  run.limit = bytes_from_json(json.at("limit"));
  run.out = stream_from_json(json.at("out"));
  run.err = stream_from_json(json.at("err"));
  for (const Json& file : json.at("files"))
    run.files.insert_or_assign(bytes_from_json(file.at("name")), stream_from_json(file));
  run.wall_s = json.at("wall_s").get<double>();
  run.cpu_s = json.at("cpu_s").get<double>();
  run.inputs = json.value("inputs", run.inputs);
  run.peak_bytes = json.at("peak_bytes").get<std::uint64_t>();
  if (const auto observed = json.find("observed"); observed != json.end() && !observed->is_null())
    run.observed = guest_observation_from_json(*observed);
  return run;
}

Json runs_to_json(const std::vector<RunRecord>& runs) {
  Json json = Json::array();
  for (const RunRecord& run : runs) json.push_back(run_to_json(run));
  return json;
}

std::vector<RunRecord> runs_from_json(const Json& json) {
  if (!json.is_array()) throw std::invalid_argument("a list of runs is missing");
  std::vector<RunRecord> runs;
  for (const Json& run : json) runs.push_back(run_from_json(run));
  return runs;
}

Json build_to_json(const BuildRecord& build) {
  Json diagnostics = Json::array();
  for (const Diagnostic& found : build.diagnostics)
    diagnostics.push_back({{"file", bytes_to_json(found.file)},
                           {"line", found.line},
                           {"column", found.column},
                           {"severity", bytes_to_json(found.severity)},
                           {"message", bytes_to_json(found.message)},
                           {"option", bytes_to_json(found.option)}});
  Json json = {{"succeeded", build.succeeded},
               {"way", bytes_to_json(build.recipe)},
               {"form", bytes_to_json(build.invocation)},
               {"steps", runs_to_json(build.steps)},
               {"diagnostics", std::move(diagnostics)},
               {"programs", strings_to_json(build.programs)},
               {"tried", strings_to_json(build.tried)}};
  if (build.starter) json["starter"] = true;
  return json;
}

BuildRecord build_from_json(const Json& json) {
  BuildRecord build;
  build.succeeded = json.at("succeeded").get<bool>();
  build.recipe = bytes_from_json(json.at("way"));
  build.invocation = bytes_from_json(json.at("form"));
  build.steps = runs_from_json(json.at("steps"));
  for (const Json& found : json.at("diagnostics"))
    build.diagnostics.push_back({bytes_from_json(found.at("file")), found.at("line").get<int>(),
                                 found.at("column").get<int>(), bytes_from_json(found.at("severity")),
                                 bytes_from_json(found.at("message")), bytes_from_json(found.at("option"))});
  build.programs = strings_from_json(json.at("programs"));
  build.tried = strings_from_json(json.at("tried"));
  build.starter = json.value("starter", false);
  return build;
}

// A list, because a name need not be UTF-8, and a key of JSON must be.
Json sources_to_json(const std::map<std::string, std::string>& sources) {
  Json json = Json::array();
  for (const auto& [name, text] : sources)
    json.push_back({{"name", bytes_to_json(name)}, {"source", bytes_to_json(text)}});
  return json;
}

std::map<std::string, std::string> sources_from_json(const Json& json) {
  std::map<std::string, std::string> sources;
  for (const Json& source : json)
    sources.insert_or_assign(bytes_from_json(source.at("name")), bytes_from_json(source.at("source")));
  return sources;
}

Json error_to_json(const Error& error) {
  return {{"kind", kErrorWords.at(static_cast<std::size_t>(error.kind))},
          {"message", bytes_to_json(error.message)},
          {"where", bytes_to_json(error.where)}};
}

Error error_from_json(const Json& json) {
  const std::string kind = json.at("kind").get<std::string>();
  const auto* const word = std::ranges::find(kErrorWords, kind);
  if (word == kErrorWords.end()) throw std::invalid_argument("a kind of error that does not exist");
  return {static_cast<ErrorKind>(word - kErrorWords.begin()), bytes_from_json(json.at("message")),
          bytes_from_json(json.at("where"))};
}

Evidence read_evidence(const Json& json) {
  if (json.at("schema") != kEvidenceSchema) throw std::invalid_argument("another schema");
  Evidence evidence;
  evidence.lab = bytes_from_json(json.at("lab"));
  evidence.task = bytes_from_json(json.at("task"));
  evidence.collect_digest = bytes_from_json(json.at("collect_digest"));
  evidence.variant = bytes_from_json(json.value("shape", Json("")));  // absent in older evidence
  if (const Json& build = json.at("build"); !build.is_null()) evidence.build = build_from_json(build);
  evidence.runs = runs_from_json(json.at("runs"));
  evidence.oracle = json.at("oracle");
  evidence.search = search_from_json(json.at("search"));
  if (json.contains("sources")) evidence.sources = sources_from_json(json.at("sources"));
  const Json not_offered = json.value("not_offered", Json::object());
  for (const auto& [run, cause] : not_offered.items()) evidence.not_offered[run] = bytes_from_json(cause);
  evidence.notes = strings_from_json(json.at("notes"));
  if (const Json& error = json.at("unobserved"); !error.is_null())
    evidence.unobserved = error_from_json(error);
  return evidence;
}

}  // namespace

const RunRecord* find_run(const Evidence& evidence, std::string_view name) {
  const auto found = std::ranges::find(evidence.runs, name, &RunRecord::name);
  return found == evidence.runs.end() ? nullptr : &*found;
}

Json to_json(const Evidence& evidence) {
  Json json = {{"schema", kEvidenceSchema},
               {"lab", bytes_to_json(evidence.lab)},
               {"task", bytes_to_json(evidence.task)},
               {"collect_digest", bytes_to_json(evidence.collect_digest)},
               {"shape", bytes_to_json(evidence.variant)},
               {"build", evidence.build ? build_to_json(*evidence.build) : Json(nullptr)},
               {"runs", runs_to_json(evidence.runs)},
               {"oracle", evidence.oracle},
               {"search", to_json(evidence.search)},
               {"notes", strings_to_json(evidence.notes)},
               {"unobserved", evidence.unobserved ? error_to_json(*evidence.unobserved) : Json(nullptr)}};
  if (!evidence.sources.empty()) json["sources"] = sources_to_json(evidence.sources);
  for (const auto& [run, cause] : evidence.not_offered) json["not_offered"][run] = bytes_to_json(cause);
  return json;
}

Result<Evidence> evidence_from_json(const Json& json) {
  try {
    return read_evidence(json);
  } catch (const std::exception& error) {
    return fail(ErrorKind::io, std::string("this is no stored evidence of this version: ") + error.what());
  }
}

}  // namespace memgrade
