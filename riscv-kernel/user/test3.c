/*
 * Access control: what may not be read is not read, though the same
 * addresses could be a moment ago.
 */
#include "lib/user.h"

static int
access_control(void)
{
	must(mmap((void *)0x0, PAGE_SIZE, PROT_R | PROT_W | PROT_U | PROT_V, 0, 0, 0) == (void *)0x0);
	store(0x0, 0x600d);
	must(load_or(0x0, -1) == 0x600d);
	must(munmap((void *)0x0, PAGE_SIZE) == 0);

	must(mmap((void *)0x0, PAGE_SIZE, PROT_W | PROT_X | PROT_U | PROT_V, 0, 0, 0) == (void *)0x0);
	must(load_or(0x0, -1) == -1);	/* refused */
	return 0;
}

int
main(void)
{
	printf("checking in test3\n");
	report("page access control", access_control());
	return 0;
}
