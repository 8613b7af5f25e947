// Looks into the stopped kernel from outside: what the page tables map when it gets to chosen places, and
// what its allocator's tree says. The kernel is not asked; it cannot say that something is mapped which is
// not.
#pragma once

#include <harness/base/result.hpp>
#include <harness/collect/riscv_kernel/machine.hpp>
#include <harness/model/search.hpp>
#include <map>
#include <mutex>
#include <string>

namespace memgrade::collect {

// The looks of all tasks of a lab. They share one boot of each image, which is done when the first of them is
// asked for. Thread-safe.
//
// Such a boot goes by the clock of the host, because QEMU does not stop rightly while it counts instructions.
// On a busy host the guest may then be late for its own timer; so what it prints is compared with the boot
// that counts, and where they differ it is done again, a few times.
class PageTableProbes {
 public:
  PageTableProbes(const KernelMachine& machine, const Json& all);
  // Of some of them, by their names.
  [[nodiscard]] Result<ByName<PageTableProbe>> take(const Json& looks) const;

 private:
  struct Once {
    std::once_flag done;
    Status status;
    ByName<PageTableProbe> answers;  // by the look as it stands in the case
  };

  const KernelMachine& machine_;
  Json all_ = Json::array();  // each once
  mutable std::map<std::string, Once> images_;
};

}  // namespace memgrade::collect
