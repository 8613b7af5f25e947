/*
 * munmap: a VMA that is gone faults again. The first VMA never gets
 * pages (it must not be written), the second gets three.
 */
#include "lib/user.h"

static int
unmap(void)
{
	must(mmap((void *)0x0, PAGE_SIZE, PROT_R | PROT_X | PROT_U | PROT_V, 0, 0, 0) == (void *)0x0);
	must(mmap((void *)0x8000, 3 * PAGE_SIZE, PROT_R | PROT_W | PROT_U | PROT_V, 0, 0, 0) == (void *)0x8000);

	store(0x0, 1);			/* refused */
	must(load_or(0x8000, -1) == 0);
	for (uintptr_t at = 0x8000; at < 0xb000; at += 4)
		store(at, (int32_t)at);
	for (uintptr_t at = 0x8000; at < 0xb000; at += 4)
		must(load_or(at, -1) == (int32_t)at);

	must(munmap((void *)0x0, PAGE_SIZE) == 0);
	must(munmap((void *)0x8000, 3 * PAGE_SIZE) == 0);
	must(load_or(0x0, -1) == -1);
	must(load_or(0x8000, -1) == -1);
	must(write(1, (void *)0x9000, 1) == -1);	/* the kernel, too, finds nothing there */
	must(write(1, (void *)0xa000, 1) == -1);
	return 0;
}

int
main(void)
{
	printf("checking in test2\n");
	report("unmap", unmap());
	return 0;
}
