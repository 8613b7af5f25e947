// File descriptors passed to another process over a socket of the Unix domain (SCM_RIGHTS, see unix(7)).
#pragma once

#include <sys/types.h>

#include <span>
#include <string_view>

namespace memgrade {

inline constexpr std::size_t most_descriptors_sent = 8;

// Sends as many of the bytes as go, at least one, and copies of the descriptors with the first of them. The
// result is sendmsg(2)'s: how many bytes went, or -1 with errno, which is never EINTR or a SIGPIPE.
[[nodiscard]] ssize_t send_descriptors(int socket, std::string_view bytes, std::span<const int> descriptors,
                                       int flags = 0);

}  // namespace memgrade
