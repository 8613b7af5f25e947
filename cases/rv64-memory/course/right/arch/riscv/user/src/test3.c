#include "mm.h"
#include "stdio.h"

int main(void)
{
#ifndef BUDDY
	int ok;

	printf("checking in test3\n");
	ok = mmap((void *)0x0, PAGE_SIZE, PROT_ALL, 0, 0, 0) == (void *)0x0;
	store(0x0, 3);
	ok &= load_or(0x0, -1) == 3;
	ok &= munmap((void *)0x0, PAGE_SIZE) == 0;

	ok &= mmap((void *)0x0, PAGE_SIZE, PROT_W | PROT_X | PROT_U | PROT_V, 0, 0, 0) == (void *)0x0;
	ok &= load_or(0x0, -1) == -1;	/* refused */
	check("page access control", ok);
#endif
	return 0;
}
