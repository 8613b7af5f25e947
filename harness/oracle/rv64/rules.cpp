#include <algorithm>
#include <harness/oracle/rv64/rules.hpp>

namespace memgrade::oracle {
namespace {

constexpr Rule rules[] = {
    {"run.fault", "no call makes the kernel fault",
     "the address and the pc of the fault are told: addr2line finds the line"},
    {"run.hang", "every call comes back in time", "which loop runs on when nothing is found?"},
    {"run.incomplete", "the run comes to its end: the driver's last line is there",
     "the last call that is listed did not come back"},
    {"run.forged", "no line of the trace is printed by anybody but the driver",
     "print nothing that begins with @"},

    {"buddy.inside", "blocks lie in the 16 MiB after the kernel",
     "the memory begins at _end and has 4096 pages"},
    {"buddy.alignment", "a block of 2^k pages begins at a multiple of 2^k pages",
     "n is rounded up to a power of two before a block is looked for"},
    {"buddy.overlap", "no page is given out twice",
     "after a free, a node says what is free below it, and no more: a parent of two free halves is whole "
     "only when both are whole"},
    {"buddy.zeroed", "the pages that were asked for are zero when they are given out",
     "clear the pages before they are given out, all that were asked for"},
    {"buddy.zeroed-rest", "the pages that rounding up adds are zero, too",
     "the whole block belongs to the caller: clear all of it"},
    {"buddy.damaged", "what is written into a block stays there until the block is freed",
     "clear no more pages than the block has, and keep no notes in pages that are given out"},
    {"buddy.refused", "alloc_pages gives a block while one is free",
     "look at how a block is split: both halves must be there for later calls, and the sizes above must say "
     "so"},
    {"buddy.coalesce", "free buddies are joined, up to one block of all pages",
     "two free buddies make one block again, and so on up to the root"},
    {"buddy.leak", "every page of a freed block can be had again",
     "after a free, every node up to the root must be right, also where nothing could be joined"},
    {"buddy.impossible-size", "alloc_pages of more pages than there are gives 0",
     "no block is larger than the memory"},
    {"buddy.zero-pages", "alloc_pages(0) gives 0", "what is a block of 0 pages? Refuse it before you round"},
    {"buddy.huge-size", "alloc_pages(4294967295) gives 0",
     "rounded up to a power of two this does not fit into 32 bits: compare before you round"},
    {"buddy.double-free", "freeing a block twice changes nothing",
     "only a block that is in use can be freed"},
    {"buddy.free-inside", "freeing an address inside a block changes nothing",
     "a block is freed by its first page"},
    {"buddy.free-misaligned", "freeing an address that is no page's changes nothing",
     "an address that is no multiple of 4096 is no block"},
    {"buddy.free-unallocated", "freeing a page that was never given out changes nothing",
     "only a block that is in use can be freed"},
    {"buddy.free-outside", "freeing an address outside of the 16 MiB changes nothing",
     "compare with the first and the last page before computing an index"},

    {"kmalloc.null", "kmalloc(0) gives NULL", "look at the size before you choose a cache"},
    {"kmalloc.free-null", "kfree(NULL) does nothing", "NULL has no page"},
    {"kmalloc.too-large", "kmalloc of more bytes than there are gives NULL",
     "the number of pages may not fit into an unsigned int: compare before you divide"},
    {"kmalloc.inside", "objects lie in the 16 MiB after the kernel",
     "objects come from the caches, or from alloc_pages"},
    {"kmalloc.alignment", "an object of a cache is aligned to its size, a larger one to a page",
     "the caches and alloc_pages see to it: return what they gave"},
    {"kmalloc.overlap", "no byte is given out twice",
     "above 2048 bytes (size - 1) / PAGE_SIZE + 1 pages are needed, not one"},
    {"kmalloc.damaged", "what is written into an object stays there until it is freed",
     "an object must be as large as what was asked for"},
    {"kmalloc.cache",
     "up to 2048 bytes come from the smallest cache that is large enough, more from whole pages",
     "the smallest cache that fits; above 2048 bytes whole pages, marked PAGE_BUDDY"},
    {"kmalloc.refused", "kmalloc gives an object while there are free pages",
     "which sizes have no cache, and what is done then?"},
    {"kmalloc.leak", "when all objects are freed, all pages can be had again",
     "kfree looks at the flags of the page: an object goes back to its cache, whole pages to free_pages"},
    {"kmalloc.bad-free", "kfree of what kmalloc did not give, or of the same object twice, changes nothing",
     "kfree of what is no object changes nothing"},

    {"mmap.result", "mmap of free addresses returns the address",
     "mmap makes a record of the VMA and returns its first address"},
    {"mmap.areas", "mmap adds one VMA with start, end and permissions as asked, and changes no other",
     "vm_end is the first byte behind the VMA"},
    {"mmap.lazy", "mmap takes no pages: they come with the first access",
     "mmap writes a record; the page fault handler maps"},
    {"mmap.refuses-overlap", "mmap refuses what overlaps a VMA, and changes nothing",
     "two ranges overlap when each begins before the other ends"},
    {"mmap.refuses-range", "mmap refuses a range that is empty, not page-aligned, or not the task's",
     "user_range_ok says which ranges a task may have"},

    {"munmap.result", "munmap of a whole VMA returns 0", "the VMA that begins at addr and is length long"},
    {"munmap.areas", "munmap takes exactly the VMA out of the list", "list_del, then kfree"},
    {"munmap.refuses", "munmap of no whole VMA returns -1, and changes nothing",
     "both ends must be the VMA's"},
    {"munmap.pte", "after munmap the page table does not map the VMA",
     "clear the PTE of every page of the VMA"},
    {"munmap.tlb", "after munmap the TLB does not know the VMA any more",
     "sfence.vma after the PTEs are cleared"},
    {"munmap.leak", "munmap gives back every page of the VMA",
     "free every page that the VMA got, as it was got: page by page, or the one block; and the record"},

    {"fault.permitted", "an access that the VMA permits is done",
     "map all pages of the VMA, with its flags, and go back to the same instruction"},
    {"fault.once", "a page that has been touched does not fault again",
     "is the PTE valid, and the TLB told?"},
    {"fault.load-denied", "a load where the VMA has no R is skipped", "a load needs R"},
    {"fault.store-denied", "a store where the VMA has no W is skipped", "a store needs W and R"},
    {"fault.fetch-denied", "a fetch where the VMA has no X is skipped", "a fetch needs X"},
    {"fault.reserved", "a VMA with W and without R permits nothing",
     "a PTE with W and without R is reserved: mapped, it faults for ever"},
    {"fault.user-valid", "a VMA without U or without V permits nothing",
     "U and V are needed by every access"},
    {"fault.end", "vm_end, the first byte after a VMA, does not belong to it",
     "an address is in a VMA when vm_start <= address < vm_end"},
    {"fault.no-area", "an access in no VMA is skipped",
     "what no VMA holds is refused, and sepc moves on by 4"},
    {"fault.zeroed", "the pages of a VMA begin with zeros", "alloc_page clears its page: map nothing else"},
    {"fault.contents", "a load gives what was stored there last",
     "map a page once, and keep it until munmap"},
    {"fault.rights", "pages are mapped with the VMA's permissions, no more and no less",
     "the flags of the PTE are vm_flags"},
    {"fault.frame", "every page of a VMA has a page frame of its own, from alloc_page",
     "allocate for each page, or one block for all"},
    {"fault.whole-area", "the first access maps the whole VMA",
     "the handout maps the VMA at its first fault, and marks it mapped"},
    {"fault.no-memory", "without free pages an access is skipped, and nothing stays mapped",
     "alloc_pages may give 0: then give back what the VMA got so far"},
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
