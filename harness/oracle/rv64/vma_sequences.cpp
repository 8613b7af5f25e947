// The families that ask about mmap, munmap and the page fault handler.
#include <algorithm>
#include <harness/base/page.hpp>
#include <harness/oracle/rv64/call_sequences.hpp>
#include <harness/oracle/rv64/sequence_builder.hpp>
#include <harness/oracle/rv64/vma_permissions.hpp>

namespace memgrade::oracle {
namespace {

constexpr std::uint64_t all_permissions = pte_r | pte_w | pte_x | pte_u | pte_v;
constexpr std::uint64_t read_write = pte_r | pte_w | pte_u | pte_v;

struct Range {
  std::uint64_t start = 0, pages = 1, flags = 0;

  [[nodiscard]] std::uint64_t bytes() const { return pages * page_bytes; }
  [[nodiscard]] std::uint64_t end() const { return start + bytes(); }
};

void map(SequenceMaker& make, const Range& range) {
  make.add(Call::mmap, range.start, range.bytes(), range.flags);
}

void unmap(SequenceMaker& make, const Range& range) {
  make.add(Call::munmap, range.start, range.bytes());
}

// With the page behind it: it must not be mapped either.
void look_at(SequenceMaker& make, const Range& range) {
  make.add(Call::ptes, range.start, std::min<std::uint64_t>(range.bytes() + page_bytes, 32 * page_bytes));
}

// Low halves are 0, so that a fetch of the word is an illegal instruction.
void store_word(SequenceMaker& make, std::uint64_t address) {
  make.add(Call::store, address, 4, make.between(1, 0x7FFF) << 16);
}

// At an address of a multiple of 4, or just before one: the values are no instruction either.
void store_byte(SequenceMaker& make, std::uint64_t address) {
  make.add(Call::store, address, 1, 4 * make.between(1, 7));
}

void access(SequenceMaker& make, Call call, std::uint64_t word) {
  if (call == Call::store) return store_word(make, word);
  make.add(call, word, call == Call::load ? 4 : 0);
}

std::uint64_t word_in(SequenceMaker& make, const Range& range) {
  const std::uint64_t page = make.below(range.pages) * page_bytes;
  constexpr std::uint64_t last_word = page_bytes - 4;
  const std::uint64_t words[] = {0, last_word, 4 * make.below(page_bytes / 4)};
  return range.start + page + words[make.below(3)];
}

// Three at the bottom, one near the program on either side, two far up.
std::uint64_t some_start(SequenceMaker& make) {
  const std::vector<std::uint64_t> starts{0,
                                          page_bytes * make.below(64),
                                          page_bytes * make.below(3000),
                                          0xF0'0000,
                                          program_end,
                                          0x4000'0000 + page_bytes * make.below(64),
                                          0x7000'0000};
  return make.one_of(starts);
}

std::uint64_t sound_flags(SequenceMaker& make) {
  static const std::vector<std::uint64_t> permissions{pte_r, pte_x, pte_r | pte_w, pte_r | pte_x,
                                                      pte_r | pte_w | pte_x};
  return make.one_of(permissions) | pte_u | pte_v;
}

bool free_of(const std::vector<Range>& ranges, const Range& range) {
  return mappable(range.start, range.bytes()) && std::ranges::none_of(ranges, [&](const Range& other) {
           return range.start < other.end() && other.start < range.end();
         });
}

void permissions_of(SequenceMaker& make, Range range) {
  std::vector<Call> rest{Call::load, Call::store, Call::fetch};
  for (const Call first : {Call::load, Call::store, Call::fetch}) {
    range.start = some_start(make);
    map(make, range);
    look_at(make, range);
    access(make, first, word_in(make, range));
    look_at(make, range);
    make.shuffle(rest);
    for (const Call next : rest) access(make, next, word_in(make, range));
    look_at(make, range);
    unmap(make, range);
    look_at(make, range);
    access(make, first, range.start);
  }
}

}  // namespace

CallSequence vma_permissions(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::late, seed);
  std::vector<std::uint64_t> permissions;
  for (std::uint64_t bits = 0; bits < 8; ++bits) permissions.push_back(bits * pte_r | pte_u | pte_v);
  for (std::size_t i = 0; i < steps; ++i) {
    permissions.push_back(make.below(8) * pte_r | pte_u);
    permissions.push_back(make.below(8) * pte_r | pte_v);
    permissions.push_back(all_permissions & ~(make.chance(50) ? pte_u : pte_v));
  }
  make.shuffle(permissions);
  for (const std::uint64_t flags : permissions)
    permissions_of(make, {.start = 0, .pages = 1, .flags = flags});
  return make.take();
}

CallSequence vma_edges(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::late, seed);
  for (std::size_t step = 0; step < steps; ++step) {
    const Range first{some_start(make), make.between(1, 4), read_write};
    Range second{first.end(), make.between(1, 3), make.chance(50) ? pte_r | pte_u | pte_v : read_write};
    if (!mappable(first.start, first.bytes())) continue;
    map(make, first);
    make.add(Call::vmas);
    look_at(make, first);
    store_byte(make, first.end() - 1);
    make.add(Call::load, first.end() - 4, 4);
    make.add(Call::load, first.end(), 4);
    make.add(Call::store, first.end(), 1, 4);
    make.add(Call::fetch, first.end());
    store_byte(make, first.start);
    make.add(Call::load, first.start, 4);
    if (first.start > 0 && first.start != program_end) make.add(Call::load, first.start - 1, 1);
    look_at(make, first);
    const bool beside = mappable(second.start, second.bytes());
    if (beside) {
      map(make, second);
      make.add(Call::vmas);
      look_at(make, second);
      make.add(Call::load, second.start, 1);
      store_word(make, second.start);
      make.add(Call::load, second.end() - 1, 1);
      make.add(Call::load, second.end(), 1);
      look_at(make, second);
    }
    unmap(make, first);
    make.add(Call::vmas);
    look_at(make, {first.start, first.pages - 1, 0});
    make.add(Call::load, first.start, 1);
    if (beside) {
      make.add(Call::load, second.start, 4);
      unmap(make, second);
      look_at(make, second);
      make.add(Call::load, second.start, 1);
    }
  }
  return make.take();
}

