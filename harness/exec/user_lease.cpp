// Leases by bind(2) on abstract socket names (unix(7)).
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <harness/exec/user_lease.hpp>

namespace memgrade::exec {

Result<UserLease> UserLease::take() {
  for (uid_t user = first_leased_user; user < first_leased_user + leased_users; ++user) {
    Descriptor name(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!name) break;
    const std::string text = fmt::format("memgrade-user-{}", user);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    // An abstract name begins with a zero byte.
    std::ranges::copy(text, address.sun_path + 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    if (::bind(name.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0) {
      return UserLease(user, std::move(name));
    }
    if (errno != EADDRINUSE) break;
  }
  return fail(ErrorKind::sandbox, fmt::format("no user id is free for a command: {}", std::strerror(errno)));
}

}  // namespace memgrade::exec
