// Boots a student's images under the case's limits: the collector's one door to the room of virtual machines.
#pragma once

#include <filesystem>
#include <harness/base/result.hpp>
#include <harness/collect/collect.hpp>
#include <harness/collect/kernel_build.hpp>
#include <harness/vm/emulator.hpp>
#include <harness/vm/guest_run.hpp>
#include <harness/vm/probe.hpp>
#include <optional>
#include <string>
#include <vector>

namespace memgrade::collect {

class KernelMachine {
 public:
  KernelMachine(const Lab& lab, const Surroundings& surroundings, const BuiltKernel& built,
                vm::Emulator emulator)
      : lab_(lab), surroundings_(surroundings), built_(built), emulator_(std::move(emulator)) {}

  [[nodiscard]] bool has(const std::string& image) const { return built_.images.contains(image); }
  [[nodiscard]] std::filesystem::path path(const std::string& image) const { return built_.images.at(image); }
  [[nodiscard]] Result<vm::GuestRun> boot(const std::string& image,
                                          std::vector<vm::LoaderFile> files = {}) const;
  [[nodiscard]] Result<vm::ProbeRun> probe(const std::string& image, const vm::ProbePlan& plan) const;
  [[nodiscard]] std::string driver() const { return lab_.settings.value("driver", "driver"); }
  [[nodiscard]] const std::filesystem::path& scratch() const { return surroundings_.scratch; }

 private:
  [[nodiscard]] vm::RiscvMachine machine(const std::string& image, std::vector<vm::LoaderFile> files) const;
  [[nodiscard]] vm::GuestLimits limits() const;

  const Lab& lab_;
  const Surroundings& surroundings_;
  const BuiltKernel& built_;
  vm::Emulator emulator_;
};

// A boot as evidence remembers it: the console is its standard output. A line "panic: …" makes the ending a
// panic, whatever the machine did afterwards.
[[nodiscard]] RunRecord to_record(std::string name, std::string command, const vm::GuestRun& run);

}  // namespace memgrade::collect
