// Commands: QEMU's QMP reference manual (add-fd, getfd, chardev-add, device_add, migrate, migrate-incoming).
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <harness/base/text.hpp>
#include <harness/vm/guest_wire.hpp>

namespace memgrade::vm {
namespace {

using namespace std::chrono_literals;

constexpr auto look_again = 1ms;
constexpr auto state_patience = 120s;
constexpr std::uint64_t bytes_per_second = 1ULL << 40;  // as fast as it can
constexpr int file_set = 1;
// Of the emulator. A second of the guest's takes a busy one less than one on the machines that we know.
constexpr double hang_cpu_s = 5;

std::unexpected<Error> failure(std::string_view doing) {
  return fail(ErrorKind::infrastructure, fmt::format("cannot {}: {}", doing, std::strerror(errno)));
}

// Asks one after the other; each with a descriptor or -1.
struct Command {
  const char* name;
  Json arguments;
  int descriptor = -1;
};
Status ask_all(Session& session, const std::vector<Command>& commands) {
  for (const Command& command : commands) {
    const auto answer = session.ask(command.name, command.arguments, command.descriptor);
    if (!answer) return std::unexpected(answer.error());
  }
  return {};
}

// Until the state has gone over. QEMU answers in between, or not before it is done.
Status wait_for_state(Session& session, std::string_view doing) {
  const auto deadline = Session::Clock::now() + state_patience;
  while (Session::Clock::now() < deadline) {
    const auto answer = session.ask("query-migrate");
    if (!answer) return std::unexpected(answer.error());
    const auto status = answer->find("status");
    if (status != answer->end() && *status == "completed") return {};
    if (status != answer->end() && (*status == "failed" || *status == "cancelled")) {
      return fail(ErrorKind::infrastructure, fmt::format("QEMU cannot {} the guest's state: {}", doing,
                                                         quote(dump_json(*answer, -1), 300)));
    }
    session.attend(look_again);
  }
  return fail(ErrorKind::infrastructure, fmt::format("QEMU needs more than {} s to {} the guest's state",
                                                     state_patience.count(), doing));
}

}  // namespace

Result<RecordFile> RecordFile::make() {
  Descriptor file(::memfd_create("memgrade-records", MFD_CLOEXEC));
  if (!file) return failure("make a file for the guest's records");
  return RecordFile(std::move(file));
}

Status RecordFile::connect(Session& session) const {
  // QEMU wants a descriptor with exactly the rights that it asks for.
  const std::string path = fmt::format("/proc/self/fd/{}", file_.get());
  const Descriptor writer(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!writer) return failure("open the file for the guest's records");
  const Json backend = {{"type", "file"}, {"data", {{"out", fmt::format("/dev/fdset/{}", file_set)}}}};
  return ask_all(
      session,
      {{"add-fd", {{"fdset-id", file_set}}, writer.get()},
       {"chardev-add", {{"id", "records"}, {"backend", backend}}},
       {"device_add", {{"driver", "virtserialport"}, {"id", "port"}, {"chardev", "records"}, {"nr", 1}}}});
}

Result<std::string> RecordFile::read(std::uint64_t max_bytes) const {
  std::string bytes(static_cast<std::size_t>(max_bytes), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got =
        ::pread(file_.get(), bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("read the guest's records");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

std::uint64_t RecordFile::bytes() const {
  struct stat about {};
  return ::fstat(file_.get(), &about) == 0 ? static_cast<std::uint64_t>(about.st_size) : 0;
}

bool HangWatch::look() {
  const std::uint64_t bytes = records_.bytes();
  const double cpu_s = session_.cpu_s();
  if (bytes != seen_bytes_ || seen_at_cpu_s_ == 0) {
    seen_bytes_ = bytes;
    seen_at_cpu_s_ = cpu_s;
    return true;
  }
  if (cpu_s - seen_at_cpu_s_ < hang_cpu_s) return true;
  if (hung_) return false;
  hung_ = true;
  seen_at_cpu_s_ = cpu_s;
  return static_cast<bool>(session_.ask("inject-nmi"));
}

Status save_state(Session& session, int file) {
  Status asked = ask_all(session, {{"stop", {}},
                                   {"migrate-set-parameters", {{"max-bandwidth", bytes_per_second}}},
                                   {"getfd", {{"fdname", "state"}}, file},
                                   {"migrate", {{"uri", "fd:state"}}}});
  return asked ? wait_for_state(session, "save") : asked;
}

Status load_state(Session& session, int file) {
  // A descriptor with an offset of its own, because several machines read the file at once.
  const std::string path = fmt::format("/proc/self/fd/{}", file);
  const Descriptor reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!reader) return failure("open the saved state");
  Status asked = ask_all(
      session, {{"getfd", {{"fdname", "state"}}, reader.get()}, {"migrate-incoming", {{"uri", "fd:state"}}}});
  return asked ? wait_for_state(session, "restore") : asked;
}

}  // namespace memgrade::vm
