// Reads one of a child's streams to its end: keeps a part, counts the rest.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <harness/base/descriptor.hpp>
#include <harness/base/termination.hpp>

namespace memgrade::exec {

class StreamReader {
 public:
  StreamReader(boost::asio::io_context& io, Stream& kept, std::uint64_t keep_bytes)
      : pipe_(io), kept_(kept), keep_bytes_(keep_bytes) {}

  // `on_bytes` is called after each part, also by `drain`; `on_end` once, not by `drain`.
  void start(Descriptor pipe, std::function<void()> on_bytes, std::function<void()> on_end);
  // Takes what is in the pipe now, and closes it.
  void drain();
  [[nodiscard]] bool open() const { return open_; }

 private:
  void read();
  void take(std::size_t count);

  boost::asio::posix::stream_descriptor pipe_;
  Stream& kept_;
  std::uint64_t keep_bytes_;
  std::function<void()> on_bytes_, on_end_;
  std::array<char, 65536> buffer_;
  bool open_ = true;
};

}  // namespace memgrade::exec
