#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <harness/base/descriptor.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/vm/kernels/kernel_check.hpp>
#include <harness/vm/kernels/kernel_store.hpp>
#include <harness/vm/kernels/manifest.hpp>
#include <harness/vm/kernels/package_tree.hpp>
#include <harness/vm/kernels/private_apt.hpp>
#include <harness/vm/kernels/tree_contents.hpp>

namespace memgrade::vm {
namespace {

constexpr std::uint64_t lists_bytes = 100'000'000;  // what apt-get update leaves, with room

Result<KernelSeries> series_named(const std::string& name) {
  const auto& all = known_series();
  const auto found = std::ranges::find(all, name, &KernelSeries::name);
  if (found != all.end()) return *found;
  return fail(
      ErrorKind::usage,
      fmt::format("no Linux {} is known here; there are {}; a directory with a kernel of your own serves too "
                  "(--kernel DIR)",
                  quote(name), join(kernel_series(), ", ")));
}

Status interrupted() {
  return fail(ErrorKind::interrupted, "interrupted");
}

// Errors of our own files on the way to a kernel: the disk or the cache directory is to blame.
Error with_way_out(Error error, const fs::path& folder) {
  if (error.kind != ErrorKind::io) return error;
  error.kind = ErrorKind::infrastructure;
  error.message += fmt::format(" ({} MB free in {}; another place: MEMGRADE_CACHE)",
                               free_bytes(folder) / 1'000'000, folder.string());
  return error;
}

Status check_space(const fs::path& folder, const std::vector<Package>& packages) {
  std::uint64_t needed = lists_bytes;
  for (const Package& package : packages) needed += package.download_bytes + package.installed_bytes;
  const std::uint64_t free = free_bytes(folder);
  if (free >= needed) return {};
  return fail(ErrorKind::infrastructure,
              fmt::format("{} MB free, and unpacking the kernel takes {} MB for a moment; make room, or set "
                          "MEMGRADE_CACHE to another place",
                          free / 1'000'000, needed / 1'000'000),
              folder.string());
}

// Everything of the tree on the disk before its name is: a power cut leaves no name for half a tree.
void flush(const fs::path& tree) {
  if (const Descriptor directory(::open(tree.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); directory)
    ::syncfs(directory.get());
}

// One fetch: from the lists to a whole tree under a name that nobody looks for.
class Fetch {
 public:
  Fetch(KernelSeries series, fs::path work, const Progress& progress, std::stop_token stop)
      : series_(std::move(series)), work_(std::move(work)), progress_(progress), stop_(std::move(stop)) {}
  Result<fs::path> run();

 private:
  Result<PrivateApt::Choice> download();
  Status finish(const PrivateApt::Choice& choice) const;
  void tell(const std::string& what) const {
    if (progress_) progress_(fmt::format("Linux {}: {}", series_.name, what));
  }

  KernelSeries series_;
  fs::path work_;
  const Progress& progress_;
  std::stop_token stop_;
};

Result<PrivateApt::Choice> Fetch::download() {
  const Progress prefixed = [this](const std::string& line) { tell(line); };
  const auto apt = PrivateApt::open(work_ / "apt", series_, prefixed, stop_);
  if (!apt) return std::unexpected(apt.error());
  auto choice = apt->choose(stop_);
  if (!choice) return choice;
  if (!apt->diagnostics().empty()) tell("not all lists were had: " + apt->diagnostics());
  if (Status enough = check_space(work_.parent_path(), choice->packages); !enough)
    return std::unexpected(enough.error());
  const Status done = apt->download(choice->packages, work_ / "packages", prefixed, stop_);
  if (!done) return std::unexpected(done.error());
  return choice;
}

Status Fetch::finish(const PrivateApt::Choice& choice) const {
  const fs::path tree = work_ / "tree";
  if (Status trimmed = trim_tree(tree, choice.release, stop_); !trimmed) return trimmed;
  if (Status mended = make_relocatable(tree, choice.release); !mended) return mended;
  const auto kernel = kernel_of_packages(tree);
  if (!kernel) return std::unexpected(kernel.error());
  std::vector<std::string> packages;
  for (const Package& package : choice.packages)
    packages.push_back(fmt::format("{} {}", package.name, package.version));
  const auto manifest = describe(*kernel, std::move(packages));
  if (!manifest) return std::unexpected(manifest.error());
  const auto contents = contents_of(tree);
  if (!contents) return std::unexpected(contents.error());
  if (Status written = write_file(tree / contents_name, *contents); !written) return written;
  if (Status written = write_file(tree / manifest_name, to_text(*manifest)); !written) return written;
  flush(tree);
  return {};
}

Result<fs::path> Fetch::run() {
  const auto choice = download();
  if (!choice) return std::unexpected(choice.error());
  tell("unpacking");
  const fs::path tree = work_ / "tree";
  if (Status unpacked = unpack_packages(work_ / "packages", tree, stop_); !unpacked) {
    Error error = unpacked.error();
    // The packages are right, their digests were looked at: what fails here is the disk.
    if (error.kind != ErrorKind::interrupted) error.kind = ErrorKind::io;
    return std::unexpected(std::move(error));
  }
  if (Status finished = finish(*choice); !finished) return std::unexpected(finished.error());
  if (stop_.stop_requested()) return std::unexpected(interrupted().error());
  if (!cached_kernel(tree)) {
    return fail(ErrorKind::infrastructure, "what was unpacked cannot be read again; is the disk full?",
                work_.string());
  }
  return tree;
}

// What a fetch was killed in, but for `kept`. Only for the holder of the lock.
void sweep(const fs::path& folder, const std::string& prefix, const fs::path& kept = {}) {
  std::vector<fs::path> left;
  std::error_code code;
  for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code))
    if (at->path().filename().string().starts_with(prefix) && at->path() != kept) left.push_back(*at);
  for (const fs::path& path : left) std::ignore = remove_tree(path);
}

}  // namespace

