// The socket on which memgrade-confine tells what became of the command.
#pragma once

#include <harness/exec/confine_protocol.h>
#include <sys/types.h>

#include <harness/base/descriptor.hpp>
#include <harness/base/result.hpp>
#include <optional>

namespace memgrade::exec {

struct ReportSocket {
  Descriptor ours, theirs;
};
[[nodiscard]] Result<ReportSocket> make_report_socket();

struct Report {
  confine_message message;
  pid_t sender;  // as numbered for us, whatever namespace it is in; 0 if the kernel did not say
};
// The next report if one is there; nothing at the end, or (`again`) when none has come yet. Does not wait.
[[nodiscard]] std::optional<Report> receive_report(int socket, bool& again);

}  // namespace memgrade::exec
