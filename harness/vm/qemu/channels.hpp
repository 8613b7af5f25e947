// The private directory of one machine, and our ends of the channels that end in it.
//
// The sockets are there and listened on before the emulator starts, so nobody waits for a name to appear. The
// emulator gets the directory read-only: it can connect and open, and make nothing. All waiting is done
// elsewhere, by poll; nothing here blocks.
#pragma once

#include <filesystem>
#include <harness/base/descriptor.hpp>
#include <harness/base/files.hpp>
#include <harness/base/result.hpp>
#include <harness/vm/qemu/machine_config.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace memgrade::vm {

// A stream that never blocks: what cannot be sent at once is kept, what came is appended to `received`.
class Channel {
 public:
  Channel() = default;
  explicit Channel(Descriptor end) : end_(std::move(end)) {}
  [[nodiscard]] bool open() const { return static_cast<bool>(end_); }
  [[nodiscard]] int fd() const { return end_.get(); }
  // POLLIN, and POLLOUT while something waits to be sent.
  [[nodiscard]] short wanted_events() const;
  void send(std::string_view bytes);
  // The same with a descriptor, which the other side gets a copy of; nothing may be waiting to be sent. False
  // when it could not be sent.
  [[nodiscard]] bool send_with(std::string_view bytes, int descriptor);
  // Reads at most `max_bytes` of what is there, and sends what waits. Closes at the other side's end.
  void work(std::size_t max_bytes = 65536);
  std::string received;

 private:
  void flush();
  Descriptor end_;
  std::string waiting_;
};

class Channels {
 public:
  // Makes the directory below the system's directory for temporary files, with the machine's files. An Error
  // of kind io when one of them is missing, is not a regular file, or is larger than the memory.
  [[nodiscard]] static Result<Channels> make(const MachinePlan& machine);
  [[nodiscard]] const fs::path& directory() const { return directory_.path(); }

  Channel console;
  // What is typed on the console: for sending alone.
  Channel keyboard;
  // Open once the emulator has connected.
  Channel qmp, gdb;
  // Takes the connections that have come; true when none is missing any more.
  [[nodiscard]] Result<bool> accept();
  // Descriptors on which connections come, to be polled; -1 for those that are there.
  [[nodiscard]] int qmp_listener() const { return qmp_listener_.get(); }
  [[nodiscard]] int gdb_listener() const { return gdb_listener_.get(); }

 private:
  explicit Channels(TempDir directory) : directory_(std::move(directory)) {}
  Status open_console();
  [[nodiscard]] Result<Descriptor> listen(const char* name) const;
  TempDir directory_;
  Descriptor place_;  // the directory
  Descriptor qmp_listener_, gdb_listener_;
};

}  // namespace memgrade::vm
