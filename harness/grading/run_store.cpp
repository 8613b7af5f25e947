#include <fmt/format.h>

#include <harness/base/files.hpp>
#include <harness/base/gzip.hpp>
#include <harness/base/hash.hpp>
#include <harness/base/text.hpp>
#include <harness/grading/run_store.hpp>
#include <harness/grading/several.hpp>

namespace memgrade::grading {
namespace {

constexpr std::size_t kMostDirectoryName = 200;  // of 255 bytes

Json student_json(const Student& student) {
  Json members = Json::array();
  for (const Member& member : student.members)
    members.push_back({{"id", member.id}, {"name", member.name}, {"share", member.share}});
  return {{"id", student.id}, {"name", student.name}, {"members", members}, {"late", student.late}};
}

Student student_from(const Json& json) {
  Student student{json.at("id"), json.at("name"), {}, json.value("late", false)};
  for (const Json& member : json.at("members"))
    student.members.push_back({member.at("id"), member.at("name"), member.at("share")});
  return student;
}

// As text, or where it is long as zless reads it.
Status write_stream(const fs::path& place, const std::string& name, const Stream& stream) {
  if (stream.bytes.size() > kMostPlainBytes) return write_file(place / (name + ".gz"), gzip(stream.bytes));
  return write_file(place / name, stream.bytes);
}

// A run's streams as plain text, for people who browse the evidence.
Status write_streams(const fs::path& directory, const RunRecord& run) {
  const fs::path place = directory / run.name;
  if (auto made = make_directories(place); !made) return made;
  if (auto written = write_stream(place, "stdout.txt", run.out); !written) return written;
  if (run.err.bytes.empty()) return {};
  return write_stream(place, "stderr.txt", run.err);
}

}  // namespace

std::string evidence_path(const std::string& lab, const std::string& task) {
  return fmt::format("evidence/{}/{}/", lab, task);
}

Status store_evidence(const fs::path& run, const Evidence& evidence) {
  const fs::path directory = run / evidence_path(evidence.lab, evidence.task);
  if (auto made = make_directories(directory); !made) return made;
  for (const RunRecord& record : evidence.runs)
    if (auto written = write_streams(directory, record); !written) return written;
  return write_file(directory / "evidence.json", dump_json(to_json(evidence), -1) + "\n");
}

Result<Evidence> load_evidence(const fs::path& run, const std::string& lab, const std::string& task) {
  const fs::path path = run / evidence_path(lab, task) / "evidence.json";
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    return fail(ErrorKind::nothing_found,
                "no evidence was collected for this task; grade the submission again", show_path(path));
  const auto bytes = read_file(path, 1ULL << 30);
  if (!bytes) return std::unexpected(bytes.error());
  const auto json = parse_json(*bytes, show_path(path));
  if (!json) return std::unexpected(json.error());
  return evidence_from_json(*json);
}

Status store_run(const fs::path& run, const RunRecordFile& record) {
  Json labs = Json::array();
  for (const PlannedLab& lab : record.labs)
    labs.push_back({{"lab", lab.lab},
                    {"source", lab.source},
                    {"notes", lab.notes},
                    {"account", lab.account},
                    {"selected", lab.selected},
                    {"shape", lab.variant},
                    {"undecided", lab.undecided},
                    {"machine", lab.machine}});
  const Json json = {{"schema", kRunSchema},    {"student", student_json(record.student)},
                     {"origin", record.origin}, {"labs", labs},
                     {"notes", record.notes},   {"environment", record.environment},
                     {"timing", record.timing}};
  if (auto made = make_directories(run / "evidence"); !made) return made;
  return write_file(run / "evidence" / "run.json", dump_json(json) + "\n");
}

Result<RunRecordFile> load_run(const fs::path& run) {
  const fs::path path = run / "evidence" / "run.json";
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    return fail(ErrorKind::usage, "not the directory of a finished run: evidence/run.json is missing",
                show_path(run));
  const auto bytes = read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  const auto json = parse_json(*bytes, show_path(path));
  if (!json) return std::unexpected(json.error());
  try {
    if (json->at("schema") != kRunSchema)
      return fail(ErrorKind::usage, "written by another version of memgrade; grade the submission again",
                  show_path(path));
    RunRecordFile record;
    record.student = student_from(json->at("student"));
    record.origin = json->at("origin").get<std::string>();
    for (const Json& lab : json->at("labs"))
      record.labs.push_back({lab.at("lab"), lab.at("source"), lab.at("notes"), lab.at("selected"),
                             lab.value("shape", ""), lab.value("machine", Json()),
                             lab.value("account", std::vector<std::string>()),
                             lab.value("undecided", false)});
    record.notes = json->at("notes");
    record.environment = json->at("environment");
    record.timing = json->at("timing");
    return record;
  } catch (const Json::exception& error) {
    return fail(ErrorKind::usage, fmt::format("not what a run writes ({})", error.what()), show_path(path));
  }
}

fs::path run_directory(const fs::path& parent, const fs::path& student) {
  std::string name = distinct_name(student.filename());
  for (char& c : name)
    if (c == '\n' || c == '\t' || c == '\\') c = '_';
  // There must be room for what is written beside it under a name that begins so.
  if (name.size() > kMostDirectoryName)
    name = shorten(name, kMostDirectoryName - 12) + "-" + digest(student.filename().string()).substr(0, 8);
  name = name.empty() || name.starts_with('.') ? "student" + name : name;
  const fs::path first = parent / name;
  std::error_code ignored;
  if (!fs::exists(first, ignored)) return first;
  const auto there = load_run(first);
  if (there && there->origin == student) return first;
  return parent / fmt::format("{}-{}", name, digest(student.string()).substr(0, 8));
}

}  // namespace memgrade::grading
