#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <harness/base/hash.hpp>
#include <harness/base/text.hpp>
#include <harness/vm/linux/migration.hpp>
#include <harness/vm/linux/records.hpp>
#include <harness/vm/linux/snapshot.hpp>

namespace memgrade::vm {
namespace {

constexpr int schema = 1;
constexpr double boot_timeout_s = 300;
constexpr std::uint64_t most_base_records = 128U << 20;
constexpr const char* state_file = "state";
// Which files were compared with their digests, and how they stood then.
constexpr const char* compared_file = "compared";

std::unexpected<Error> boot_failed(std::string_view how, const std::string& console) {
  const std::string_view tail = console.size() > 1500
                                    ? std::string_view(console).substr(console.size() - 1500)
                                    : std::string_view(console);
  return fail(ErrorKind::infrastructure,
              fmt::format("the Linux guest does not boot: {}; the end of its console: {}", how,
                          tail.empty() ? "(nothing)" : shorten(trim(printable(tail)), 1500)));
}

std::unexpected<Error> damaged(const fs::path& directory, std::string_view how) {
  return fail(ErrorKind::infrastructure, fmt::format("the saved guest is damaged: {}", how),
              show_path(directory));
}

// A file's bytes without a copy, for a digest.
class Mapping {
 public:
  explicit Mapping(int file) {
    struct stat about {};
    if (::fstat(file, &about) != 0 || about.st_size <= 0) return;
    bytes_ = static_cast<std::size_t>(about.st_size);
    place_ = ::mmap(nullptr, bytes_, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (place_ != MAP_FAILED) ::munmap(place_, bytes_);
  }
  [[nodiscard]] std::string_view bytes() const {
    return place_ == MAP_FAILED ? std::string_view()
                                : std::string_view(static_cast<const char*>(place_), bytes_);
  }

 private:
  std::size_t bytes_ = 0;
  void* place_ = MAP_FAILED;
};

Result<Descriptor> open_file(const fs::path& path, int flags) {
  Descriptor file(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (file) return file;
  return fail(ErrorKind::io, fmt::format("cannot open: {}", std::strerror(errno)), show_path(path));
}

Json about_file(int file) {
  const Mapping mapping(file);
  return {{"bytes", mapping.bytes().size()}, {"digest", digest(mapping.bytes())}};
}

// Changes whenever the file is written, replaced or moved to another place.
std::string stamp(int file) {
  struct stat about {};
  if (::fstat(file, &about) != 0) return {};
  return fmt::format("{}:{}:{}:{}.{}:{}.{}", about.st_dev, about.st_ino, about.st_size, about.st_mtim.tv_sec,
                     about.st_mtim.tv_nsec, about.st_ctim.tv_sec, about.st_ctim.tv_nsec);
}

const GuestRecord* find_record(const RecordStream& stream, std::string_view kind) {
  for (const GuestRecord& record : stream.records) {
    if (record.kind == kind && !record.cut) return &record;
  }
  return nullptr;
}

// Until the agent says that it is ready, or something else happened.
Result<GuestRun> boot_and_save(const GuestMaking& making, const RecordFile& records, int state,
                               std::stop_token stop) {
  const MachinePlan plan = boot_plan(making.machine, making.image, making.initramfs);
  const GuestLimits limits{.wall_s = boot_timeout_s, .quiet_s = 0};
  const auto watch = [](std::string_view line) -> std::optional<std::string> {
    if (line.starts_with("memgrade-agent:")) return std::string(line);
    return std::nullopt;
  };
  auto started = Session::start(making.emulator, making.sandbox,
                                {.machine = plan, .limits = limits, .watch = watch}, std::move(stop));
  if (!started) return std::unexpected(started.error());
  Session& session = **started;
  if (!session.refusal().empty()) return boot_failed(session.refusal(), {});
  Status snapshot;
  auto run = run_to_end(session, {.hand_over = [&] { return begin(session, records); },
                                  .at_end = [&] { snapshot = save_state(session, state); }});
  if (!run) return run;
  if (run->termination != GuestTermination::stopped || run->reason != agent_ready) {
    return boot_failed(fmt::format("{} {}", to_string(run->termination), run->reason), run->console.bytes);
  }
  if (!snapshot) return std::unexpected(snapshot.error());
  return run;
}

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

Json ram_json(const LinuxGuest::Ranges& ram) {
  Json list = Json::array();
  for (const auto& [first, last] : ram) list.push_back({first, last});
  return list;
}

// The manifest's word for what a file holds, or why it is not so.
Status compare(const fs::path& directory, const Json& manifest, const char* name, int file) {
  const auto entry = manifest.find(name);
  if (entry == manifest.end() || *entry != about_file(file)) {
    return damaged(directory, fmt::format("{} is not what was written", name));
  }
  return {};
}

LinuxGuest::Ranges ranges_of(const Json& list) {
  LinuxGuest::Ranges ranges;
  if (!list.is_array()) return ranges;
  for (const Json& range : list) {
    if (range.is_array() && range.size() == 2 && range[0].is_number_unsigned() &&
        range[1].is_number_unsigned()) {
      ranges.emplace_back(range[0].get<std::uint64_t>(), range[1].get<std::uint64_t>());
    }
  }
  return ranges;
}

}  // namespace

Json to_json(const GuestOrigin& origin) {
  return {{"kernel", origin.kernel},          {"release", origin.release},   {"image", origin.image},
          {"initramfs", origin.initramfs},    {"emulator", origin.emulator}, {"machine", origin.machine},
          {"accelerator", origin.accelerator}};
}

std::string guest_field(const GuestOrigin& origin) {
  return digest(fmt::format("{} {}", schema, dump_json(to_json(origin), -1)));
}

LinuxGuest::Ranges parse_ram(std::string_view iomem) {
  LinuxGuest::Ranges ranges;
  for (const std::string_view line : split_lines(iomem)) {
    // "00100000-13ffffff : System RAM"; lines that begin with a space are parts of the one before.
    const std::size_t dash = line.find('-');
    const std::size_t colon = line.find(" : System RAM");
    if (colon == std::string_view::npos || dash == std::string_view::npos || line.starts_with(' ')) continue;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    const char* begin = line.data();
    const auto one = std::from_chars(begin, begin + dash, first, 16);
    const auto two = std::from_chars(begin + dash + 1, begin + colon, last, 16);
    if (one.ptr == begin + dash && two.ptr == begin + colon && first < last) ranges.emplace_back(first, last);
  }
  return ranges;
}

Status save_guest(const GuestMaking& making, const fs::path& directory, std::stop_token stop) {
  const auto records = RecordFile::make();
  if (!records) return std::unexpected(records.error());
  const auto state = open_file(directory / state_file, O_RDWR | O_CREAT | O_EXCL);
  if (!state) return std::unexpected(state.error());
  // QEMU gets a descriptor with an offset of its own.
  const auto writer = open_file(directory / state_file, O_WRONLY);
  if (!writer) return std::unexpected(writer.error());
  const auto run = boot_and_save(making, *records, writer->get(), std::move(stop));
  if (!run) return std::unexpected(run.error());
  const auto bytes = records->read(most_base_records);
  if (!bytes) return std::unexpected(bytes.error());
  const RecordStream stream = read_records(*bytes, {});
  const GuestRecord* symbols = find_record(stream, "kallsyms");
  const GuestRecord* iomem = find_record(stream, "iomem");
  if (!stream.whole || symbols == nullptr || iomem == nullptr) {
    return boot_failed("its agent's records are not whole: " + stream.trouble, run->console.bytes);
  }
  const LinuxGuest::Ranges ram = parse_ram(iomem->bytes);
  if (ram.empty()) return boot_failed("/proc/iomem names no System RAM", iomem->bytes);
  if (Status put = write_file(directory / guest_symbols_file, symbols->bytes); !put) return put;
  const auto symbols_fd = open_file(directory / guest_symbols_file, O_RDONLY);
  if (!symbols_fd) return std::unexpected(symbols_fd.error());
  Json manifest = {{"schema", schema},
                   {"key", guest_field(making.origin)},
                   {"origin", to_json(making.origin)},
                   {"made", now_text()},
                   {"boot_s", run->wall_s},
                   {"state", about_file(state->get())},
                   {"symbols", about_file(symbols_fd->get())},
                   {"ram", ram_json(ram)}};
  return write_file(directory / guest_manifest_file, dump_json(manifest) + "\n");
}

Result<std::shared_ptr<const Snapshot>> open_guest(const fs::path& directory, const std::string& key) {
  const auto text = read_file(directory / guest_manifest_file, 1U << 20);
  if (!text) return std::unexpected(text.error());
  auto manifest = parse_json(*text, show_path(directory / guest_manifest_file));
  if (!manifest || !manifest->is_object() || manifest->value("key", Json()) != key) {
    return damaged(directory, "its manifest is of something else");
  }
  auto state = open_file(directory / state_file, O_RDONLY);
  if (!state) return std::unexpected(state.error());
  auto symbols = open_file(directory / guest_symbols_file, O_RDONLY);
  if (!symbols) return std::unexpected(symbols.error());
  const std::string stamps = digest(*text) + " " + stamp(state->get()) + " " + stamp(symbols->get());
  if (const auto compared = read_file(directory / compared_file, 4096); !compared || *compared != stamps) {
    Status same = compare(directory, *manifest, state_file, state->get());
    if (same) same = compare(directory, *manifest, guest_symbols_file, symbols->get());
    if (!same) return std::unexpected(same.error());
    // When it cannot be written, the next one compares again.
    std::ignore = write_file(directory / compared_file, stamps);
  }
  std::ignore = ::utimensat(AT_FDCWD, (directory / guest_manifest_file).c_str(), nullptr, 0);
  auto guest = std::make_shared<Snapshot>();
  guest->key = key;
  guest->ram = ranges_of(manifest->value("ram", Json()));
  if (guest->ram.empty()) return damaged(directory, "it knows of no memory");
  guest->manifest = std::move(*manifest);
  guest->state = std::move(*state);
  guest->symbols = std::move(*symbols);
  return guest;
}

}  // namespace memgrade::vm
