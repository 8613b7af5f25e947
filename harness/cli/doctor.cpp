// grade doctor: what this machine has, what is missing, and how to get it.
#include <fmt/format.h>
#include <unistd.h>

#include <harness/base/files.hpp>
#include <harness/base/text.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>
#include <harness/exec/batches.hpp>
#include <harness/exec/process.hpp>
#include <harness/exec/sandbox.hpp>
#include <harness/vm/kernels/kernel_store.hpp>
#include <harness/vm/kernels/tree_contents.hpp>
#include <harness/vm/linux/guest.hpp>
#include <harness/vm/linux/self_test.hpp>
#include <harness/vm/qemu/emulator.hpp>
#include <harness/vm/riscv/self_test.hpp>
#include <memory>
#include <optional>

namespace memgrade::cli {
namespace {

struct Tool {
  const char* name;
  std::vector<std::string> argv;  // prints its version, exit status 0
  const char* needed_for;
  const char* package;  // Debian's
};

const std::vector<Tool>& tools() {
  static const std::vector<Tool> all = {
      {"gcc", {"gcc", "--version"}, "building submissions in C", "gcc"},
      {"g++", {"g++", "--version"}, "building submissions in C++", "g++"},
      {"make", {"make", "--version"}, "building submissions with a Makefile", "make"},
      {"nm", {"nm", "--version"}, "finding a submission's programs", "binutils"},
      {"as", {"as", "--version"}, "building submissions", "binutils"},
      {"ld", {"ld", "--version"}, "building submissions and modules", "binutils"},
      {"ar", {"ar", "--version"}, "building submissions with a Makefile", "binutils"},
      {"bubblewrap", {"bwrap", "--version"}, "confining student code", "bubblewrap"},
      {"riscv64 gcc",
       {"riscv64-linux-gnu-gcc", "--version"},
       "building RV64 kernels",
       "gcc-riscv64-linux-gnu"},
      {"riscv64 ld",
       {"riscv64-linux-gnu-ld", "--version"},
       "building RV64 kernels",
       "binutils-riscv64-linux-gnu"},
      {"python3", {"/usr/bin/python3", "--version"}, "report.html and plots", "python3"},
      {"jinja2",
       {"/usr/bin/python3", "-c", "import jinja2; print(jinja2.__version__)"},
       "report.html",
       "python3-jinja2"},
      {"matplotlib",
       {"/usr/bin/python3", "-c", "import importlib.metadata as m; print(m.version('matplotlib'))"},
       "plots",
       "python3-matplotlib"},
  };
  return all;
}

struct ToolStatus {
  std::string name, state, remedy;
  bool good = false;
};

// The first line that the tool prints, or nothing when it is not there or fails.
std::optional<std::string> version_of(const Tool& tool) {
  exec::Command command;
  command.argv = tool.argv;
  command.directory = "/";
  command.environment = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
                         {"LC_ALL", "C.UTF-8"}};
  const auto outcome = exec::run(command, {.wall_s = 20});
  if (!outcome || outcome->termination != Termination::exited || outcome->exit_status != 0)
    return std::nullopt;
  const std::vector<std::string_view> lines = split_lines(outcome->out.bytes);
  return lines.empty() ? std::string("there") : shorten(printable(lines.front()), 48);
}

// Whether one sandbox can serve many runs. Grading does without, at several times the price of a run.
std::string state_of_batches(const exec::Sandbox& sandbox) {
  const auto scratch = TempDir::temporary("doctor");
  if (!scratch) return scratch.error().text();
  exec::Batches batches(sandbox, {}, "/work", scratch->path());
  const auto ran = batches.run({.argv = {"/bin/true"}}, {.wall_s = 20});
  const std::string why = ran ? batches.unavailable() : ran.error().message;
  return why.empty() ? "many runs share a sandbox" : "each run needs a sandbox of its own: " + why;
}

// Every file of it is looked at.
ToolStatus status_of(const vm::LinuxKernel& kernel) {
  ToolStatus status{"kernel " + kernel.series, kernel.release, "", true};
  const auto damage = vm::damage_of(kernel.root);
  if (!damage || damage->empty()) return status;
  status.good = false;
  status.state = fmt::format("damaged: {}", shorten(printable(damage->front()), 48));
  status.remedy = fmt::format("grade kernels remove {0}, then grade kernels fetch {0}", kernel.series);
  return status;
}

std::vector<ToolStatus> examine() {
  std::vector<ToolStatus> statuses;
  for (const Tool& tool : tools()) {
    const auto version = version_of(tool);
    statuses.push_back({tool.name, version.value_or(fmt::format("missing: needed for {}", tool.needed_for)),
                        version ? "" : fmt::format("apt-get install {}", tool.package), version.has_value()});
  }
  const auto sandbox = exec::Sandbox::probe();
  statuses.push_back({"sandbox", sandbox ? "works: " + sandbox->description() : sandbox.error().message,
                      sandbox ? "" : "see above, or grade with --no-sandbox code that you trust",
                      sandbox.has_value()});
  if (sandbox) statuses.push_back({"batches", state_of_batches(*sandbox), "", true});
  const auto machine =
      sandbox ? vm::check_riscv(*sandbox) : Result<std::string>(std::unexpected(sandbox.error()));
  statuses.push_back({"RV64 machine", machine ? *machine : machine.error().message,
                      machine ? "" : fmt::format("apt-get install {}", vm::riscv_emulator.packages),
                      machine.has_value()});
  const fs::path cache = vm::cache_directory().value_or(fs::path());
  const auto guests =
      sandbox ? vm::check_linux(*sandbox, cache) : Result<std::string>(std::unexpected(sandbox.error()));
  statuses.push_back(
      {"Linux guests", guests ? *guests : guests.error().message,
       guests ? "" : fmt::format("apt-get install {} busybox-static", vm::x86_emulator.packages),
       guests.has_value()});
  for (const vm::CachedKernel& held : vm::LinuxKernels(cache).list())
    statuses.push_back(status_of(held.kernel));
  const auto root = root_directory();
  statuses.push_back(
      {"cases", root ? show_path(*root / "cases") : root.error().message, "", root.has_value()});
  return statuses;
}

int doctor(bool as_json) {
  const std::vector<ToolStatus> statuses = examine();
  bool all_good = true;
  Json json = Json::array();
  for (const ToolStatus& status : statuses) {
    all_good &= status.good;
    json.push_back(
        {{"name", status.name}, {"good", status.good}, {"state", status.state}, {"remedy", status.remedy}});
    if (as_json) continue;
    print_to(stdout, "{} {:<12} {}\n", status.good ? "ok     " : "MISSING", status.name, status.state);
    if (!status.remedy.empty()) print_to(stdout, "{:21}{}\n", "", status.remedy);
  }
  if (as_json)
    print_to(stdout, "{}\n", dump_json(json));
  else
    print_to(stdout, "\n{}\n",
             all_good ? "Everything that grading needs is there." : "Something is missing; see above.");
  return all_good ? kGraded : kInfrastructure;
}

}  // namespace

Action add_doctor(CLI::App& app) {
  auto json = std::make_shared<bool>(false);
  app.add_flag("--json", *json, "As JSON");
  return [json] { return doctor(*json); };
}

}  // namespace memgrade::cli
