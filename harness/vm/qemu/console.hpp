// What a guest prints, as it comes: what is kept of it, and the lines for the caller's LineWatch.
#pragma once

#include <harness/vm/qemu/run_result.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace memgrade::vm {

inline constexpr std::size_t longest_line_bytes = 65536;

class Console {
 public:
  Console(std::uint64_t keep_bytes, LineWatch watch) : keep_bytes_(keep_bytes), watch_(std::move(watch)) {}
  // The watch's reason when it had enough; after that it is not called any more.
  [[nodiscard]] std::optional<std::string> take(std::string_view bytes);
  [[nodiscard]] const Stream& stream() const { return stream_; }
  [[nodiscard]] Stream release() { return std::move(stream_); }

 private:
  std::uint64_t keep_bytes_;
  LineWatch watch_;
  Stream stream_;
  std::string line_;
};

}  // namespace memgrade::vm
