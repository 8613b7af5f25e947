// A user id that no other run on this machine has at the same time, for commands that root runs.
#pragma once

#include <sys/types.h>

#include <harness/base/descriptor.hpp>
#include <harness/base/result.hpp>

namespace memgrade::exec {

// The ids are those that systemd lends to services in the same manner: nobody's, and without files.
inline constexpr uid_t first_leased_user = 61184;
inline constexpr uid_t leased_users = 1024;
// All of them are of this group, to which what all may read can be opened without opening it to everybody.
inline constexpr gid_t leased_group = 61184;

// Held as the name of an abstract socket, which the kernel gives to one process at a time and takes back when
// that process ends, however it ends. Released when the object goes.
class UserLease {
 public:
  UserLease() = default;  // of nobody: user() is 0
  [[nodiscard]] static Result<UserLease> take();
  [[nodiscard]] uid_t user() const { return user_; }

 private:
  UserLease(uid_t user, Descriptor name) : user_(user), name_(std::move(name)) {}
  uid_t user_ = 0;
  Descriptor name_;
};

}  // namespace memgrade::exec
