// grade cache: what is kept because it is costly to get, and throwing it away.
#include <fmt/format.h>

#include <harness/base/text.hpp>
#include <harness/cli/cli.hpp>
#include <harness/cli/interrupt.hpp>
#include <harness/cli/output.hpp>
#include <harness/cli/status_line.hpp>
#include <harness/vm/kernels/kernel_store.hpp>
#include <harness/vm/linux/snapshot_cache.hpp>
#include <memory>

namespace memgrade::cli {
namespace {

struct CacheOptions {
  bool json = false;
  std::string what = "guests";
};

std::string ago(double seconds) {
  if (seconds < 90) return "just now";
  if (seconds < 5400) return fmt::format("{:.0f} min ago", seconds / 60);
  if (seconds < 48 * 3600) return fmt::format("{:.0f} h ago", seconds / 3600);
  return fmt::format("{:.0f} days ago", seconds / 86400);
}

std::string word(const Json& origin, const char* key) {
  const auto found = origin.is_object() ? origin.find(key) : origin.end();
  return found != origin.end() && found->is_string() ? printable(found->get<std::string>()) : "?";
}

Json cache_json(const fs::path& cache, const std::vector<vm::CachedKernel>& kernels,
                const std::vector<vm::CachedSnapshot>& guests) {
  Json json = {{"directory", cache.string()}, {"kernels", Json::array()}, {"guests", Json::array()}};
  for (const vm::CachedKernel& held : kernels) {
    json["kernels"].push_back({{"series", held.kernel.series},
                               {"release", held.kernel.release},
                               {"identity", held.kernel.identity},
                               {"bytes", held.bytes}});
  }
  for (const vm::CachedSnapshot& guest : guests) {
    json["guests"].push_back({{"key", guest.key},
                              {"whole", guest.origin.is_object()},
                              {"depends_on", guest.origin},
                              {"bytes", guest.bytes},
                              {"made_s_ago", guest.made_s},
                              {"used_s_ago", guest.used_s}});
  }
  return json;
}

void print(const vm::CachedSnapshot& guest) {
  if (!guest.origin.is_object()) {
    print_to(stdout, "guest   {:>8}  {}, not whole: being made, or left behind\n", megabytes(guest.bytes),
             guest.key.substr(0, 8));
    return;
  }
  print_to(stdout, "guest   {:>8}  Linux {}, {}, {}; made {}, used {}\n", megabytes(guest.bytes),
           word(guest.origin, "release"), word(guest.origin, "emulator"), word(guest.origin, "accelerator"),
           ago(guest.made_s), ago(guest.used_s));
  // Of the kernel's packages the first is the image.
  const std::string kernel = word(guest.origin, "kernel");
  print_to(stdout, "                  depends on {}; image {}, first file system {}\n",
           kernel.substr(0, kernel.find(',')), word(guest.origin, "image").substr(0, 8),
           word(guest.origin, "initramfs").substr(0, 8));
}

int show(bool json) {
  const auto cache = vm::cache_directory();
  if (!cache) return diagnose(cache.error());
  const auto kernels = vm::LinuxKernels(*cache).list();
  const auto guests = vm::cached_snapshots(*cache);
  if (json) {
    print_to(stdout, "{}\n", dump_json(cache_json(*cache, kernels, guests)));
    return kGraded;
  }
  std::uint64_t bytes = 0;
  for (const vm::CachedKernel& held : kernels) {
    print_to(stdout, "kernel  {:>8}  Linux {}, {}\n", megabytes(held.bytes), held.kernel.series,
             held.kernel.release);
    bytes += held.bytes;
  }
  for (const vm::CachedSnapshot& guest : guests) {
    print(guest);
    bytes += guest.bytes;
  }
  print_to(stdout, "{} and {}, {} in {}\n", counted(kernels.size(), "kernel"),
           counted(guests.size(), "saved guest"), megabytes(bytes), cache->string());
  return kGraded;
}

Status clear_kernels(const fs::path& cache, const vm::Progress& progress, std::stop_token stop) {
  const vm::LinuxKernels kernels(cache);
  for (const std::string& series : vm::kernel_series()) {
    const auto removed = kernels.remove(series, progress, stop);
    if (!removed) return std::unexpected(removed.error());
    if (*removed) print_to(stdout, "removed Linux {}\n", series);
  }
  return {};
}

int clear(const std::string& what) {
  const auto cache = vm::cache_directory();
  if (!cache) return diagnose(cache.error());
  const Interrupt interrupt;
  StatusLine line(true);
  if (what != "kernels") {
    const auto removed = vm::remove_guests(*cache, line.progress(), interrupt.token());
    line.clear();
    if (!removed) return diagnose(removed.error());
    print_to(stdout, "removed {}\n", counted(*removed, "saved guest"));
  }
  if (what != "guests") {
    const Status removed = clear_kernels(*cache, line.progress(), interrupt.token());
    line.clear();
    if (!removed) return diagnose(removed.error());
  }
  return kGraded;
}

}  // namespace

Action add_cache(CLI::App& app) {
  auto options = std::make_shared<CacheOptions>();
  app.add_flag("--json", options->json, "As JSON");
  CLI::App* clearing =
      app.add_subcommand("clear", "Remove saved guests, which costs a boot each; or kernels");
  clearing->add_option("WHAT", options->what, "guests (if nothing is said), kernels or all")
      ->check(CLI::IsMember({"guests", "kernels", "all"}));
  return [options, clearing] { return clearing->parsed() ? clear(options->what) : show(options->json); };
}

}  // namespace memgrade::cli
