#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <harness/base/send_descriptors.hpp>
#include <harness/vm/qemu/channels.hpp>

namespace memgrade::vm {
namespace {

// A guest prints byte by byte, and faster than we read when the host is busy; what is in the pipe when it
// switches itself off is not lost. The kernel gives no more than this to ordinary users.
constexpr int console_pipe_bytes = 1 << 20;

std::unexpected<Error> failure(std::string_view doing) {
  return fail(ErrorKind::infrastructure, fmt::format("cannot {}: {}", doing, std::strerror(errno)));
}

Status copy_in(const MachineFile& file, const fs::path& to, std::uint64_t max_bytes) {
  FilePart part{.bytes = {}, .cut = file.bytes.size() > max_bytes, .total_bytes = file.bytes.size()};
  if (!file.path.empty()) {
    auto read = read_untrusted(file.path, max_bytes);
    if (!read) return std::unexpected(read.error());
    part = std::move(*read);
  }
  if (part.cut) {
    return fail(ErrorKind::io, fmt::format("has {} bytes, more than the machine's memory", part.total_bytes),
                file.path.empty() ? file.name : show_path(file.path));
  }
  if (Status written = write_file(to, file.path.empty() ? file.bytes : part.bytes); !written) return written;
  if (::chmod(to.c_str(), 0644) != 0) return failure("open a copy to its reader");
  return {};
}

}  // namespace

short Channel::wanted_events() const {
  return static_cast<short>(waiting_.empty() ? POLLIN : POLLIN | POLLOUT);
}

void Channel::send(std::string_view bytes) {
  waiting_ += bytes;
  flush();
}

bool Channel::send_with(std::string_view bytes, int descriptor) {
  flush();
  if (!end_ || !waiting_.empty() || bytes.empty()) return false;
  const ssize_t put = send_descriptors(end_.get(), bytes, {&descriptor, 1}, MSG_DONTWAIT);
  if (put <= 0) return false;
  send(bytes.substr(static_cast<std::size_t>(put)));
  return true;
}

void Channel::flush() {
  while (end_ && !waiting_.empty()) {
    ssize_t put = ::send(end_.get(), waiting_.data(), waiting_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    // A FIFO of ours, which is open at both ends.
    if (put < 0 && errno == ENOTSOCK) put = ::write(end_.get(), waiting_.data(), waiting_.size());
    if (put < 0 && errno == EINTR) continue;
    // The end of the other side is noticed when reading.
    if (put < 0 && errno != EAGAIN) waiting_.clear();
    if (put <= 0) return;
    waiting_.erase(0, static_cast<std::size_t>(put));
  }
}

void Channel::work(std::size_t max_bytes) {
  flush();
  std::array<char, 65536> part;
  while (end_ && max_bytes > 0) {
    const ssize_t got = ::read(end_.get(), part.data(), std::min(part.size(), max_bytes));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return end_.close();
    received.append(part.data(), static_cast<std::size_t>(got));
    max_bytes -= static_cast<std::size_t>(got);
  }
}

Result<Channels> Channels::make(const MachinePlan& machine) {
  auto directory = TempDir::temporary("vm");
  if (!directory) return std::unexpected(directory.error());
  Channels channels(std::move(*directory));
  const fs::path& root = channels.directory();
  channels.place_ = Descriptor(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!channels.place_) return failure("open " + show_path(root));
  Status done;
  for (const MachineFile& file : machine.files) {
    if (done) done = copy_in(file, root / file.name, machine.memory_bytes);
  }
  if (done) done = channels.open_console();
  if (!done) return std::unexpected(done.error());
  auto qmp = channels.listen(qmp_name);
  if (!qmp) return std::unexpected(qmp.error());
  channels.qmp_listener_ = std::move(*qmp);
  if (!machine.with_gdb) return channels;
  auto gdb = channels.listen(gdb_name);
  if (!gdb) return std::unexpected(gdb.error());
  channels.gdb_listener_ = std::move(*gdb);
  return channels;
}

Status Channels::open_console() {
  for (const char* suffix : {".in", ".out"}) {
    const std::string name = std::string(console_name) + suffix;
    // The second call because of the umask.
    if (::mkfifoat(place_.get(), name.c_str(), 0666) != 0 ||
        ::chmod((directory() / name).c_str(), 0666) != 0) {
      return failure("make the console's pipe");
    }
  }
  // For writing too: so it never ends, and the emulator's end is seen where it belongs, by its exit.
  const auto open_end = [this](const char* suffix) {
    const std::string name = std::string(console_name) + suffix;
    return Descriptor(::openat(place_.get(), name.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  };
  Descriptor out = open_end(".out"), in = open_end(".in");
  if (!out || !in) return failure("open the console's pipe");
  std::ignore = ::fcntl(out.get(), F_SETPIPE_SZ, console_pipe_bytes);
  keyboard = Channel(std::move(in));
  console = Channel(std::move(out));
  return {};
}

Result<Descriptor> Channels::listen(const char* name) const {
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener) return failure("make a socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // By the open directory: a path of our own choosing may be too long for a socket's address.
  const std::string path = fmt::format("/proc/self/fd/{}/{}", place_.get(), name);
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod((directory() / name).c_str(), 0666) != 0 || ::listen(listener.get(), 1) != 0) {
    return failure("listen for the emulator");
  }
  return listener;
}

Result<bool> Channels::accept() {
  struct {
    Descriptor& listener;
    Channel& channel;
  } pairs[] = {{qmp_listener_, qmp}, {gdb_listener_, gdb}};
  for (auto& [listener, channel] : pairs) {
    if (!listener) continue;
    Descriptor end(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!end && errno != EAGAIN && errno != EINTR) return failure("accept the emulator's connection");
    if (!end) continue;
    channel = Channel(std::move(end));
    listener.close();
  }
  return !qmp_listener_ && !gdb_listener_;
}

}  // namespace memgrade::vm
