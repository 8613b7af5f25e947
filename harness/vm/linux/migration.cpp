// Commands: QEMU's QMP reference manual (add-fd, getfd, chardev-add, device_add, migrate, migrate-incoming).
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <harness/base/text.hpp>
#include <harness/vm/linux/migration.hpp>

namespace memgrade::vm {
namespace {

using namespace std::chrono_literals;

constexpr auto look_again = 5ms;
constexpr auto state_timeout = 120s;
constexpr std::uint64_t bytes_per_second = 1ULL << 40;  // as fast as it can
constexpr int longest_stop_ms = 60000;
constexpr int file_set = 1;
// Of the emulator. A second of the guest's takes a busy one less than one on the machines that we know.
constexpr double hang_cpu_s = 5;

std::unexpected<Error> failure(std::string_view doing) {
  return fail(ErrorKind::infrastructure, fmt::format("cannot {}: {}", doing, std::strerror(errno)));
}

// The commands by which records go to `writer`.
std::vector<Question> record_port(int writer) {
  const Json backend = {{"type", "file"}, {"data", {{"out", fmt::format("/dev/fdset/{}", file_set)}}}};
  return {{"add-fd", {{"fdset-id", file_set}}, writer},
          {"chardev-add", {{"id", "records"}, {"backend", backend}}},
          {"device_add", {{"driver", "virtserialport"}, {"id", "port"}, {"chardev", "records"}, {"nr", 1}}}};
}

}  // namespace

Result<RecordFile> RecordFile::make() {
  Descriptor file(::memfd_create("memgrade-records", MFD_CLOEXEC));
  if (!file) return failure("make a file for the guest's records");
  return RecordFile(std::move(file));
}

Result<Descriptor> RecordFile::writer() const {
  // QEMU wants a descriptor with exactly the rights that it asks for.
  const std::string path = fmt::format("/proc/self/fd/{}", file_.get());
  Descriptor writer(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!writer) return failure("open the file for the guest's records");
  return writer;
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
  const double cpu_s = machine_.cpu_s();
  if (bytes != seen_bytes_ || seen_at_cpu_s_ == 0) {
    seen_bytes_ = bytes;
    seen_at_cpu_s_ = cpu_s;
    return true;
  }
  if (cpu_s - seen_at_cpu_s_ < hang_cpu_s) return true;
  if (hung_) return false;
  hung_ = true;
  seen_at_cpu_s_ = cpu_s;
  return static_cast<bool>(machine_.ask("inject-nmi"));
}

StartMachine starts_guests(const Emulator& emulator, const exec::Sandbox& sandbox) {
  return [&](const SessionPlan& plan, std::stop_token stop) -> Result<std::unique_ptr<Machine>> {
    auto session = Session::start(emulator, sandbox, plan, std::move(stop));
    if (!session) return std::unexpected(session.error());
    if ((*session)->refusal().empty()) return std::move(*session);
    return fail(ErrorKind::infrastructure,
                fmt::format("{} does not start: {}", emulator.kind().program, (*session)->refusal()));
  };
}

Status begin(Machine& machine, const RecordFile& records) {
  const auto writer = records.writer();
  if (!writer) return std::unexpected(writer.error());
  std::vector<Question> questions = record_port(writer->get());
  questions.push_back({"cont"});
  return machine.ask_all(questions, state_timeout);
}

Status save_state(Machine& machine, int file) {
  // While it runs: then it runs at once when it is restored. It waits, so there is little to be sent again.
  Status asked = machine.ask_all(
      {{"migrate-set-parameters", {{"max-bandwidth", bytes_per_second}, {"downtime-limit", longest_stop_ms}}},
       {"getfd", {{"fdname", "state"}}, file},
       {"migrate", {{"uri", "fd:state"}}}},
      state_timeout);
  const auto deadline = Machine::Clock::now() + state_timeout;
  while (asked && Machine::Clock::now() < deadline) {
    const auto answer = machine.ask("query-migrate");
    if (!answer) return std::unexpected(answer.error());
    const Json status = answer->value("status", Json());
    if (status == "completed") return {};
    if (status == "failed" || status == "cancelled") {
      return fail(ErrorKind::infrastructure,
                  fmt::format("QEMU cannot save the guest: {}", quote(dump_json(*answer, -1), 300)));
    }
    machine.attend(look_again);
  }
  if (!asked) return asked;
  return fail(ErrorKind::infrastructure,
              fmt::format("QEMU needs more than {} s to save the guest", state_timeout.count()));
}

Status restore(Machine& machine, const RecordFile& records, int state) {
  // A descriptor with an offset of its own, because several machines read the file at once.
  const std::string path = fmt::format("/proc/self/fd/{}", state);
  const Descriptor reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!reader) return failure("open the saved state");
  const auto writer = records.writer();
  if (!writer) return std::unexpected(writer.error());
  std::vector<Question> questions = record_port(writer->get());
  questions.push_back({"getfd", {{"fdname", "state"}}, reader.get()});
  questions.push_back({"migrate-incoming", {{"uri", "fd:state"}}});
  questions.push_back({"cont"});
  return machine.ask_all(questions, state_timeout);
}

}  // namespace memgrade::vm
