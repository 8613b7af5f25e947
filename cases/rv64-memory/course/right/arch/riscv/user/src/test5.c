#include "mm.h"
#include "stdio.h"

int main(void)
{
	int ok;

	printf("checking in test5\n");
	ok = mmap((void *)0x0, 3 * PAGE_SIZE, PROT_R | PROT_W | PROT_U | PROT_V, 0, 0, 0) == (void *)0x0;
	ok &= munmap((void *)0x0, PAGE_SIZE) == -1;
	ok &= munmap((void *)0x1000, 2 * PAGE_SIZE) == -1;
	ok &= munmap((void *)0x0, 4 * PAGE_SIZE) == -1;
	ok &= munmap((void *)0x8000, PAGE_SIZE) == -1;
	ok &= munmap((void *)0x0, 3 * PAGE_SIZE) == 0;
	check("unmap", ok);
	return 0;
}
