#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <harness/base/hash.hpp>
#include <harness/base/text.hpp>
#include <harness/base/trees.hpp>
#include <harness/vm/linux/accelerator.hpp>
#include <harness/vm/linux/initramfs.hpp>
#include <harness/vm/linux/migration.hpp>
#include <harness/vm/linux/run_job.hpp>
#include <harness/vm/linux/shell.hpp>
#include <harness/vm/linux/snapshot.hpp>
#include <harness/vm/linux/snapshot_cache.hpp>
#include <mutex>

namespace memgrade::vm {
namespace {

using LoadedSnapshot = std::shared_ptr<const Snapshot>;

constexpr std::uint64_t largest_image = 256U << 20;
// A saved guest takes 70 to 110 MB, and may take as much as its memory.
constexpr std::uint64_t needed_bytes = 200U << 20;
constexpr double longest_unused_s = 30 * 86400.0;

std::string symbols_text(const Snapshot& guest) {
  std::string text(static_cast<std::size_t>(std::max<off_t>(::lseek(guest.symbols.get(), 0, SEEK_END), 0)),
                   '\0');
  const ssize_t got = ::pread(guest.symbols.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

std::uint64_t hexadecimal(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

// What a grader that was killed left behind; the lock of the key is ours.
void remove_leftovers(const fs::path& folder, const std::string& prefix) {
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    if (entry.path().filename().string().starts_with(prefix)) std::ignore = remove_tree(entry.path());
  }
}

}  // namespace

// Everything that a job needs, shared by copies of the guest. `snapshot` changes when a state could not be
// restored and was made anew.
struct LinuxGuest::Base {
  Base(Emulator chosen, const exec::Sandbox& confinement)
      : emulator(std::move(chosen)), sandbox(confinement) {}

  Emulator emulator;
  const exec::Sandbox& sandbox;
  LinuxMachine machine;
  LinuxKernel kernel;
  GuestOrigin origin;
  fs::path cache;
  std::string accelerator, description, key;
  LinuxGuest::Ranges ram;
  std::vector<std::string> notes;
  std::optional<TempDir> own_place;  // when the cache could not be written

  mutable std::mutex mutex;
  mutable LoadedSnapshot snapshot;

  Status establish(const Progress& progress, std::stop_token stop);
  Result<LoadedSnapshot> make(const Progress& progress, std::stop_token stop, const Snapshot* unusable,
                              std::string initramfs = {}) const;
  // In the place of `unusable`, unless another thread was faster.
  Result<LoadedSnapshot> renew(const LoadedSnapshot& unusable, std::stop_token stop) const;
  template <typename Run>
  auto restore_and(Run run, std::stop_token stop) const -> decltype(run(0, std::declval<bool&>()));
  LoadedSnapshot current() const {
    const std::lock_guard lock(mutex);
    return snapshot;
  }
};

// Takes what is there, or makes it. `unusable` is one that cannot be restored; `initramfs` is packed here
// when it is empty. An Error of kind io: the cache does not take it.
Result<LoadedSnapshot> LinuxGuest::Base::make(const Progress& progress, std::stop_token stop,
                                              const Snapshot* unusable, std::string initramfs) const {
  const fs::path folder = cache / guests_folder;
  const auto usable = [&]() -> LoadedSnapshot {
    auto found = open_guest(folder / key, key);
    return found && (unusable == nullptr || (*found)->manifest != unusable->manifest) ? *found : nullptr;
  };
  if (auto found = usable()) return found;
  const auto held = vm::lock(folder, key, "boots the Linux guest", progress, stop);
  if (!held && held.error().kind == ErrorKind::interrupted) return std::unexpected(held.error());
  if (!held) return fail(ErrorKind::io, held.error().message, held.error().where);
  if (auto found = usable()) return found;
  const std::string prefix = fmt::format(".new-{}-", key);
  remove_leftovers(folder, prefix);
  if (const std::uint64_t free = free_bytes(folder); free < needed_bytes) {
    return fail(ErrorKind::io,
                fmt::format("only {} MiB are free, {} are needed", free >> 20U, needed_bytes >> 20U),
                show_path(folder));
  }
  if (progress) progress(fmt::format("boots Linux {} once, to save it", kernel.release));
  auto fresh = TempDir::make(folder, prefix);
  if (!fresh) return std::unexpected(fresh.error());
  if (initramfs.empty()) {
    auto packed = make_initramfs(kernel);
    if (!packed) return std::unexpected(packed.error());
    initramfs = std::move(*packed);
  }
  const GuestMaking making{emulator, sandbox, machine, origin, kernel.image, std::move(initramfs)};
  if (Status made = save_guest(making, fresh->path(), stop); !made) return std::unexpected(made.error());
  if (Status placed = replace_directory(fresh->path(), folder / key); !placed)
    return std::unexpected(placed.error());
  fresh->keep();
  remove_unused_guests(cache, longest_unused_s);
  return open_guest(folder / key, key);
}

Status LinuxGuest::Base::establish(const Progress& progress, std::stop_token stop) {
  auto acceleration = choose_acceleration(emulator, sandbox, cache, stop);
  if (!acceleration) return std::unexpected(acceleration.error());
  machine.accelerator = acceleration->accelerator;
  if (!acceleration->note.empty()) notes.push_back(acceleration->note);
  accelerator = to_string(machine.accelerator);
  const auto image = read_file(kernel.image, largest_image);
  if (!image) return std::unexpected(image.error());
  auto initramfs = make_initramfs(kernel);
  if (!initramfs) return std::unexpected(initramfs.error());
  description =
      fmt::format("{}, {}, {} MiB", emulator.description(), accelerator, machine.memory_bytes >> 20U);
  origin = {.kernel = kernel.identity,
            .release = kernel.release,
            .image = digest(*image),
            .initramfs = digest(*initramfs),
            .emulator = emulator.description(),
            .machine = machine_text(machine),
            .accelerator = accelerator};
  key = guest_field(origin);
  auto guest = make(progress, stop, nullptr, std::move(*initramfs));
  if (!guest && guest.error().kind == ErrorKind::io) {
    // The cache is full, or may be read only: the guest is made for this run alone.
    auto place = TempDir::temporary("guest");
    if (!place) return std::unexpected(guest.error());
    notes.push_back(fmt::format("the cache cannot be used ({}); the guest is booted for this run alone",
                                guest.error().text()));
    cache = place->path();
    own_place.emplace(std::move(*place));
    guest = make(progress, stop, nullptr);
  }
  if (!guest) return std::unexpected(guest.error());
  snapshot = std::move(*guest);
  ram = snapshot->ram;
  return {};
}

Result<LoadedSnapshot> LinuxGuest::Base::renew(const LoadedSnapshot& unusable, std::stop_token stop) const {
  const std::lock_guard lock(mutex);
  if (snapshot != unusable) return snapshot;
  auto fresh = make({}, std::move(stop), unusable.get());
  if (fresh) snapshot = *fresh;
  return fresh;
}

Result<LinuxGuest> LinuxGuest::prepare(const LinuxKernel& kernel, const exec::Sandbox& sandbox,
                                       const fs::path& cache, const Progress& progress,
                                       std::stop_token stop) {
  auto emulator = Emulator::find(x86_emulator);
  if (!emulator) return std::unexpected(emulator.error());
  auto base = std::make_shared<Base>(std::move(*emulator), sandbox);
  base->kernel = kernel;
  base->cache = cache;
  if (Status done = base->establish(progress, std::move(stop)); !done) return std::unexpected(done.error());
  return LinuxGuest(std::move(base));
}

// `run` on the saved state. A state that cannot be restored is made anew, and an emulator that somebody
// killed is started again: once each.
template <typename Run>
auto LinuxGuest::Base::restore_and(Run run, std::stop_token stop) const
    -> decltype(run(0, std::declval<bool&>())) {
  auto usable = current();
  bool restored = false;
  auto ran = run(usable->state.get(), restored);
  if (ran || ran.error().kind != ErrorKind::infrastructure || stop.stop_requested()) return ran;
  if (!restored) {
    auto fresh = renew(usable, std::move(stop));
    if (!fresh) return std::unexpected(fresh.error());
    usable = std::move(*fresh);
  }
  return run(usable->state.get(), restored);
}

Result<JobRun> LinuxGuest::run(const GuestJob& job, const JobLimits& limits, std::stop_token stop) const {
  const JobPlace place{starts_guests(base_->emulator, base_->sandbox), base_->machine};
  const auto attempt = [&](const GuestJob& wanted) {
    return base_->restore_and(
        [&](int state, bool& restored) { return run_job(place, state, wanted, limits, stop, restored); },
        stop);
  };
  auto run = attempt(job);
  if (!run || run->termination != JobTermination::aborted) return run;
  auto again = attempt(job);
  if (!again || again->termination != JobTermination::aborted) return again;
  // The control: a job that does nothing.
  const auto control = attempt({.steps = {}, .files = {}, .seed = job.seed});
  if (!control) return control;
  if (control->termination != JobTermination::done)
    return fail(
        ErrorKind::infrastructure,
        fmt::format("the emulator crashes here with a job that does nothing, too: {}", control->reason));
  return again;
}

Result<std::string> LinuxGuest::shell(const std::vector<GuestFile>& files, const Terminal& terminal,
                                      std::stop_token stop) const {
  JobPlace place{starts_guests(base_->emulator, base_->sandbox), base_->machine};
  place.machine.real_time = true;
  return base_->restore_and(
      [&](int state, bool& restored) { return run_shell(place, state, files, terminal, stop, restored); },
      stop);
}

std::optional<std::uint64_t> LinuxGuest::symbol(std::string_view name) const {
  const std::string text = symbols_text(*base_->current());
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const char after = at + name.size() < text.size() ? text[at + name.size()] : '\n';
    if (at < 3 || text[at - 1] != ' ' || text[at - 3] != ' ' || (after != '\n' && after != '\t')) continue;
    const std::size_t line = text.rfind('\n', at) + 1;  // npos + 1 is 0
    return hexadecimal(std::string_view(text).substr(line, at - line));
  }
  return std::nullopt;
}

const LinuxGuest::Ranges& LinuxGuest::ram() const {
  return base_->ram;
}
const std::string& LinuxGuest::accelerator() const {
  return base_->accelerator;
}
const std::string& LinuxGuest::release() const {
  return base_->kernel.release;
}
const std::string& LinuxGuest::key() const {
  return base_->key;
}
const std::string& LinuxGuest::description() const {
  return base_->description;
}
const std::vector<std::string>& LinuxGuest::notes() const {
  return base_->notes;
}

}  // namespace memgrade::vm
