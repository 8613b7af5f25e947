// What was observed, and nothing of what it means. Collected once, stored, judged as often as one likes.
#pragma once

#include <cstdint>
#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <harness/base/termination.hpp>
#include <harness/model/guest_observation.hpp>
#include <harness/model/search.hpp>
#include <harness/model/subject.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memgrade {

struct RunRecord {
  std::string name;     // of the run in the case: "book"
  std::string command;  // for a person, to paste into a shell in the submission's directory
  // The data files that the command names: file name -> path in the run's directory
  // ("inputs/vmsim/own/a.txt").
  std::map<std::string, std::string> inputs = {};
  Termination termination = Termination::exited;
  int exit_status = 0;  // when exited
  int signal = 0;       // when signaled
  std::string limit;    // the limit that was met, for a person: "10 s of CPU time"
  Stream out, err;
  std::map<std::string, Stream> files;       // files that the run made or that were taken from its machine
  std::optional<GuestObservation> observed;  // of a job in a Linux guest
  double wall_s = 0, cpu_s = 0;              // kept out of verdicts
  std::uint64_t peak_bytes = 0;              // likewise
};

// A compiler's finding.
struct Diagnostic {
  std::string file;  // relative to the submission
  int line = 0, column = 0;
  std::string severity;  // error, warning, note
  std::string message;
  std::string option;  // "-Wformat", or ""
};

struct BuildRecord {
  bool succeeded = false;
  std::string recipe;  // the way that was taken: "make", "compile"
  std::vector<RunRecord> steps;
  std::vector<Diagnostic> diagnostics;
  std::vector<std::string> programs;  // executables that came out, relative
  std::vector<std::string> tried;     // for a person: the ways and command lines that gave nothing
  std::string invocation;             // the command line that was found to answer, "" when none did
  bool starter = false;               // these are the lab's files as they were handed out
};

// Evidence of one task.
struct Evidence {
  std::string lab, task;
  Subject subject = Subject::program;  // not stored: the lab's collector says it (CollectorSpec)
  std::string collect_digest;          // of the settings that it was collected under
  std::string variant;  // which of the lab's kinds of submission it is; "" where there is only one
  std::optional<BuildRecord> build;
  std::vector<RunRecord> runs;
  // Runs that were not made, because the submission does not offer their setting: name -> why.
  std::map<std::string, std::string> not_offered;
  Json oracle = Json::object();  // run name -> what is true
  Search search;
  std::map<std::string, std::string> sources;  // the student's files that matter here, by relative name
  std::vector<std::string>
      notes;  // what a reader must know: the command line found, edits, what was left out
  std::optional<Error> unobserved;  // we could not observe; then nothing else counts
};

[[nodiscard]] const RunRecord* find_run(const Evidence& evidence, std::string_view name);

// Evidence <-> JSON, streams included (bytes that are not UTF-8 are kept, as base64).
[[nodiscard]] Json to_json(const Evidence& evidence);
[[nodiscard]] Result<Evidence> evidence_from_json(const Json& json);

}  // namespace memgrade
