/*
 * The table of pages: which of them kmalloc gave out, and how.
 */
#include "buddy.h"
#include "console.h"
#include "mm.h"

static struct page mem_map[NR_PAGES];

struct page *
ADDR_TO_PAGE(const void *addr)
{
	uint64_t offset = (uint64_t)addr - buddy_system.base_addr;

	return offset < MEMORY_SIZE ? &mem_map[offset / PAGE_SIZE] : NULL;
}

void *
PAGE_TO_ADDR(const struct page *page)
{
	return (void *)(buddy_system.base_addr + (page - mem_map) * PAGE_SIZE);
}

/* Notes that the n pages from addr are one block with these flags. */
void
set_page_attr(void *addr, unsigned int n, unsigned int flags)
{
	struct page *header = ADDR_TO_PAGE(addr);

	if (header == NULL || n > NR_PAGES - (header - mem_map))
		panic("set_page_attr: %p is no block of %u pages", addr, n);
	for (unsigned int i = 0; i < n; i++) {
		header[i].flags = flags;
		header[i].header = header;
	}
}

/* Forgets the block that begins with this page. */
void
clear_page_attr(struct page *header)
{
	for (struct page *p = header; p < mem_map + NR_PAGES && p->header == header; p++) {
		p->flags = 0;
		p->header = NULL;
	}
}
