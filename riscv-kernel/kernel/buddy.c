/*
 * Buddy system: gives out the 16 MiB after the kernel in blocks of 1, 2,
 * 4 ... 4096 pages, and joins freed blocks again. The tree, and what its
 * entries mean, are drawn in buddy.h.
 */
#include "buddy.h"

#include "../lib/string.h"
#include "console.h"
#include "mm.h"

struct buddy buddy_system;

/* Makes every page free: one block of 16 MiB that begins at _end. */
void
init_buddy_system(void)
{
	/* STUDENT BEGIN(init_buddy_system) */
	/* TODO: set each node 1 ... 8191 to its block size (in pages), not split; */
	/* set base_addr to the address of _end, and initialized to true. */
	for (unsigned int x = 1; x < 2 * NR_PAGES; x++)
		buddy_system.bitmap[x] = set_unsplit(get_block_size(x));
	buddy_system.base_addr = (uint64_t)_end;
	buddy_system.initialized = true;
	/* STUDENT END */
}

/*
 * Gives out the leftmost free block of at least n pages, n rounded up to
 * a power of two. Returns its physical address, every byte 0; or 0 when
 * n is 0 or no free block is large enough.
 */
uint64_t
alloc_pages(unsigned int n)
{
	/* STUDENT BEGIN(alloc_pages) */
	/* TODO: round n up to a power of two; go down from the root to a free */
	/* block of that size, left child first, splitting on the way; mark it as */
	/* given out, correct the sizes above it, fill its pages with zeros. */
	/* STUB: (void)n; */
	/* STUB: return 0; */
	unsigned int *tree = buddy_system.bitmap;
	unsigned int block = NR_PAGES, size = 1, x = 1;

	if (n == 0 || n > NR_PAGES)
		return 0;
	while (size < n)
		size *= 2;
	if (size > get_size(tree[1]))
		return 0;

	for (; block > size; block /= 2)
		x = get_size(tree[2 * x]) >= size ? 2 * x : 2 * x + 1;
	tree[x] = set_unsplit(0);

	uint64_t pa = get_addr(x);
	while ((x /= 2) >= 1) {
		unsigned int left = get_size(tree[2 * x]), right = get_size(tree[2 * x + 1]);
		tree[x] = set_split(left > right ? left : right);
	}
	memset((void *)pa, 0, size * PAGE_SIZE);
	return pa;
	/* STUDENT END */
}

uint64_t
alloc_page(void)
{
	return alloc_pages(1);
}

/*
 * Takes back the block that alloc_pages gave out at pa. Says so and does
 * nothing when no block was given out there.
 */
void
free_pages(uint64_t pa)
{
	/* STUDENT BEGIN(free_pages) */
	/* TODO: find the block that begins at pa (below a split node: its left */
	/* child); refuse an address without such a block; mark it free; then, up to */
	/* the root: join two free buddies to one block, or correct the size. */
	/* STUB: (void)pa; */
	unsigned int *tree = buddy_system.bitmap;

	if (pa % PAGE_SIZE != buddy_system.base_addr % PAGE_SIZE || pa < buddy_system.base_addr ||
	    pa >= buddy_system.base_addr + MEMORY_SIZE) {
		printf("free_pages: 0x%lx is no page of the buddy system\n", pa);
		return;
	}

	unsigned int x = get_index(pa);
	while (check_split(tree[x]))
		x = 2 * x;
	if (get_size(tree[x]) != 0) {
		printf("free_pages: no block was given out at 0x%lx\n", pa);
		return;
	}

	unsigned int block = get_block_size(x);
	tree[x] = set_unsplit(block);
	while ((x /= 2) >= 1) {
		unsigned int left = tree[2 * x], right = tree[2 * x + 1];
		if (left == block && right == block)
			tree[x] = set_unsplit(2 * block);
		else
			tree[x] = set_split(get_size(left) > get_size(right) ? get_size(left) : get_size(right));
		block *= 2;
	}
	/* STUDENT END */
}
