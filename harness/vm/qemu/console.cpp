#include <algorithm>
#include <harness/vm/qemu/console.hpp>

namespace memgrade::vm {

std::optional<std::string> Console::take(std::string_view bytes) {
  const std::uint64_t room = keep_bytes_ - std::min<std::uint64_t>(keep_bytes_, stream_.bytes.size());
  stream_.bytes += bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())));
  stream_.total_bytes += bytes.size();
  stream_.cut = stream_.total_bytes > stream_.bytes.size();
  while (watch_ && !bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::size_t part =
        std::min({end, bytes.size(), longest_line_bytes - std::min(longest_line_bytes, line_.size())});
    line_ += bytes.substr(0, part);
    const bool whole = part == end;
    bytes.remove_prefix(whole ? part + 1 : part);
    if (!whole && line_.size() < longest_line_bytes) break;
    std::string_view line = line_;
    while (whole && line.ends_with('\r')) line.remove_suffix(1);
    auto reason = watch_(line);
    line_.clear();
    if (!reason) continue;
    watch_ = nullptr;
    return reason;
  }
  return std::nullopt;
}

}  // namespace memgrade::vm
