#include "mm.h"
#include "stdio.h"

int main(void)
{
#ifndef BUDDY
	int ok;

	printf("checking in test4\n");
	ok = mmap((void *)0x1000, PAGE_SIZE, PROT_W | PROT_X | PROT_U | PROT_V, 0, 0, 0) == (void *)0x1000;
	store(0x1000, 4);		/* refused */
	ok &= munmap((void *)0x1000, PAGE_SIZE) == 0;

	ok &= mmap((void *)0x1000, PAGE_SIZE, PROT_R | PROT_X | PROT_U | PROT_V, 0, 0, 0) == (void *)0x1000;
	ok &= load_or(0x1000, -1) == 0;
	check("page access control", ok);
#endif
	return 0;
}
