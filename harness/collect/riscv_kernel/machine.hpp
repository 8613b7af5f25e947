// Boots a student's images under the case's limits: the collector's one door to the module of virtual
// machines.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/riscv_kernel/overlay_build.hpp>
#include <harness/vm/qemu/emulator.hpp>
#include <harness/vm/qemu/run_result.hpp>
#include <harness/vm/riscv/probe.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::collect {

// Thread-safe.
class KernelMachine {
 public:
  KernelMachine(const Lab& lab, const Context& context, const BuiltKernel& built, vm::Emulator emulator)
      : lab_(lab), context_(context), built_(built), emulator_(std::move(emulator)) {
    for (const auto& [image, path] : built.images) runs_.try_emplace(image);
  }

  [[nodiscard]] const BuiltKernel& built() const { return built_; }
  [[nodiscard]] bool has(const std::string& image) const { return built_.images.contains(image); }
  [[nodiscard]] std::filesystem::path path(const std::string& image) const { return built_.images.at(image); }
  [[nodiscard]] Result<vm::GuestRun> boot(const std::string& image,
                                          std::vector<vm::LoaderFile> files = {}) const;
  // The boot of an image without further files. It counts instructions, so one is as good as another: it is
  // done once, whoever asks.
  [[nodiscard]] Result<vm::GuestRun> plain_boot(const std::string& image) const;
  // Whether it need not be booted: a kernel that prints nothing does so whatever user programs it holds.
  [[nodiscard]] bool prints_nothing(const std::string& image) const;
  [[nodiscard]] Result<vm::ProbeRun> probe(const std::string& image, const vm::ProbePlan& plan) const;
  [[nodiscard]] std::string driver() const { return lab_.settings.value("driver", "driver"); }
  // Also as it is built of a part of the submission.
  [[nodiscard]] bool is_driver(const std::string& image) const {
    return image == driver() || image.starts_with(driver() + "@");
  }
  [[nodiscard]] const std::filesystem::path& scratch() const { return context_.scratch; }

 private:
  template <typename Attempt, typename Ending>
  auto with_control(const Attempt& attempt, const Ending& ending, const vm::RiscvMachine& machine) const
      -> decltype(attempt());
  [[nodiscard]] vm::RiscvMachine machine(const std::string& image, std::vector<vm::LoaderFile> files) const;
  [[nodiscard]] vm::GuestLimits limits() const;
  [[nodiscard]] vm::LineWatch watch(const std::string& image) const;

  const Lab& lab_;
  const Context& context_;
  const BuiltKernel& built_;
  vm::Emulator emulator_;
  struct Once {
    std::once_flag done;
    std::optional<Result<vm::GuestRun>> run;
  };
  mutable std::map<std::string, Once> runs_;  // by image; all are there from the beginning
};

// A boot as evidence remembers it: the console is its standard output. A line "panic: …" makes the ending a
// panic, whatever the machine did afterwards; the same fault without end is a hang.
[[nodiscard]] RunRecord to_record(std::string name, std::string command, const vm::GuestRun& run);

}  // namespace memgrade::collect
