#include "mm.h"
#include "stdio.h"

#define RW	(PROT_R | PROT_W | PROT_U | PROT_V)

int main(void)
{
	int ok;

	printf("checking in test1\n");
	ok = mmap((void *)0x0, PAGE_SIZE, RW, 0, 0, 0) == (void *)0x0;
	ok &= mmap((void *)0x1000, PAGE_SIZE, RW, 0, 0, 0) == (void *)0x1000;
	store(0x0, 0x1234);
	ok &= load_or(0x0, -1) == 0x1234 && load_or(0xffc, -1) == 0;
	check("page store", ok);

	ok = load_or(0x1000, -1) == 0 && load_or(0x1ffc, -1) == 0;
	ok &= load_or(0x0, -1) == 0x1234;
	check("page load", ok);
	return 0;
}
