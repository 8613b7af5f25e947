/*
 * Loads from vm_end, the first byte behind an area that is mapped. Only
 * where an access in no area is skipped does this show anything.
 */
#include "memgrade.h"

#define AREA	0x10000UL
#define NOWHERE	0x110000UL

int
main(void)
{
	call(SYS_MMAP, AREA, PAGE, ALL);
	store(AREA, 1);
	if (load_or(AREA, -1) != 1 || load_or(NOWHERE, -1) != -1)
		end("memgrade: nothing can be shown\n");
	say("memgrade: a load from vm_end\n");
	if (load_or(AREA + PAGE, -1) == -1)
		end("memgrade: it was refused\n");
	end("memgrade: it was done\n");
	return 0;
}
