// What a student handed in, for sentences on how it ended.
#pragma once

namespace memgrade {

enum class Subject {
  program,  // a user program on this host
  module,   // a module in the kernel of a Linux guest
  machine,  // a whole kernel: whatever befalls its machine is its own doing
};

}  // namespace memgrade
