#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <harness/base/send_descriptors.hpp>

namespace memgrade {

ssize_t send_descriptors(int socket, std::string_view bytes, std::span<const int> descriptors, int flags) {
  if (bytes.empty() || descriptors.empty() || descriptors.size() > most_descriptors_sent) {
    errno = EINVAL;
    return -1;
  }
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(most_descriptors_sent * sizeof(int))> space{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = space.data();
  message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  cmsghdr* const passed = CMSG_FIRSTHDR(&message);
  passed->cmsg_level = SOL_SOCKET;
  passed->cmsg_type = SCM_RIGHTS;
  passed->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(passed), descriptors.data(), descriptors.size_bytes());
  ssize_t sent = 0;
  do sent = ::sendmsg(socket, &message, flags | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent;
}

}  // namespace memgrade
