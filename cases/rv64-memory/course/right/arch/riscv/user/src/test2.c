#include "mm.h"
#include "stdio.h"

int main(void)
{
#ifndef BUDDY
	int ok;

	printf("checking in test2\n");
	ok = mmap((void *)0x0, PAGE_SIZE, PROT_R | PROT_X | PROT_U | PROT_V, 0, 0, 0) == (void *)0x0;
	store(0x0, 1);			/* refused */
	ok &= mmap((void *)0x1000, 9 * PAGE_SIZE, PROT_ALL, 0, 0, 0) == (void *)0x1000;
	store(0x8000, 7);
	ok &= load_or(0x8000, -1) == 7;

	ok &= munmap((void *)0x0, PAGE_SIZE) == 0;
	ok &= munmap((void *)0x1000, 9 * PAGE_SIZE) == 0;
	ok &= load_or(0x0, -1) == -1;
	ok &= load_or(0x8000, -1) == -1;
	check("unmap", ok);
#endif
	return 0;
}
