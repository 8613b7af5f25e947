// The workspace of the collector `riscv_kernel`.
#include <fmt/format.h>

#include <harness/base/files.hpp>
#include <harness/collect/kernel_build.hpp>
#include <harness/collect/kernel_calls.hpp>
#include <harness/collect/kernel_look.hpp>
#include <harness/collect/kernel_machine.hpp>
#include <harness/collect/riscv_kernel.hpp>

namespace memgrade::collect {
namespace {

class KernelWorkspace : public Workspace {
 public:
  KernelWorkspace(const Lab& lab, const Surroundings& surroundings, BuiltKernel built, vm::Emulator emulator)
      : lab_(lab), built_(std::move(built)), machine_(lab, surroundings, built_, std::move(emulator)) {}

  Result<Evidence> collect(const Task& task) override;
  std::vector<std::string> notes() const override { return built_.notes; }
  Status write_inputs(const Task&, const fs::path&) const override { return {}; }

 private:
  const Lab& lab_;
  BuiltKernel built_;
  KernelMachine machine_;
};

std::string command_of(const std::string& image) {
  return image == "kernel" ? "make run" : "make " + image;
}

Result<Evidence> KernelWorkspace::collect(const Task& task) {
  Evidence evidence;
  evidence.lab = lab_.name;
  evidence.task = task.name;
  evidence.collect_digest = collect_digest(lab_, task);
  evidence.build = built_.record;
  for (const Json& wanted : task.collect.value("boots", Json::array())) {
    const std::string image = wanted.value("image", "");
    if (!machine_.has(image)) continue;
    const auto run = machine_.boot(image);
    if (!run) return std::unexpected(run.error());
    evidence.runs.push_back(to_record(wanted.value("boot", ""), command_of(image), *run));
  }
  if (!machine_.has(machine_.driver())) return evidence;
  Json families = Json::object();
  for (const Json& calls : task.collect.value("calls", Json::array())) {
    auto tried = try_calls(machine_, calls);
    if (!tried) return std::unexpected(tried.error());
    families[calls.value("family", "")] = std::move(*tried);
  }
  auto looks = take_looks(machine_, task.collect.value("looks", Json::array()));
  if (!looks) return std::unexpected(looks.error());
  if (!families.empty() || !looks->empty()) evidence.search = {{"families", families}, {"looks", *looks}};
  return evidence;
}

Result<std::unique_ptr<Workspace>> prepare(const Lab& lab, const Work& work,
                                           const Surroundings& surroundings) {
  auto emulator = vm::Emulator::find();
  if (!emulator) return std::unexpected(emulator.error());
  surroundings.progress("building");
  auto built = build_kernel(lab, work, surroundings);
  if (!built) return std::unexpected(built.error());
  return std::make_unique<KernelWorkspace>(lab, surroundings, std::move(*built), std::move(*emulator));
}

Status write_data(const Lab&, const std::string&, const fs::path&) {
  return {};
}

}  // namespace

Collector riscv_kernel_collector() {
  return {riscv_kernel_spec(), prepare, write_data};
}

}  // namespace memgrade::collect
