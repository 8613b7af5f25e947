#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <harness/cli/cli.hpp>
#include <harness/cli/output.hpp>
#include <tuple>

namespace memgrade::cli {
namespace {

struct Stream {
  int fd;
  const char* name;
  std::atomic<int> error = 0;  // errno of the first write that failed
};
std::array<Stream, 2> streams = {{{STDOUT_FILENO, "standard output"}, {STDERR_FILENO, "standard error"}}};

void flush(std::FILE* stream) {
  errno = 0;
  // CLI11 prints the help by std::cout, which fails without a word; the stream's own mark is left.
  if (std::fflush(stream) != 0 || std::ferror(stream)) note_unwritten(::fileno(stream), errno);
}

}  // namespace

void prepare_output() {
  ::signal(SIGPIPE, SIG_IGN);
  // The lowest free descriptor is taken. Opened for reading, so that writing to it fails as it did.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF) std::ignore = ::open("/dev/null", O_RDONLY | O_NOCTTY);
}

void write_to(std::FILE* stream, std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stream) != text.size())
    note_unwritten(::fileno(stream), errno);
}

void note_unwritten(int fd, int error) {
  int none = 0;
  for (Stream& stream : streams)
    if (stream.fd == fd) stream.error.compare_exchange_strong(none, error ? error : EIO);
}

int finish_output(int status) {
  flush(stdout);
  flush(stderr);
  for (const Stream& stream : streams) {
    const int error = stream.error;
    if (error == 0) continue;
    status = kInfrastructure;
    // Of standard error there is nobody left to be told by, but for the exit code.
    print_to(stderr, "memgrade: cannot write to {}: {}\n", stream.name, std::strerror(error));
  }
  return status;
}

}  // namespace memgrade::cli
