/*
 * An area as large as all of memory, so that a fault in it finds no pages:
 * at the first one where the area is mapped as a whole, later where it is
 * mapped page by page. What is mapped then is read from outside.
 */
#include "memgrade.h"

#define AREA	0x2000000UL
#define PAGES	4096

int
main(void)
{
	call(SYS_MMAP, AREA, PAGES * PAGE, ALL);
	for (unsigned long addr = AREA; addr < AREA + PAGES * PAGE; addr += PAGE) {
		store(addr, 7);
		if (load_or(addr, -1) != 7)
			end("memgrade: there is no memory left\n");
	}
	end("memgrade: there was memory for all\n");
	return 0;
}
