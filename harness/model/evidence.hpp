// What was observed, and nothing of what it means. Collected once, stored, judged as often as one likes.
#pragma once

#include <cstdint>
#include <harness/base/json.hpp>
#include <harness/base/result.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace memgrade {

struct Stream {
  std::string bytes;
  bool cut = false;  // more came than was kept
  std::uint64_t total_bytes = 0;
};

// How a run of a student's program came to its end.
enum class Ending {
  exited,        // by itself; `exit_status` says how
  signaled,      // killed by `signal`, not by us
  wall_timeout,  // still running at the deadline
  cpu_timeout,   // used up its CPU seconds
  quiet_timeout, // printed nothing for too long
  memory_limit,  // took more memory than allowed
  output_limit,  // printed more than allowed
  disk_limit,    // wrote more than allowed
  process_limit, // made more processes than allowed
  not_started,   // the program could not be executed (not an executable, wrong architecture)
};
[[nodiscard]] std::string_view to_string(Ending ending);
[[nodiscard]] std::optional<Ending> ending_from(std::string_view word);
// A deadline was met (wall, CPU, quiet).
[[nodiscard]] bool is_timeout(Ending ending);

struct RunRecord {
  std::string name;       // of the run in the case: "book"
  std::string command;    // for a person, to paste into a shell in the submission's directory
  Ending ending = Ending::exited;
  int exit_status = 0;    // when exited
  int signal = 0;         // when signaled
  std::string limit;      // the limit that was met, for a person: "10 s of CPU time"
  Stream out, err;
  std::map<std::string, Stream> files;  // text files that the run made in its directory
  double wall_s = 0, cpu_s = 0;         // kept out of verdicts
  std::uint64_t peak_bytes = 0;         // likewise
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
  std::string way;      // the way that was taken: "make", "compile"
  std::vector<RunRecord> steps;
  std::vector<Diagnostic> diagnostics;
  std::vector<std::string> programs;  // executables that came out, relative
  std::vector<std::string> tried;     // for a person, when nothing came out
};

// Evidence of one task.
struct Evidence {
  std::string lab, task;
  std::string collect_digest;  // of the settings that it was collected under
  std::optional<BuildRecord> build;
  std::vector<RunRecord> runs;
  Json oracle = Json::object();       // run name -> what is true
  Json search = nullptr;              // of a differential search, see docs/evidence.md
  std::vector<std::string> notes;     // what a reader must know: the command line found, edits, what was left out
  std::optional<Error> unobserved;    // we could not observe; then nothing else counts
};

[[nodiscard]] const RunRecord* find_run(const Evidence& evidence, std::string_view name);

// Evidence <-> JSON, streams included (bytes that are not UTF-8 are kept, as base64).
[[nodiscard]] Json to_json(const Evidence& evidence);
[[nodiscard]] Result<Evidence> evidence_from_json(const Json& json);

}  // namespace memgrade