const std::vector<std::string>& kernel_series() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const KernelSeries& series : known_series()) all.push_back(series.name);
    return all;
  }();
  return names;
}

LinuxKernels::LinuxKernels(fs::path cache) : folder_(std::move(cache) / "kernels") {}

std::optional<LinuxKernel> LinuxKernels::find(const std::string& series) const {
  if (!series_named(series)) return {};
  auto held = cached_kernel(folder_ / series);
  if (!held) return {};
  return std::move(held->kernel);
}

Result<LinuxKernel> LinuxKernels::provide(const std::string& series, const Progress& progress,
                                          std::stop_token stop) const {
  const auto known = series_named(series);
  if (!known) return std::unexpected(known.error());
  if (auto there = find(series)) return std::move(*there);
  const auto held = lock(folder_, series, fmt::format("is fetching Linux {}", series), progress, stop);
  if (!held) return std::unexpected(with_way_out(held.error(), folder_));
  if (auto there = find(series)) return std::move(*there);
  const std::string prefix = fmt::format(".fetch-{}-", series);
  sweep(folder_, prefix);
  const auto work = TempDir::make(folder_, prefix);
  if (!work) return std::unexpected(with_way_out(work.error(), folder_));
  const auto tree = Fetch(*known, work->path(), progress, std::move(stop)).run();
  if (!tree) return std::unexpected(with_way_out(tree.error(), folder_));
  if (Status moved = replace_directory(*tree, folder_ / series); !moved)
    return std::unexpected(with_way_out(moved.error(), folder_));
  // Once more: a child of a killed fetch may have written on while its directory was being removed.
  sweep(folder_, prefix, work->path());
  auto there = find(series);
  if (there) return std::move(*there);
  return fail(ErrorKind::infrastructure, "the kernel went away as soon as it was there",
              (folder_ / series).string());
}

Result<std::vector<std::string>> LinuxKernels::mend(const LinuxKernel& kernel, const Progress& progress,
                                                    std::stop_token stop) const {
  if (kernel.root != folder_ / kernel.series) return std::vector<std::string>();
  auto damage = damage_of(kernel.root);
  if (damage && damage->empty()) return std::vector<std::string>();
  if (const auto removed = remove(kernel.series, progress, stop); !removed)
    return std::unexpected(removed.error());
  if (const auto anew = provide(kernel.series, progress, std::move(stop)); !anew)
    return std::unexpected(anew.error());
  return damage.value_or(std::vector<std::string>{"what was unpacked was not written down"});
}

std::vector<CachedKernel> LinuxKernels::list() const {
  std::vector<CachedKernel> all;
  for (const std::string& series : kernel_series())
    if (auto held = cached_kernel(folder_ / series)) all.push_back(std::move(*held));
  return all;
}

Result<bool> LinuxKernels::remove(const std::string& series, const Progress& progress,
                                  std::stop_token stop) const {
  if (const auto known = series_named(series); !known) return std::unexpected(known.error());
  const auto held =
      lock(folder_, series, fmt::format("is fetching Linux {}", series), progress, std::move(stop));
  if (!held) return std::unexpected(with_way_out(held.error(), folder_));
  const std::string prefix = fmt::format(".fetch-{}-", series);
  sweep(folder_, prefix);
  std::error_code code;
  if (!fs::exists(fs::symlink_status(folder_ / series, code))) return false;
  // Out of the way first: a half-removed tree must not be found.
  const auto aside = TempDir::make(folder_, prefix);
  if (!aside) return std::unexpected(with_way_out(aside.error(), folder_));
  fs::rename(folder_ / series, aside->path() / "tree", code);
  if (code) return fail(ErrorKind::infrastructure, code.message(), (folder_ / series).string());
  return true;
}

}  // namespace memgrade::vm
