/*
 * munmap takes a whole VMA or nothing: parts, more than the VMA, and
 * addresses in no VMA are refused.
 */
#include "lib/user.h"

static int
unmap(void)
{
	must(mmap((void *)0x0, 3 * PAGE_SIZE, PROT_R | PROT_W | PROT_U | PROT_V, 0, 0, 0) == (void *)0x0);

	must(munmap((void *)0x0, PAGE_SIZE) == -1);
	must(munmap((void *)0x1000, 2 * PAGE_SIZE) == -1);
	must(munmap((void *)0x1000, PAGE_SIZE) == -1);
	must(munmap((void *)0x0, 4 * PAGE_SIZE) == -1);
	must(munmap((void *)0x8000, PAGE_SIZE) == -1);
	must(munmap((void *)0x8000, 3 * PAGE_SIZE) == -1);

	must(munmap((void *)0x0, 3 * PAGE_SIZE) == 0);
	must(munmap((void *)0x0, 3 * PAGE_SIZE) == -1);
	return 0;
}

int
main(void)
{
	printf("checking in test5\n");
	report("unmap", unmap());
	return 0;
}
