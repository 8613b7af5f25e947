#include <fmt/format.h>

#include <charconv>
#include <harness/base/siphash.hpp>
#include <harness/vm/linux/records.hpp>
#include <map>
#include <optional>
#include <utility>

namespace memgrade::vm {
namespace {

constexpr std::string_view magic = "MGR1";
constexpr std::size_t header_bytes = 48;
constexpr std::size_t checked_bytes = 40;
constexpr std::uint64_t flag_cut = 1;
constexpr std::uint64_t flag_more = 2;

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = width; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

struct Frame {
  std::uint64_t flags = 0, number = 0, time_ns = 0;
  std::string_view kind, name, data;
  std::size_t bytes = 0;
};

class Reader {
 public:
  Reader(std::string_view bytes, const RecordKey& key) : bytes_(bytes), key_(key) {}

  RecordStream read() {
    while (stream_.trouble.empty() && !stream_.whole) {
      const auto frame = next();
      if (frame) take(*frame);
    }
    // Parts of a record that nothing followed.
    for (const auto& [name, index] : open_) stream_.records[index].cut = true;
    return std::move(stream_);
  }

 private:
  std::optional<Frame> trouble(std::string_view what) {
    stream_.trouble = fmt::format("{} after {} bytes, in record {}", what, at_, expected_);
    return std::nullopt;
  }

  std::optional<Frame> next() {
    const std::string_view rest = bytes_.substr(at_);
    if (rest.empty()) return trouble("the records stop");
    if (rest.substr(0, magic.size()) != magic.substr(0, rest.size()))
      return trouble("there is something else");
    if (rest.size() < header_bytes) return trouble("the records are cut");
    const std::uint64_t data = number(rest, 24, 8);
    const std::size_t kind = number(rest, 32, 2);
    const std::size_t name = number(rest, 34, 2);
    if (data > rest.size() || header_bytes + kind + name + data > rest.size()) {
      return trouble("the records are cut");
    }
    const std::string_view body = rest.substr(header_bytes, kind + name + data);
    std::string checked(rest.substr(0, checked_bytes));
    checked += body;
    if (siphash(checked, key_) != number(rest, checked_bytes, 8)) return trouble("a check value is wrong");
    const Frame frame{.flags = number(rest, 4, 4),
                      .number = number(rest, 8, 8),
                      .time_ns = number(rest, 16, 8),
                      .kind = body.substr(0, kind),
                      .name = body.substr(kind, name),
                      .data = body.substr(kind + name),
                      .bytes = header_bytes + body.size()};
    if (frame.number != expected_) return trouble(fmt::format("record {} stands", frame.number));
    return frame;
  }

  void take(const Frame& frame) {
    ++expected_;
    at_ += frame.bytes;
    if (frame.kind == "end") return end(frame);
    if (frame.kind == "beat") return;
    const std::pair<std::string, std::string> label(frame.kind, frame.name);
    const auto begun = open_.find(label);
    const std::size_t index = begun != open_.end() ? begun->second : stream_.records.size();
    if (begun == open_.end()) {
      stream_.records.push_back({.kind = label.first,
                                 .name = label.second,
                                 .bytes = {},
                                 .time_s = static_cast<double>(frame.time_ns) / 1e9});
    }
    GuestRecord& record = stream_.records[index];
    record.bytes += frame.data;
    record.cut = record.cut || (frame.flags & flag_cut) != 0;
    if ((frame.flags & flag_more) != 0)
      open_[label] = index;
    else
      open_.erase(label);
  }

  void end(const Frame& frame) {
    std::uint64_t count = 0;
    const auto [last, error] =
        std::from_chars(frame.data.data(), frame.data.data() + frame.data.size(), count);
    if (error != std::errc() || count != frame.number) {
      trouble("the last record counts wrongly");
    } else if (at_ != bytes_.size()) {
      trouble("something follows the last record");
    } else {
      stream_.whole = true;
    }
  }

  std::string_view bytes_;
  RecordKey key_;
  std::size_t at_ = 0;
  std::uint64_t expected_ = 0;
  RecordStream stream_;
  std::map<std::pair<std::string, std::string>, std::size_t> open_;
};

}  // namespace

RecordStream read_records(std::string_view bytes, const RecordKey& key) {
  return Reader(bytes, key).read();
}

}  // namespace memgrade::vm
