/*
 * Maps, writes and unmaps the same four pages sixteen times. How many pages
 * are free before and afterwards is read from outside: a munmap that gives
 * nothing back loses 64 of them, one that gives back the first page of each
 * area 48. The page tables and the records of areas may take a few.
 */
#include "memgrade.h"

#define AREA	0x10000UL
#define PAGES	4
#define ROUNDS	16

static int
is_mapped(int value)
{
	int good = 1;

	for (int i = 0; i < PAGES; i++)
		store(AREA + i * PAGE, value + i);
	for (int i = 0; i < PAGES; i++)
		good &= load_or(AREA + i * PAGE, -1) == value + i;
	return good;
}

int
main(void)
{
	for (int round = 1; round <= ROUNDS; round++) {
		call(SYS_MMAP, AREA, PAGES * PAGE, ALL);
		if (!is_mapped(100 * round))
			end("memgrade: a page was not mapped\n");
		if (call(SYS_MUNMAP, AREA, PAGES * PAGE, 0) != 0)
			end("memgrade: munmap was refused\n");
	}
	end("memgrade: all pages were mapped and unmapped\n");
	return 0;
}