CallSequence vma_random(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::late, seed);
  std::vector<Range> ranges, former;
  make.add(Call::census);
  for (std::size_t step = 0; step < steps && !make.full(); ++step) {
    const Range fresh{some_start(make), make.between(1, 6), sound_flags(make)};
    if (ranges.size() < 6 && make.chance(30) && free_of(ranges, fresh)) {
      map(make, fresh);
      ranges.push_back(fresh);
      make.add(Call::vmas);
      look_at(make, {fresh.start, fresh.pages - 1, 0});
    } else if (!ranges.empty() && make.chance(20)) {
      former.push_back(make.take_one_of(ranges));
      unmap(make, former.back());
      make.add(Call::vmas);
      look_at(make, {former.back().start, former.back().pages - 1, 0});
    } else if (!former.empty() && make.chance(15)) {
      access(make, make.one_of(std::vector{Call::load, Call::store, Call::fetch}),
             word_in(make, make.one_of(former)));
    } else if (!ranges.empty()) {
      const Range& range = make.one_of(ranges);
      access(make, make.one_of(std::vector{Call::load, Call::store, Call::load, Call::store, Call::fetch}),
             word_in(make, range));
      if (make.chance(30)) look_at(make, {range.start, range.pages - 1, 0});
    }
  }
  for (const Range& range : ranges) unmap(make, range);
  make.add(Call::vmas);
  make.add(Call::census);
  return make.take();
}

