// A Linux guest that was booted once, stopped and saved, and is restored into a fresh machine for each job.
//
// The guest's init is our agent (harness/guest/): it does a job's steps and answers with records. The records
// are numbered and carry a check value by a key that only this job has; they leave the guest as they are
// made, so what was seen before a panic is there. What the guest did is a JobRun, however badly it went; an
// Error is about QEMU, the cache or this host.
//
// The saved state stands below CACHE/guests/KEY/, where the key is made of all that it depends on: kernel,
// agent, base image, QEMU, machine. Several graders share it.
#pragma once

#include <cstdint>
#include <harness/base/result.hpp>
#include <harness/base/termination.hpp>
#include <harness/exec/sandbox.hpp>
#include <harness/vm/cache.hpp>
#include <harness/vm/kernels/kernel_store.hpp>
#include <harness/vm/linux/terminal.hpp>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace memgrade::vm {

// Lands in the guest as /job/<name>; a plain name.
struct GuestFile {
  std::string name;
  std::string bytes;
  bool executable = false;
};

// docs/guest.md has the language of the steps: one a line, words separated by one space and percent-encoded
// (`guest_word`).
struct GuestJob {
  std::string steps;
  std::vector<GuestFile> files = {};
  std::uint64_t seed = 0;  // of the guest's random numbers: the same job with the same seed goes the same way
};

// A word of a step: what is not a plain character becomes %XX; the empty word becomes "%".
[[nodiscard]] std::string guest_word(std::string_view text);

struct JobLimits {
  double wall_s = 60;                        // of this host; under TCG a guest that waits takes none
  double cpu_s = 60;                         // of the emulator, restoring included
  std::uint64_t evidence_bytes = 64U << 20;  // of records; what comes then is cut
  std::uint64_t console_bytes = 1U << 20;    // kept; more is read and counted, then thrown away
  std::uint64_t output_bytes = 16U << 20;    // of the console; more ends the run
};

// What the kinds mean and what their bytes hold: docs/guest.md.
struct GuestRecord {
  std::string kind, name, bytes;
  double time_s = 0;  // the guest's CLOCK_MONOTONIC
  bool cut = false;   // there was more
};

enum class JobTermination {
  done,             // all steps were tried, and the evidence is whole
  panic,            // the kernel stopped itself; `reason` is its sentence
  reset,            // the machine was reset without a word: a triple fault, or somebody asked for it
  poweroff,         // somebody switched it off in the middle of the job
  broken_evidence,  // records are missing or were tampered with; those before are kept
  wall_timeout,
  cpu_timeout,
  output_limit,  // the console, or the evidence beyond its room
  aborted,       // twice the emulator itself crashed, which a job that does nothing does not make it do
};
[[nodiscard]] std::string_view to_string(JobTermination termination);

// When the ending is not `done`, the records are those that came whole before it.
struct JobRun {
  JobTermination termination = JobTermination::done;
  std::string reason;  // for a person; empty when done
  bool hung = false;   // the kernel kept the processor to itself, until we made it panic by an NMI
  std::vector<GuestRecord> records;
  Stream console;        // what the kernel printed on its console: warnings and worse
  std::string emulator;  // QEMU's own warnings
  double wall_s = 0;     // from the first step
  double cpu_s = 0;      // of the emulator, restoring included
  std::uint64_t peak_bytes = 0;
};

class LinuxGuest {
 public:
  using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;  // [first, last]

  // Takes the saved guest from the cache, or boots and saves one (some seconds; of several graders one does
  // it, the others wait). `sandbox` must outlive the guest.
  [[nodiscard]] static Result<LinuxGuest> prepare(const LinuxKernel& kernel, const exec::Sandbox& sandbox,
                                                  const std::filesystem::path& cache,
                                                  const Progress& progress = {}, std::stop_token stop = {});

  // Thread-safe; a fresh machine each time. An Error of kind case_file: the job is not written in the
  // language of steps.
  [[nodiscard]] Result<JobRun> run(const GuestJob& job, const JobLimits& limits,
                                   std::stop_token stop = {}) const;

  // A shell for a person (shell.hpp). Returns how it ended: "" when the person left.
  [[nodiscard]] Result<std::string> shell(const std::vector<GuestFile>& files, const Terminal& terminal,
                                          std::stop_token stop = {}) const;

  // As in the guest's /proc/kallsyms, which the snapshot froze. Of a name that stands there twice, the first.
  [[nodiscard]] std::optional<std::uint64_t> symbol(std::string_view name) const;
  // Physical addresses that are "System RAM" in /proc/iomem.
  [[nodiscard]] const Ranges& ram() const;
  [[nodiscard]] const std::string& accelerator() const;  // "tcg" or "kvm"
  [[nodiscard]] const std::string& release() const;      // what uname -r says
  [[nodiscard]] const std::string& key() const;          // its name in the cache
  // For the report: "QEMU 7.2.22, tcg, 256 MiB"; and what a person should know, such as why KVM is not used
  // or that the cache could not be written.
  [[nodiscard]] const std::string& description() const;
  [[nodiscard]] const std::vector<std::string>& notes() const;

 private:
  struct Base;
  explicit LinuxGuest(std::shared_ptr<const Base> base) : base_(std::move(base)) {}
  std::shared_ptr<const Base> base_;
};

}  // namespace memgrade::vm
