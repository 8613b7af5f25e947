#include <algorithm>
#include <harness/exec/stream_reader.hpp>

namespace memgrade::exec {

void StreamReader::start(Descriptor pipe, std::function<void()> on_bytes, std::function<void()> on_end) {
  pipe_.assign(pipe.release());
  pipe_.non_blocking(true);
  on_bytes_ = std::move(on_bytes);
  on_end_ = std::move(on_end);
  read();
}

void StreamReader::read() {
  pipe_.async_read_some(boost::asio::buffer(buffer_),
                        [this](boost::system::error_code error, std::size_t count) {
                          if (error == boost::asio::error::operation_aborted) return;
                          take(count);
                          if (!error) return read();
                          open_ = false;
                          pipe_.close();
                          on_end_();
                        });
}

void StreamReader::take(std::size_t count) {
  if (count == 0) return;
  const std::uint64_t room = keep_bytes_ - std::min<std::uint64_t>(keep_bytes_, kept_.bytes.size());
  kept_.bytes.append(buffer_.data(), static_cast<std::size_t>(std::min<std::uint64_t>(room, count)));
  kept_.total_bytes += count;
  kept_.cut = kept_.total_bytes > kept_.bytes.size();
  on_bytes_();
}

// Not more than a pipe holds: somebody could be filling it again.
void StreamReader::drain() {
  if (!open_) return;
  open_ = false;
  for (int part = 0; part < 64; ++part) {
    boost::system::error_code error;
    const std::size_t count = pipe_.read_some(boost::asio::buffer(buffer_), error);
    if (error) break;
    take(count);
  }
  pipe_.close();
}

}  // namespace memgrade::exec
