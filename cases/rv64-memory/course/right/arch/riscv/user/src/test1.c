#include "mm.h"
#include "stdio.h"

int main(void)
{
#ifndef BUDDY
	int ok;

	printf("checking in test1\n");
	ok = mmap((void *)0x0, PAGE_SIZE, PROT_ALL, 0, 0, 0) == (void *)0x0;
	store(0x0, 0x1234);
	ok &= load_or(0x0, -1) == 0x1234 && load_or(0xffc, -1) == 0;
	check("page store", ok);

	ok = mmap((void *)0x1000, 9 * PAGE_SIZE, PROT_ALL, 0, 0, 0) == (void *)0x1000;
	store(0x1000, 0x5678);
	ok &= load_or(0x1000, -1) == 0x5678 && load_or(0x9ffc, -1) == 0;
	ok &= load_or(0x0, -1) == 0x1234;
	check("page load", ok);
#endif
	return 0;
}
