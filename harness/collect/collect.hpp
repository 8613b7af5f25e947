// Collectors: from a student's files to Evidence, one collector per kind of lab.
//
// A collector prepares a submission once (copies it, builds it, finds out how to call it) and then collects
// for one task after another, from several threads. It knows what to observe from the case's `collect`
// settings, and nothing of points or checks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <harness/base/result.hpp>
#include <harness/exec/sandbox.hpp>
#include <harness/model/evidence.hpp>
#include <harness/model/lab.hpp>
#include <harness/model/schema.hpp>
#include <harness/model/submission.hpp>
#include <harness/vm/linux/terminal.hpp>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace memgrade::collect {

// More of one source file of a student is not read.
inline constexpr std::uint64_t kMostSourceBytes = 1U << 20;
// Where a submission's copy stands in the sandbox.
inline constexpr const char* kTreeInside = "/submission";

// What a collector may use; outlives every workspace made with it.
struct Context {
  exec::Sandbox sandbox;
  std::filesystem::path root;                    // memgrade's own folder: the reference solutions stand in it
  std::filesystem::path scratch;                 // a private, existing directory; gone after the run
  std::optional<std::filesystem::path> dataset;  // --dataset: takes the place of the replaceable data
  std::function<void(const std::string&)> progress = [](const std::string&) {};
  std::stop_token stop;
  std::optional<std::string> kernel = {};  // --kernel: a series or a directory, instead of the lab's choice
  bool shorten = true;                     // --no-shorten: failing inputs are left as long as they are
};

// One lab's part of a submission, made ready.
class Workspace {
 public:
  virtual ~Workspace() = default;
  // Thread-safe. What the student's code does is in the Evidence; an Error is ours.
  [[nodiscard]] virtual Result<Evidence> collect(const Task& task) = 0;
  // What a reader of the lab's report must know: the way of the build, the command line, what was left out.
  [[nodiscard]] virtual std::vector<std::string> notes() const = 0;
  // Whether several pieces of work are as good as the one that is graded, so that a person must say which is
  // meant; a note tells which.
  [[nodiscard]] virtual bool undecided() const { return false; }
  // Where the work that is graded stands, when that was found out only here.
  [[nodiscard]] virtual std::optional<std::filesystem::path> directory() const { return std::nullopt; }
  // How it was built and which calls were tried with what result, a line each, for a person who asks.
  [[nodiscard]] virtual std::vector<std::string> account() const { return {}; }
  // Where it runs, for the report's `kernel` and `accelerator`; null where that is no question.
  [[nodiscard]] virtual Json machine() const { return nullptr; }
  // A shell in a machine like the one that the submission runs in, for a person. Returns how it ended: ""
  // when the person left it.
  [[nodiscard]] virtual Result<std::string> open_shell(const vm::Terminal&) {
    return fail(ErrorKind::usage, "this lab has no machine with a shell");
  }
  // Writes what is needed to repeat the task's runs by hand: the files that the commands in `evidence` name,
  // below `run`, and others below `directory`, where the task's evidence stands.
  [[nodiscard]] virtual Status write_inputs(const Task& task, const Evidence& evidence,
                                            const std::filesystem::path& run,
                                            const std::filesystem::path& directory) const = 0;
};

struct Collector {
  CollectorSpec spec;
  Result<std::unique_ptr<Workspace>> (*prepare)(const Lab& lab, const LabSubmission& submission,
                                                const Context& context);
  // Writes the named data set of the lab for a student to work with, expected output included where there is
  // one.
  Status (*write_data)(const Lab& lab, const std::string& data, const std::filesystem::path& directory);
  // Which of the spec's shapes a submission has, when its tasks depend on that. Looks at names of files
  // alone.
  std::string (*variant)(const Lab& lab, const std::filesystem::path& directory) = nullptr;
  // Whether a file of a submission reads like the lab's, whatever its name is. Asked when no file has one of
  // the lab's names.
  bool (*recognises)(const Lab& lab, const std::filesystem::path& root,
                     const std::filesystem::path& file) = nullptr;
  // What a folder with the lab's files holds, when it is the work of another lab or edition, which is not
  // graded
  // ("lab 6 of the same course"); else "". Looks at files alone.
  std::string (*misfit)(const Lab& lab, const std::filesystem::path& directory) = nullptr;
  // Whether it builds and tries each of LabSubmission::places and takes the best.
  bool tries_places = false;
};

[[nodiscard]] const std::vector<Collector>& collectors();
[[nodiscard]] const Collector* find_collector(std::string_view name);
// One more, for tests that start no process. Before anything reads the table; it is not guarded.
void add_collector(Collector collector);

// What submissions of the lab are.
[[nodiscard]] Subject subject_of(const Lab& lab);

// The digest of the settings that evidence is collected under: the lab's and the task's own.
[[nodiscard]] std::string collect_digest(const Lab& lab, const Task& task);

}  // namespace memgrade::collect
