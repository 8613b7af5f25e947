#include "mm.h"
#include "stdio.h"

int main(void)
{
#ifndef BUDDY
	int ok;

	printf("checking in test5\n");
	ok = mmap((void *)0x0, PAGE_SIZE, PROT_ALL, 0, 0, 0) == (void *)0x0;
	ok &= mmap((void *)0x1000, 9 * PAGE_SIZE, PROT_ALL, 0, 0, 0) == (void *)0x1000;
	ok &= munmap((void *)0x0, 2 * PAGE_SIZE) == -1;
	ok &= munmap((void *)0x2000, 9 * PAGE_SIZE) == -1;
	ok &= munmap((void *)0x1000, 8 * PAGE_SIZE) == -1;
	check("unmap", ok);
#endif
	return 0;
}
