// The table of families, and those that ask about the allocators.
#include <algorithm>
#include <bit>
#include <harness/base/page.hpp>
#include <harness/oracle/rv64/call_sequences.hpp>
#include <harness/oracle/rv64/sequence_builder.hpp>

namespace memgrade::oracle {
namespace {

constexpr std::uint64_t driver_pages = 4096;

constexpr SequenceFamily families[] = {
    {"buddy-random", "blocks of all sizes come and go; at the end all is one block again", 300, buddy_random},
    {"buddy-fill", "blocks of one size until none is left; freed in random order", 256, buddy_fill},
    {"buddy-rounds", "1,000 rounds of taking and freeing lose no page", 1000, buddy_rounds},
    {"buddy-placement", "blocks of all sizes until memory is full, and nothing is freed", 40,
     buddy_placement},
    {"buddy-sizes", "sizes that are no power of two, and more than there is", 24, buddy_sizes},
    {"buddy-zero-pages", "alloc_pages(0), which must give 0", 5, buddy_zero_pages},
    {"buddy-huge-size", "alloc_pages(4294967295), which must give 0", 5, buddy_huge_size},
    {"buddy-double-free", "blocks are freed twice, which must change nothing", 10, buddy_double_free},
    {"buddy-free-inside", "frees of pages inside a block, which must change nothing", 10, buddy_free_inside},
    {"buddy-free-crooked", "frees of addresses that are no page's, which must change nothing", 10,
     buddy_free_misaligned},
    {"buddy-free-foreign",
     "frees of pages never given out, and outside the memory, which must change nothing", 10,
     buddy_free_foreign},
    {"kmalloc-random", "objects of all sizes come and go; at the end all pages are back", 400,
     kmalloc_random},
    {"kmalloc-rounds", "1,000 rounds of kmalloc and kfree lose no page", 1000, kmalloc_rounds},
    {"kmalloc-sizes", "the edges of the size classes, 0 and NULL", 40, kmalloc_sizes},
    {"kmalloc-null", "kmalloc(0) and kfree(NULL)", 3, kmalloc_null},
    {"kmalloc-too-large", "sizes of more bytes than there are, which must give NULL", 2, kmalloc_too_large},
    {"kmalloc-bad-free", "kfree twice, and of what kmalloc did not give", 10, kmalloc_bad_free},
    {"area-rights", "the eight R, W, X combinations by load, store and fetch; without U, without V", 3,
     vma_permissions},
    {"area-edges", "first byte, last byte, one past the end; VMAs of several pages, side by side", 8,
     vma_edges},
    {"area-random", "mmap, munmap and accesses in any order", 150, vma_random},
    {"area-munmap", "munmap of a part, of more, twice; new VMAs in the old places are zero", 8, vma_munmap},
    {"area-rounds", "1,000 rounds of mmap, store and munmap lose no page", 1000, vma_rounds},
    {"area-no-memory", "accesses while no page is free, and after", 4, vma_no_memory},
    {"mmap-refusals", "mmap over a VMA, misaligned, empty, over the program", 12, mmap_refusals},
};

std::uint64_t some_pages(SequenceMaker& make, std::uint64_t most_order) {
  return make.between(1, std::uint64_t{1} << make.below(most_order + 1));
}

void all_is_one_block(SequenceMaker& make) {
  make.add(Call::census);
  const std::int32_t all = make.add(Call::alloc_pages, driver_pages);
  make.add(Call::alloc_page);
  make.add_on(Call::free, all);
}

void free_all(SequenceMaker& make, std::vector<std::int32_t>& live, Call call) {
  while (!live.empty()) make.add_on(call, make.take_one_of(live));
}

std::uint64_t some_bytes(SequenceMaker& make) {
  if (make.chance(15)) return make.between(2049, 5 * page_bytes);
  return make.between(1, std::uint64_t{8} << make.below(9));
}

// Each step takes blocks, frees one, does one bad free, and takes single pages and a larger block after it: a
// block that was freed by mistake is among them. What is free is not counted in between: to take and to free
// everything is more than some allocators stand. `bad_free` gets the live blocks and the one that was just
// freed.
using BadFree = void (*)(SequenceMaker&, std::vector<std::int32_t>& live, std::int32_t gone);
CallSequence bad_frees(std::uint64_t seed, std::size_t steps, BadFree bad_free) {
  SequenceMaker make(Phase::early, seed);
  std::vector<std::int32_t> live;
  for (std::size_t step = 0; step < steps; ++step) {
    for (int i = 0; i < 6; ++i) live.push_back(make.add(Call::alloc_pages, some_pages(make, 3)));
    const std::int32_t gone = make.take_one_of(live);
    make.add_on(Call::free, gone);
    bad_free(make, live, gone);
    // Blocks are in use, so that all of memory cannot be had.
    if (step % 2 == 0) live.push_back(make.add(Call::alloc_pages, driver_pages));
    for (int i = 0; i < 6; ++i) live.push_back(make.add(Call::alloc_page));
    live.push_back(make.add(Call::alloc_pages, some_pages(make, 3)));
    for (int i = 0; i < 4; ++i) make.add_on(Call::free, make.take_one_of(live));
  }
  make.add(Call::census);
  free_all(make, live, Call::free);
  all_is_one_block(make);
  return make.take();
}

}  // namespace

std::span<const SequenceFamily> sequence_families() {
  return families;
}

const SequenceFamily* find_sequence_family(std::string_view name) {
  const auto* const found = std::ranges::find(families, name, &SequenceFamily::name);
  return found == std::end(families) ? nullptr : found;
}

CallSequence keeping_the_first_page(const CallSequence& sequence) {
  CallSequence kept{sequence.phase, {{.call = Call::alloc_page}}};
  for (KernelOp op : sequence.ops) {
    if (op.ref >= 0) ++op.ref;
    kept.ops.push_back(op);
  }
  return kept;
}

CallSequence buddy_random(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  std::vector<std::int32_t> live;
  // Short sequences of small blocks and long ones up to exhaustion, by the seed.
  const std::uint64_t most_order = 3 + make.below(8);
  for (std::size_t step = 0; step < steps && !make.full(); ++step) {
    if (step % 100 == 99) make.add(Call::census);
    if (live.empty() || make.chance(58)) {
      const bool single = make.chance(15);
      live.push_back(single ? make.add(Call::alloc_page)
                            : make.add(Call::alloc_pages, some_pages(make, most_order)));
    } else if (make.chance(10)) {
      make.add_on(Call::verify, make.one_of(live));
    } else {
      make.add_on(Call::free, make.take_one_of(live));
    }
  }
  free_all(make, live, Call::free);
  all_is_one_block(make);
  return make.take();
}

CallSequence buddy_fill(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  make.add(Call::census);
  const std::uint64_t block = std::uint64_t{1} << make.below(6);
  // What is not filled with blocks is taken in large ones, so that about `steps` blocks fill the rest.
  std::uint64_t rest = driver_pages;
  std::vector<std::int32_t> large, live;
  while (rest / 2 >= std::bit_floor(std::max<std::size_t>(steps, 2)) * block) {
    rest /= 2;
    large.push_back(make.add(Call::alloc_pages, rest));
  }
  for (std::uint64_t taken = 0; taken < rest && !make.full(); taken += block)
    live.push_back(make.add(Call::alloc_pages, block));
  make.add(Call::alloc_pages, block);
  make.add(Call::alloc_page);
  make.shuffle(live);
  for (std::size_t half = live.size() / 2; half > 0; --half) {
    make.add_on(Call::free, live.back());
    live.pop_back();
  }
  make.add(Call::census);
  free_all(make, live, Call::free);
  make.add(Call::census);
  free_all(make, large, Call::free);
  all_is_one_block(make);
  return make.take();
}

// A block is kept until the end: the last free of all joins what earlier frees lost.
CallSequence buddy_rounds(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  make.add(Call::census);
  const std::int32_t kept = make.add(Call::alloc_pages, some_pages(make, 4));
  std::vector<std::int32_t> live;
  for (std::size_t round = 0; round < steps && !make.full(); ++round) {
    live.push_back(make.add(Call::alloc_pages, some_pages(make, 4)));
    if (make.chance(20)) continue;
    free_all(make, live, Call::free);
  }
  free_all(make, live, Call::free);
  make.add(Call::census);
  make.add_on(Call::free, kept);
  all_is_one_block(make);
  return make.take();
}

CallSequence buddy_placement(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  // One page first: half of the memory must be there all the same.
  make.add(Call::alloc_page);
  make.add(Call::alloc_pages, driver_pages / 2);
  for (std::size_t step = 0; step < steps; ++step) make.add(Call::alloc_pages, some_pages(make, 7));
  for (std::uint64_t run = driver_pages / 4; run > 0; run /= 2)
    for (int i = 0; i < 3; ++i) make.add(Call::alloc_pages, run);
  return make.take();
}

// A block before and after it, so that an allocator that gives nothing at all is told.
CallSequence buddy_zero_pages(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  for (std::size_t step = 0; step < steps; ++step) {
    make.add(Call::alloc_pages, some_pages(make, 3));
    make.add(Call::alloc_pages, 0);
  }
  make.add(Call::alloc_page);
  return make.take();
}

CallSequence buddy_huge_size(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  for (std::size_t step = 0; step < steps; ++step) {
    make.add(Call::alloc_pages, some_pages(make, 3));
    make.add(Call::alloc_pages, 0xFFFF'FFFF);
  }
  make.add(Call::alloc_page);
  return make.take();
}

CallSequence buddy_sizes(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  std::vector<std::uint64_t> sizes{1, 2, 3, 5, 7, 8, 9, 31, 33, 255, 257, 1025, 2049, 4096, 4097, 8192};
  while (sizes.size() < steps) sizes.push_back(make.between(1, driver_pages));
  make.shuffle(sizes);
  for (const std::uint64_t size : sizes) {
    const std::int32_t block = make.add(Call::alloc_pages, size);
    const std::int32_t next = make.add(Call::alloc_pages, make.between(1, 9));
    // Twice: the second time the pages hold what the driver wrote.
    make.add_on(Call::free, block);
    const std::int32_t again = make.add(Call::alloc_pages, size);
    make.add_on(Call::free, next);
    make.add_on(Call::free, again);
  }
  all_is_one_block(make);
  return make.take();
}

CallSequence buddy_double_free(std::uint64_t seed, std::size_t steps) {
  return bad_frees(seed, steps, [](SequenceMaker& make, std::vector<std::int32_t>&, std::int32_t gone) {
    make.add_on(Call::free, gone);
  });
}

CallSequence buddy_free_inside(std::uint64_t seed, std::size_t steps) {
  return bad_frees(seed, steps, [](SequenceMaker& make, std::vector<std::int32_t>& live, std::int32_t) {
    live.push_back(make.add(Call::alloc_pages, make.between(5, 8)));
    make.add_on(Call::free, live.back(), make.between(1, 4) * page_bytes);
  });
}

CallSequence buddy_free_misaligned(std::uint64_t seed, std::size_t steps) {
  return bad_frees(seed, steps, [](SequenceMaker& make, std::vector<std::int32_t>& live, std::int32_t) {
    make.add_on(Call::free, make.one_of(live), make.between(1, page_bytes - 1));
  });
}

CallSequence buddy_free_foreign(std::uint64_t seed, std::size_t steps) {
  return bad_frees(seed, steps, [](SequenceMaker& make, std::vector<std::int32_t>&, std::int32_t) {
    const std::uint64_t past_the_end = driver_pages * page_bytes;
    switch (make.below(3)) {
      case 0:
        make.add(Call::free_at, past_the_end - make.between(1, 64) * page_bytes);
        break;
      case 1:
        make.add(Call::free_at, 0 - page_bytes);
        break;
      default:
        make.add(Call::free_at, past_the_end);
        break;
    }
  });
}

CallSequence kmalloc_random(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  make.add(Call::slub_init);
  make.add(Call::census);
  std::vector<std::int32_t> live;
  for (std::size_t step = 0; step < steps && !make.full(); ++step) {
    if (live.empty() || make.chance(58)) {
      live.push_back(make.add(Call::kmalloc, some_bytes(make)));
    } else if (make.chance(10)) {
      make.add_on(Call::verify, make.one_of(live));
    } else {
      make.add_on(Call::kfree, make.take_one_of(live));
    }
  }
  free_all(make, live, Call::kfree);
  all_is_one_block(make);
  return make.take();
}

CallSequence kmalloc_rounds(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  make.add(Call::slub_init);
  make.add(Call::census);
  for (std::size_t round = 0; round < steps && !make.full(); ++round)
    make.add_on(Call::kfree, make.add(Call::kmalloc, some_bytes(make)));
  all_is_one_block(make);
  return make.take();
}

CallSequence kmalloc_sizes(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  make.add(Call::slub_init);
  std::vector<std::uint64_t> sizes{0, 2049, page_bytes, page_bytes + 1, 3 * page_bytes};
  for (std::uint64_t bytes = 8; bytes <= 2048; bytes *= 2)
    sizes.insert(sizes.end(), {bytes - 1, bytes, bytes + 1});
  while (sizes.size() < steps) sizes.push_back(some_bytes(make));
  make.shuffle(sizes);
  std::vector<std::int32_t> live;
  for (const std::uint64_t size : sizes) {
    if (make.chance(10)) make.add(Call::kfree_raw, 0);
    live.push_back(make.add(Call::kmalloc, size));
    live.push_back(make.add(Call::kmalloc, size));
  }
  for (std::uint64_t cache = 0; cache < 9; ++cache) {
    const std::int32_t object = make.add(Call::cache_alloc, cache);
    make.add_on(Call::cache_free, object);
  }
  free_all(make, live, Call::kfree);
  all_is_one_block(make);
  return make.take();
}

CallSequence kmalloc_null(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  make.add(Call::slub_init);
  for (std::size_t step = 0; step < steps; ++step) {
    make.add(Call::kmalloc, some_bytes(make));
    make.add(Call::kmalloc, 0);
    make.add(Call::kfree_raw, 0);
  }
  return make.take();
}

CallSequence kmalloc_too_large(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  make.add(Call::slub_init);
  for (std::size_t step = 0; step < steps; ++step) {
    for (const std::uint64_t bytes :
         {driver_pages * page_bytes + 1, std::uint64_t{1} << 44, ~std::uint64_t{0}}) {
      make.add(Call::kmalloc, some_bytes(make));
      make.add(Call::kmalloc, bytes);
    }
  }
  return make.take();
}

CallSequence kmalloc_bad_free(std::uint64_t seed, std::size_t steps) {
  SequenceMaker make(Phase::early, seed);
  make.add(Call::slub_init);
  std::vector<std::int32_t> live;
  for (std::size_t step = 0; step < steps; ++step) {
    const std::uint64_t bytes = some_bytes(make);
    for (int i = 0; i < 3; ++i) live.push_back(make.add(Call::kmalloc, bytes));
    const std::int32_t gone = make.take_one_of(live);
    make.add_on(Call::kfree, gone);
    if (step % 2 == 0) {
      make.add_on(Call::kfree, gone);
    } else {
      const std::int32_t large = make.add(Call::kmalloc, 3 * page_bytes);
      make.add_on(Call::kfree, large, page_bytes);
      live.push_back(large);
      live.push_back(make.add(Call::kmalloc, 3 * page_bytes));  // a block freed by mistake comes again
    }
    live.push_back(make.add(Call::kmalloc, bytes));
    live.push_back(make.add(Call::kmalloc, bytes));
  }
  free_all(make, live, Call::kfree);
  all_is_one_block(make);
  return make.take();
}

}  // namespace memgrade::oracle
