/*
 * Access control: W without R does not allow a store; W and R do.
 */
#include "lib/user.h"

static int
access_control(void)
{
	must(mmap((void *)0x1000, PAGE_SIZE, PROT_W | PROT_X | PROT_U | PROT_V, 0, 0, 0) == (void *)0x1000);
	store(0x1000, 1);		/* refused */
	must(munmap((void *)0x1000, PAGE_SIZE) == 0);

	must(mmap((void *)0x1000, PAGE_SIZE, PROT_R | PROT_W | PROT_U | PROT_V, 0, 0, 0) == (void *)0x1000);
	must(load_or(0x1000, -1) == 0);	/* the refused store left nothing */
	store(0x1000, 2);
	must(load_or(0x1000, -1) == 2);
	return 0;
}

int
main(void)
{
	printf("checking in test4\n");
	report("page access control", access_control());
	return 0;
}
