// Packets with the credentials that the kernel vouches for (SCM_CREDENTIALS, unix(7)).
#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <harness/exec/confine_report.hpp>
#include <harness/exec/launch.hpp>

namespace memgrade::exec {

Result<ReportSocket> make_report_socket() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail(ErrorKind::infrastructure, fmt::format("cannot make a socket: {}", std::strerror(errno)));
  }
  ReportSocket made{Descriptor(ends[0]), {}};
  auto theirs = move_above_child_fds(Descriptor(ends[1]));
  if (!theirs) return std::unexpected(theirs.error());
  made.theirs = std::move(*theirs);
  const int yes = 1;
  ::setsockopt(made.ours.get(), SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes);
  return made;
}

std::optional<Report> receive_report(int socket, bool& again) {
  Report report{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(ucred))> control{};
  iovec part{&report.message, sizeof report.message};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  again = got < 0 && (errno == EAGAIN || errno == EINTR);
  if (got != static_cast<ssize_t>(sizeof report.message)) return std::nullopt;
  // The text comes from our own program, but it is shown as a C string.
  report.message.what[sizeof report.message.what - 1] = '\0';
  const cmsghdr* first = CMSG_FIRSTHDR(&header);
  if (first != nullptr && first->cmsg_type == SCM_CREDENTIALS) {
    ucred sender{};
    std::memcpy(&sender, CMSG_DATA(first), sizeof sender);
    report.sender = sender.pid;
  }
  return report;
}

}  // namespace memgrade::exec
