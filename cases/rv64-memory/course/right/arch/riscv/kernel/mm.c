#include "mm.h"

#include "stdio.h"
#include "vm.h"

#define set_split(x)	((unsigned int)(x) | 0x80000000)
#define set_unsplit(x)	((unsigned int)(x) & 0x7fffffff)
#define get_size(x)	set_unsplit(x)
#define check_split(x)	((unsigned int)(x) & 0x80000000)

#define NR_PAGES	(MEMORY_SIZE / PAGE_SIZE)

extern char _end[];

static buddy buddy_system;

/* the pages of a node's block */
uint32_t get_block_size(int index)
{
	uint32_t pages = NR_PAGES;

	for (; index > 1; index /= 2)
		pages /= 2;
	return pages;
}

/* where a node's block begins */
uint64_t get_addr(int index)
{
	while (index < NR_PAGES)
		index *= 2;
	return buddy_system.base_addr + (index - NR_PAGES) * PAGE_SIZE;
}

/* the topmost node that begins at pa */
uint64_t get_index(uint64_t pa)
{
	uint64_t index = NR_PAGES + (pa - buddy_system.base_addr) / PAGE_SIZE;

	while (index > 1 && index % 2 == 0)
		index /= 2;
	return index;
}

/* the larger of the two children */
static void update(int index)
{
	unsigned int left = get_size(buddy_system.bitmap[2 * index]);
	unsigned int right = get_size(buddy_system.bitmap[2 * index + 1]);

	buddy_system.bitmap[index] = set_split(left > right ? left : right);
}

void init_buddy_system(void)
{
	for (int i = 1; i < 8192; i++)
		buddy_system.bitmap[i] = set_unsplit(get_block_size(i));
	buddy_system.base_addr = PHYSICAL_ADDR(_end);
	buddy_system.initialized = true;
}

static uint64_t alloc_buddy(int index, unsigned int num)
{
	unsigned int node = buddy_system.bitmap[index];
	uint64_t pa;

	if (get_size(node) < num)
		return 0;
	if (!check_split(node) && get_block_size(index) == num) {
		buddy_system.bitmap[index] = set_unsplit(0);
		return get_addr(index);
	}
	pa = alloc_buddy(2 * index, num);
	if (pa == 0)
		pa = alloc_buddy(2 * index + 1, num);
	update(index);
	return pa;
}

uint64_t alloc_pages(unsigned int num)
{
	unsigned int pages = 1;
	uint64_t pa;

	if (!buddy_system.initialized)
		init_buddy_system();
	if (num == 0 || num > NR_PAGES)
		return 0;
	while (pages < num)
		pages *= 2;

	pa = alloc_buddy(1, pages);
	if (pa != 0)
		for (uint64_t i = 0; i < pages * PAGE_SIZE; i += 8)
			*(uint64_t *)(pa + i) = 0;
	return pa;
}

uint64_t alloc_page(void)
{
	return alloc_pages(1);
}

static void free_buddy(int index)
{
	buddy_system.bitmap[index] = set_unsplit(get_block_size(index));
	for (index /= 2; index >= 1; index /= 2) {
		unsigned int half = get_block_size(2 * index);

		if (buddy_system.bitmap[2 * index] == half && buddy_system.bitmap[2 * index + 1] == half)
			buddy_system.bitmap[index] = set_unsplit(2 * half);
		else
			update(index);
	}
}

void free_pages(uint64_t pa)
{
	int index;

	if (pa < buddy_system.base_addr || pa >= buddy_system.base_addr + MEMORY_SIZE || pa % PAGE_SIZE != 0) {
		printf("free_pages: 0x%lx is no page\n", pa);
		return;
	}
	for (index = get_index(pa); check_split(buddy_system.bitmap[index]); index *= 2)
		;
	if (get_size(buddy_system.bitmap[index]) != 0) {
		printf("free_pages: 0x%lx is free\n", pa);
		return;
	}
	free_buddy(index);
}
