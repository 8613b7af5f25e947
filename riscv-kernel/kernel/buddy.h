/*
 * The buddy system's tree: its data, and the arithmetic on its nodes.
 *
 * A full binary tree over 4096 pages, kept in an array: node 1 is the
 * root, and the children of node x are 2x and 2x+1. Here with 8 pages:
 *
 *                            1                          8 pages
 *              2                           3            4 pages
 *       4             5             6             7     2 pages
 *    8     9      10     11     12     13     14    15  1 page
 *   page0 page1  page2  page3  page4  page5  page6  page7
 *
 * bitmap[x] holds the largest free run (in pages, always one block)
 * below node x, and in its top bit whether the node is split:
 *
 *    31    30                                              0
 *   +-----+-------------------------------------------------+
 *   |split|                 largest free run                |
 *   +-----+-------------------------------------------------+
 *
 *     not split, run == block size    the block is free
 *     not split, run == 0             the block is given out
 *     split                           its parts are; run is the larger
 *                                     of the two children's
 *
 * Below a node that is not split, every node is free and not split.
 */
#ifndef BUDDY_H
#define BUDDY_H

#include <stdbool.h>
#include <stdint.h>

#include "memlayout.h"

struct buddy {
	bool initialized;
	uint64_t base_addr;		/* of page 0 */
	unsigned int bitmap[8192];	/* bitmap[0] is not used */
};

extern struct buddy buddy_system;

#define SPLIT	0x80000000u

static inline unsigned int set_split(unsigned int v)	{ return v | SPLIT; }
static inline unsigned int set_unsplit(unsigned int v)	{ return v & ~SPLIT; }
static inline unsigned int get_size(unsigned int v)	{ return v & ~SPLIT; }
static inline bool check_split(unsigned int v)		{ return v & SPLIT; }

/* Pages in the whole block of a node: half as many on each level down. */
static inline unsigned int
get_block_size(unsigned int index)
{
	unsigned int pages = NR_PAGES;

	for (; index > 1; index /= 2)
		pages /= 2;
	return pages;
}

/* Physical address where the block of a node begins. */
static inline uint64_t
get_addr(unsigned int index)
{
	while (index < NR_PAGES)
		index *= 2;		/* its first page */
	return buddy_system.base_addr + (index - NR_PAGES) * PAGE_SIZE;
}

/* The topmost node whose block begins at pa, a page of the buddy system. */
static inline unsigned int
get_index(uint64_t pa)
{
	unsigned int index = NR_PAGES + (pa - buddy_system.base_addr) / PAGE_SIZE;

	while (index > 1 && index % 2 == 0)
		index /= 2;		/* a left child begins where its parent does */
	return index;
}

#endif
