#include "buddy.h"

#include "../lib/string.h"
#include "console.h"
#include "mm.h"

struct buddy buddy_system;

static unsigned int max(unsigned int a, unsigned int b)
{
    return a > b ? a : b;
}

void init_buddy_system(void)
{
    unsigned int size = NR_PAGES;
    unsigned int next = 2;
    for (unsigned int i = 1; i < 2 * NR_PAGES; i++) {
        if (i == next) {
            size /= 2;
            next *= 2;
        }
        buddy_system.bitmap[i] = set_unsplit(size);
    }
    buddy_system.base_addr = (uint64_t)_end;
    buddy_system.initialized = true;
}

static uint64_t alloc_buddy(unsigned int index, unsigned int num)
{
    unsigned int node = buddy_system.bitmap[index];
    if (get_size(node) < num)
        return 0;
    if (!check_split(node) && get_size(node) == num) {
        buddy_system.bitmap[index] = set_unsplit(0);
        return get_addr(index);
    }
    uint64_t addr = alloc_buddy(index * 2, num);
    if (addr == 0)
        addr = alloc_buddy(index * 2 + 1, num);
    unsigned int left = get_size(buddy_system.bitmap[index * 2]);
    unsigned int right = get_size(buddy_system.bitmap[index * 2 + 1]);
    buddy_system.bitmap[index] = set_split(max(left, right));
    return addr;
}

uint64_t alloc_pages(unsigned int n)
{
    unsigned int num = 1;
    if (n > NR_PAGES)
        return 0;
    while (num < n)
        num <<= 1;
    uint64_t addr = alloc_buddy(1, num);
    if (addr != 0)
        memset((void *)addr, 0, num * PAGE_SIZE);
    return addr;
}

uint64_t alloc_page(void)
{
    return alloc_pages(1);
}

void free_pages(uint64_t pa)
{
    if (pa < buddy_system.base_addr || pa >= buddy_system.base_addr + MEMORY_SIZE || pa % PAGE_SIZE != 0) {
        printf("free_pages: bad address 0x%lx\n", pa);
        return;
    }
    unsigned int index = get_index(pa);
    while (check_split(buddy_system.bitmap[index]))
        index *= 2;
    buddy_system.bitmap[index] = set_unsplit(get_block_size(index));
    /* join with the buddy where it is free, up to the root */
    for (index /= 2; index >= 1; index /= 2) {
        unsigned int left = buddy_system.bitmap[index * 2];
        unsigned int right = buddy_system.bitmap[index * 2 + 1];
        if (left == right && left == get_block_size(index * 2))
            buddy_system.bitmap[index] = set_unsplit(get_block_size(index));
        else
            buddy_system.bitmap[index] = set_split(max(get_size(left), get_size(right)));
    }
}
