// What is said to QEMU about a Linux guest: where its records go, its state into a file, its state from a
// file.
//
// Files are handed over as open descriptors, so the emulator in its sandbox sees nothing but them.
#pragma once

#include <harness/base/descriptor.hpp>
#include <harness/base/result.hpp>
#include <harness/vm/qemu/process.hpp>

namespace memgrade::vm {

// A file without a name, in memory: what the guest's agent writes.
class RecordFile {
 public:
  [[nodiscard]] static Result<RecordFile> make();
  [[nodiscard]] Result<Descriptor> writer() const;
  [[nodiscard]] std::uint64_t bytes() const;
  // All that is in it, up to `max_bytes`.
  [[nodiscard]] Result<std::string> read(std::uint64_t max_bytes) const;

 private:
  explicit RecordFile(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

// Looks for a guest whose kernel keeps the processor to itself: nothing comes from its agent any more, though
// it says every second of its own time that it is there, and the emulator is busy. Such a guest gets an NMI,
// at which its kernel says where it is, and stops.
class HangWatch {
 public:
  HangWatch(Machine& machine, const RecordFile& records) : machine_(machine), records_(records) {}
  // To be called a few times a second. False when the NMI did not help either.
  [[nodiscard]] bool look();
  [[nodiscard]] bool hung() const { return hung_; }

 private:
  Machine& machine_;
  const RecordFile& records_;
  std::uint64_t seen_bytes_ = 0;
  double seen_at_cpu_s_ = 0;
  bool hung_ = false;
};

// Starts machines that QEMU must not refuse: if it does, that is an Error. Both must outlive it.
[[nodiscard]] StartMachine starts_guests(const Emulator& emulator, const exec::Sandbox& sandbox);
// Lets a machine run that is to boot.
[[nodiscard]] Status begin(Machine& machine, const RecordFile& records);
// Of a running machine, into an empty file that is open for writing. It stands still afterwards.
[[nodiscard]] Status save_state(Machine& machine, int file);
// Into a machine that waits for it, from an open file, whose offset is not used; and lets it run. When the
// state does not fit, QEMU ends: Machine::has_run tells.
[[nodiscard]] Status restore(Machine& machine, const RecordFile& records, int state);

}  // namespace memgrade::vm
