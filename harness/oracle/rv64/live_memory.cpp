#include <harness/oracle/rv64/live_memory.hpp>
#include <harness/oracle/rv64/page_map.hpp>

namespace memgrade::oracle {

bool LiveMemory::inside(std::uint64_t address, std::uint64_t bytes) const {
  const std::uint64_t all = pages() * page_bytes_rv64;
  return address >= start_ && bytes <= all && address - start_ <= all - bytes;
}

const Live* LiveMemory::overlapping(std::uint64_t address, std::uint64_t bytes) const {
  auto next = live_.lower_bound(address);
  if (next != live_.begin()) {
    const Live& before = std::prev(next)->second;
    if (before.address + before.bytes > address) return &before;
  }
  return next != live_.end() && next->first < address + bytes ? &next->second : nullptr;
}

const Live* LiveMemory::at(std::uint64_t address) const {
  const auto found = live_.find(address);
  return found == live_.end() ? nullptr : &found->second;
}

void LiveMemory::count(const Live& live, int by) {
  const std::size_t last = page_of(live.address + live.bytes - 1);
  for (std::size_t page = page_of(live.address); page <= last; ++page) {
    users_[page] += by;
  }
}

void LiveMemory::add(const Live& live) {
  while (const Live* old = overlapping(live.address, live.bytes)) remove(old->address);
  live_[live.address] = live;
  count(live, 1);
}

void LiveMemory::remove(std::uint64_t address) {
  const auto found = live_.find(address);
  if (found == live_.end()) return;
  count(found->second, -1);
  live_.erase(found);
}

std::uint64_t LiveMemory::free_pages() const {
  std::uint64_t free = 0;
  for (const int users : users_) free += users == 0 ? 1 : 0;
  return free;
}

bool LiveMemory::has_free_run(std::uint64_t run) const {
  std::uint64_t length = 0;
  for (std::size_t page = 0; page < users_.size(); ++page) {
    if (page % run == 0) length = 0;
    length = users_[page] == 0 ? length + 1 : 0;
    if (length == run && page % run == run - 1) return true;
  }
  return false;
}

std::array<std::uint64_t, block_orders> LiveMemory::joined_blocks() const {
  std::array<std::uint64_t, block_orders> count{};
  std::vector<bool> whole(users_.size());
  for (std::size_t page = 0; page < users_.size(); ++page) whole[page] = users_[page] == 0;
  for (std::size_t order = 0; order + 1 < block_orders && whole.size() > 1; ++order) {
    std::vector<bool> joined(whole.size() / 2);
    for (std::size_t i = 0; i < joined.size(); ++i) {
      joined[i] = whole[2 * i] && whole[2 * i + 1];
      if (!joined[i]) count[order] += static_cast<std::uint64_t>(whole[2 * i] + whole[2 * i + 1]);
    }
    whole = std::move(joined);
    if (whole.size() == 1) count[order + 1] += whole[0] ? 1U : 0U;
  }
  return count;
}

std::string LiveMemory::picture(std::uint64_t address) const {
  std::vector<std::int32_t> owners(users_.size(), -1);
  for (const auto& [where, live] : live_) {
    const bool small = live.object && live.bytes < page_bytes_rv64;
    for (std::size_t page = page_of(where); page <= page_of(where + live.bytes - 1); ++page)
      owners[page] = small ? -2 : static_cast<std::int32_t>(live.op);
  }
  return draw_pages(owners, inside(address, 1) ? static_cast<std::int64_t>(page_of(address)) : -1);
}

}  // namespace memgrade::oracle