CallSequence vma_munmap(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::late, seed);
  make.add(Call::census);
  for (std::size_t step = 0; step < steps; ++step) {
    const Range range{some_start(make), make.between(2, 5), read_write};
    if (!mappable(range.start, range.bytes() + page_bytes)) continue;
    map(make, range);
    const bool touched = make.chance(70);
    const std::uint64_t word = word_in(make, range);
    if (touched) store_word(make, word);
    std::vector<Range> others{{range.start, range.pages - 1, 0},
                              {range.start, range.pages + 1, 0},
                              {range.start + page_bytes, range.pages - 1, 0},
                              {range.start + page_bytes, range.pages, 0},
                              {range.start, 1, 0}};
    make.shuffle(others);
    for (std::size_t i = 0; i < 3; ++i) unmap(make, others[i]);
    make.add(Call::vmas);
    if (touched) make.add(Call::load, word, 4);
    unmap(make, range);
    look_at(make, range);
    make.add(Call::load, word, 4);
    unmap(make, range);
    make.add(Call::vmas);
    const Range again{range.start, range.pages, make.chance(50) ? read_write : pte_r | pte_u | pte_v};
    map(make, again);
    look_at(make, again);
    make.add(Call::load, word, 4);
    look_at(make, again);
    unmap(make, again);
    look_at(make, again);
    make.add(Call::load, word, 4);
  }
  make.add(Call::census);
  return make.take();
}

CallSequence vma_rounds(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::late, seed);
  make.add(Call::census);
  for (std::size_t round = 0; round < steps && !make.full(); ++round) {
    const Range range{page_bytes * make.below(16), make.between(1, 3), read_write};
    map(make, range);
    if (make.chance(90)) store_word(make, word_in(make, range));
    unmap(make, range);
    if (round % 250 == 249) make.add(Call::census);
  }
  make.add(Call::vmas);
  make.add(Call::census);
  return make.take();
}

CallSequence vma_no_memory(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::late, seed);
  make.add(Call::census);
  for (std::size_t step = 0; step < steps; ++step) {
    const Range other{0, 1, read_write};
    const Range range{page_bytes * make.between(8, 40), make.between(2, 4), read_write};
    // With tables of pages there already, and without: it is the last page that matters, or the first.
    const bool tables = step % 2 == 0, some = step % 4 < 2;
    if (tables) {
      map(make, other);
      store_word(make, 0);
    }
    map(make, range);
    make.add(Call::hog, some ? make.between(1, range.pages - 1) : 0);
    const std::uint64_t word = word_in(make, range);
    access(make, make.chance(50) ? Call::load : Call::store, word);
    look_at(make, range);
    make.add(Call::unhog);
    make.add(Call::load, word, 4);
    look_at(make, range);
    unmap(make, range);
    look_at(make, range);
    if (tables) {
      make.add(Call::load, 0, 4);
      unmap(make, other);
    }
    make.add(Call::census);
  }
  return make.take();
}

CallSequence mmap_refusals(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::late, seed);
  const Range range{page_bytes * make.between(2, 60), 4, read_write};
  map(make, range);
  store_word(make, range.start);
  const auto refused = [&](std::uint64_t start, std::uint64_t bytes) {
    make.add(Call::mmap, start, bytes, pte_r | pte_u | pte_v);
    make.add(Call::vmas);
  };
  for (std::size_t step = 0; step < steps; ++step) {
    switch (step % 6) {
      case 0:
        refused(range.start + page_bytes * make.below(4), page_bytes * make.between(1, 6));
        break;
      case 1:
        refused(range.start - page_bytes, page_bytes * make.between(2, 8));
        break;
      case 2:
        refused(0x50'0000 + make.between(1, page_bytes - 1), page_bytes);
        break;
      case 3:
        refused(0x50'0000, 0);
        break;
      case 4:
        refused(program_start - page_bytes * make.below(2), 2 * page_bytes);
        break;
      default:
        refused(0x8000'0000 - page_bytes * make.below(2), 2 * page_bytes);
        break;
    }
  }
  make.add(Call::load, range.start, 4);
  unmap(make, range);
  return make.take();
}

}  // namespace memgrade::oracle
