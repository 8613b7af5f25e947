#include <algorithm>
#include <harness/oracle/rv64/rules.hpp>

namespace memgrade::oracle {
namespace {

constexpr Rule rules[] = {
    {"run.fault", "no call makes the kernel fault"},
    {"run.hang", "every call comes back in time"},
    {"run.incomplete", "the run comes to its end: the driver's last line is there"},
    {"run.forged", "no line of the trace is printed by anybody but the driver"},

    {"buddy.inside", "blocks lie in the 16 MiB after the kernel"},
    {"buddy.alignment", "a block of 2^k pages begins at a multiple of 2^k pages"},
    {"buddy.overlap", "no page is given out twice"},
    {"buddy.zeroed", "every page of a block is zero when it is given out"},
    {"buddy.damaged", "what is written into a block stays there until the block is freed"},
    {"buddy.refused", "alloc_pages gives a block while one is free that was never used"},
    {"buddy.coalesce", "free buddies are joined, up to one block of all pages"},
    {"buddy.leak", "every page of a freed block can be had again"},
    {"buddy.impossible-size", "alloc_pages of 0, or of more pages than there are, gives 0"},
    {"buddy.double-free", "freeing a block twice changes nothing"},
    {"buddy.free-inside", "freeing an address inside a block changes nothing"},
    {"buddy.free-misaligned", "freeing an address that is no page's changes nothing"},
    {"buddy.free-unallocated", "freeing a page that was never given out changes nothing"},
    {"buddy.free-outside", "freeing an address outside of the 16 MiB changes nothing"},

    {"kmalloc.null", "kmalloc(0) gives NULL"},
    {"kmalloc.free-null", "kfree(NULL) does nothing"},
    {"kmalloc.too-large", "kmalloc of more bytes than there are gives NULL"},
    {"kmalloc.inside", "objects lie in the 16 MiB after the kernel"},
    {"kmalloc.alignment", "an object of a cache is aligned to its size, a larger one to a page"},
    {"kmalloc.overlap", "no byte is given out twice"},
    {"kmalloc.damaged", "what is written into an object stays there until it is freed"},
    {"kmalloc.cache",
     "up to 2048 bytes come from the smallest cache that is large enough, more from whole pages"},
    {"kmalloc.refused", "kmalloc gives an object while there are free pages"},
    {"kmalloc.leak", "when all objects are freed, all pages can be had again"},
    {"kmalloc.bad-free", "kfree of what kmalloc did not give, or of the same object twice, changes nothing"},

    {"mmap.result", "mmap of free addresses returns the address"},
    {"mmap.areas", "mmap adds one area with start, end and rights as asked, and changes no other"},
    {"mmap.lazy", "mmap takes no pages: they come with the first access"},
    {"mmap.refuses-overlap", "mmap refuses what overlaps an area, and changes nothing"},
    {"mmap.refuses-range", "mmap refuses a range that is empty, crooked or not the task's"},

    {"munmap.result", "munmap of a whole area returns 0"},
    {"munmap.areas", "munmap takes exactly the area out of the list"},
    {"munmap.refuses", "munmap of no whole area returns -1, and changes nothing"},
    {"munmap.pte", "after munmap the page table does not map the area"},
    {"munmap.tlb", "after munmap the TLB does not know the area any more"},
    {"munmap.leak", "munmap gives back every page of the area"},

    {"fault.permitted", "an access that the area permits is done"},
    {"fault.once", "a page that has been touched does not fault again"},
    {"fault.load-denied", "a load where the area has no R is skipped"},
    {"fault.store-denied", "a store where the area has no W is skipped"},
    {"fault.fetch-denied", "a fetch where the area has no X is skipped"},
    {"fault.reserved", "an area with W and without R permits nothing"},
    {"fault.user-valid", "an area without U or without V permits nothing"},
    {"fault.end", "vm_end, the first byte after an area, does not belong to it"},
    {"fault.no-area", "an access in no area is skipped"},
    {"fault.zeroed", "the pages of an area begin with zeros"},
    {"fault.contents", "a load gives what was stored there last"},
    {"fault.rights", "pages are mapped with the area's rights, no more and no less"},
    {"fault.frame", "every page of an area has a page frame of its own, from alloc_page"},
    {"fault.no-memory", "without free pages an access is skipped, and nothing stays mapped"},
};

}  // namespace

std::span<const Rule> kernel_rules() {
  return rules;
}

const Rule* find_kernel_rule(std::string_view id) {
  const auto* const found = std::ranges::find(rules, id, &Rule::id);
  return found == std::end(rules) ? nullptr : found;
}

}  // namespace memgrade::oracle
