// grade kernels: the Linux kernels for guests that are in the cache; fetching and removing them.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <harness/base/text.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/interrupt.hpp>
#include <harness/cli/output.hpp>
#include <harness/cli/status_line.hpp>
#include <harness/vm/kernels/kernel_store.hpp>
#include <memory>

namespace memgrade::cli {
namespace {

struct KernelsOptions {
  bool json = false;
  std::vector<std::string> fetch, remove;
};

Json kernel_json(const vm::CachedKernel& held) {
  return {{"series", held.kernel.series},
          {"release", held.kernel.release},
          {"identity", held.kernel.identity},
          {"directory", held.kernel.root.string()},
          {"bytes", held.bytes}};
}

int list(const vm::LinuxKernels& kernels, bool json) {
  const auto held = kernels.list();
  if (json) {
    Json all = Json::array();
    for (const std::string& series : vm::kernel_series()) {
      const auto found =
          std::ranges::find(held, series, [](const vm::CachedKernel& one) { return one.kernel.series; });
      all.push_back(found == held.end() ? Json{{"series", series}} : kernel_json(*found));
    }
    print_to(stdout, "{}\n", dump_json(all));
    return kGraded;
  }
  for (const std::string& series : vm::kernel_series()) {
    const auto found =
        std::ranges::find(held, series, [](const vm::CachedKernel& one) { return one.kernel.series; });
    if (found == held.end())
      print_to(stdout, "{:<5} not here; 'grade kernels fetch {}' gets it\n", series, series);
    else
      print_to(stdout, "{:<5} {}, {}, in {}\n", series, found->kernel.release, megabytes(found->bytes),
               found->kernel.root.string());
  }
  return kGraded;
}

// Every name is looked at before the first download.
Status check_names(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (std::ranges::find(vm::kernel_series(), name) != vm::kernel_series().end()) continue;
    return fail(ErrorKind::usage,
                fmt::format("no Linux {} is known here{}; there are {}", quote(name),
                            did_you_mean(name, vm::kernel_series()), join(vm::kernel_series(), ", ")));
  }
  return {};
}

int fetch(const vm::LinuxKernels& kernels, const std::vector<std::string>& names, bool json) {
  const Interrupt interrupt;
  StatusLine line(!json);
  for (const std::string& series : names) {
    const bool there = kernels.find(series).has_value();
    const auto begin = std::chrono::steady_clock::now();
    const auto kernel = kernels.provide(series, line.progress(), interrupt.token());
    line.clear();
    if (!kernel) return diagnose(kernel.error());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const std::string how = there ? "was here already" : fmt::format("fetched in {:.0f} s", seconds);
    if (!json) print_to(stdout, "{:<5} {}, {}, in {}\n", series, kernel->release, how, kernel->root.string());
  }
  return json ? list(kernels, true) : kGraded;
}

int remove(const vm::LinuxKernels& kernels, const std::vector<std::string>& names, bool json) {
  const Interrupt interrupt;
  StatusLine line(!json);
  for (const std::string& series : names) {
    const auto removed = kernels.remove(series, line.progress(), interrupt.token());
    line.clear();
    if (!removed) return diagnose(removed.error());
    if (!json) print_to(stdout, "{:<5} {}\n", series, *removed ? "removed" : "was not here");
  }
  return json ? list(kernels, true) : kGraded;
}

int act(const KernelsOptions& options, const CLI::App& fetching, const CLI::App& removing) {
  const auto& names = fetching.parsed() ? options.fetch : options.remove;
  if (const Status known = check_names(names); !known) return diagnose(known.error());
  const auto cache = vm::cache_directory();
  if (!cache) return diagnose(cache.error());
  const vm::LinuxKernels kernels(*cache);
  if (fetching.parsed()) return fetch(kernels, names, options.json);
  if (removing.parsed()) return remove(kernels, names, options.json);
  return list(kernels, options.json);
}

}  // namespace

Action add_kernels(CLI::App& app) {
  auto options = std::make_shared<KernelsOptions>();
  app.add_flag("--json", options->json, "As JSON");
  app.require_subcommand(0, 1);
  app.fallthrough();
  CLI::App* fetching = app.add_subcommand("fetch", "Download what is not here yet");
  fetching->add_option("series", options->fetch, "As 6.1")->type_name("SERIES")->required();
  CLI::App* removing = app.add_subcommand("remove", "Remove from the cache");
  removing->add_option("series", options->remove, "As 6.1")->type_name("SERIES")->required();
  return [options, fetching, removing] { return act(*options, *fetching, *removing); };
}

}  // namespace memgrade::cli
