#include "mm.h"
#include "stdio.h"

int main(void)
{
	int ok;

	printf("checking in test2\n");
	ok = mmap((void *)0x0, PAGE_SIZE, PROT_R | PROT_X | PROT_U | PROT_V, 0, 0, 0) == (void *)0x0;
	ok &= mmap((void *)0x8000, 3 * PAGE_SIZE, PROT_R | PROT_W | PROT_U | PROT_V, 0, 0, 0) == (void *)0x8000;

	store(0x0, 1);			/* refused */
	ok &= load_or(0x8000, -1) == 0;
	store(0xaffc, 7);
	ok &= load_or(0xaffc, -1) == 7;

	ok &= munmap((void *)0x0, PAGE_SIZE) == 0;
	ok &= munmap((void *)0x8000, 3 * PAGE_SIZE) == 0;
	ok &= load_or(0x0, -1) == -1;
	ok &= load_or(0x8000, -1) == -1;
	check("unmap", ok);
	return 0;
}
