/*
 * The allocators' own tests: `make buddy`. Every test begins with all
 * pages free, and must end so: coalesced into one block of 16 MiB.
 */
#ifndef SELFTEST_H
#define SELFTEST_H

#include <stdbool.h>

#include "../kernel/buddy.h"
#include "../kernel/mm.h"

struct selftest {
	const char *name;
	int (*run)(void);	/* 0, or the line where it failed */
};

/* Each ends with a test without a name. */
extern const struct selftest buddy_tests[], kmalloc_tests[];

/* Leaves the enclosing test, by its line number, when what must hold does not. */
#define must(holds)	do { if (!(holds)) return __LINE__; } while (0)

#define BASE		((uint64_t)_end)

/* Do n pages, n a power of two, lie at pa as a block can? */
static inline bool
well_placed(uint64_t pa, unsigned int n)
{
	return pa >= BASE && pa - BASE <= MEMORY_SIZE - n * PAGE_SIZE && (pa - BASE) % (n * PAGE_SIZE) == 0;
}

bool all_is_free(void);

#endif
