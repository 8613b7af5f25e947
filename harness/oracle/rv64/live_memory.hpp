// What is given out at the moment, as far as a trace tells: blocks of pages and objects, each by the
// operation that got it. The state that the models of the buddy system and of kmalloc share.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace memgrade::oracle {

inline constexpr std::uint64_t page_bytes_rv64 = 4096;
inline constexpr std::size_t block_orders = 13;  // 1, 2, 4 … 4096 pages

struct Live {
  std::uint64_t address = 0, bytes = 0;
  std::size_t op = 0;
  bool object = false;  // of kmalloc
};

class LiveMemory {
 public:
  // `pages` is a power of two.
  LiveMemory(std::uint64_t start, std::uint64_t pages) : start_(start), users_(pages, 0) {}

  [[nodiscard]] std::uint64_t start() const { return start_; }
  [[nodiscard]] std::uint64_t pages() const { return users_.size(); }
  [[nodiscard]] bool inside(std::uint64_t address, std::uint64_t bytes) const;
  // The page's number; the address is inside.
  [[nodiscard]] std::size_t page_of(std::uint64_t address) const {
    return static_cast<std::size_t>((address - start_) / page_bytes_rv64);
  }

  // The lowest of what overlaps [address, address + bytes); nullptr when nothing does.
  [[nodiscard]] const Live* overlapping(std::uint64_t address, std::uint64_t bytes) const;
  [[nodiscard]] const Live* at(std::uint64_t address) const;
  // Inside, at least a byte. What overlaps is forgotten: the student's allocator has decided.
  void add(const Live& live);
  void remove(std::uint64_t address);

  // Something was given out twice, or outside: from here on nobody can say what is free, and nothing more is
  // judged.
  void lose() { lost_ = true; }
  [[nodiscard]] bool lost() const { return lost_; }

  [[nodiscard]] bool empty() const { return live_.empty(); }
  // Nothing is given out, but for the page that a sequence takes first where the first page cannot be freed.
  [[nodiscard]] bool quiet() const {
    return live_.empty() || (live_.size() == 1 && live_.begin()->second.op == 0 &&
                             !live_.begin()->second.object && live_.begin()->second.bytes == page_bytes_rv64);
  }
  [[nodiscard]] std::uint64_t free_pages() const;
  // Whether `run` pages (a power of two) at a multiple of `run` are all free.
  [[nodiscard]] bool has_free_run(std::uint64_t run) const;
  // How many free blocks of 1, 2, 4 … pages there are when all buddies are joined.
  [[nodiscard]] std::array<std::uint64_t, block_orders> joined_blocks() const;
  // See draw_pages; `address` may be anything.
  [[nodiscard]] std::string picture(std::uint64_t address) const;

 private:
  void count(const Live& live, int by);

  std::uint64_t start_;
  std::map<std::uint64_t, Live> live_;  // by address
  std::vector<int> users_;              // live ranges that have a byte in the page
  bool lost_ = false;
};

}  // namespace memgrade::oracle
