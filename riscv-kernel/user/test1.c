/*
 * mmap: the first store, and the first load, give a VMA its pages.
 *
 * The VMAs touch: 0x1000 belongs to the second, not to the first.
 */
#include "lib/user.h"

#define RW	(PROT_R | PROT_W | PROT_U | PROT_V)

static int
page_store(void)
{
	void *second = mmap((void *)0x1000, PAGE_SIZE, RW, 0, 0, 0);
	void *first = mmap((void *)0x0, PAGE_SIZE, RW, 0, 0, 0);

	must(first == (void *)0x0 && second == (void *)0x1000);
	store(0x0, 0x600d);
	must(load_or(0x0, -1) == 0x600d);
	must(load_or(0xffc, -1) == 0);
	return 0;
}

static int
page_load(void)
{
	must(load_or(0x1000, -1) == 0);
	must(load_or(0x1ffc, -1) == 0);
	store(0x1000, 0xbeef);
	must(load_or(0x1000, -1) == 0xbeef);
	must(load_or(0x0, -1) == 0x600d);
	return 0;
}

int
main(void)
{
	printf("checking in test1\n");
	report("page store", page_store());
	report("page load", page_load());
	return 0;
}
