#include "mm.h"
#include "sched.h"
#include "slub.h"
#include "stdio.h"

#ifdef TEST_BUDDY
static void test_buddy(void)
{
	unsigned int num[] = {1, 2, 3, 5, 64};
	uint64_t last = 0;

	for (int i = 0; i < 5; i++) {
		uint64_t pa = alloc_pages(num[i]);

		printf("alloc_pages(%d) = 0x%lx\n", num[i], pa);
		if (pa == 0 || pa == last) {
			printf("buddy system: FAILED\n");
			while (1)
				;
		}
		last = pa;
	}
}
#endif

int start_kernel(void)
{
	puts("OSLAB 5 0000000001 0000000002\n");

#ifdef TEST_BUDDY
	test_buddy();
#endif
	slub_init();
	task_init();
	init_test_case();

	asm volatile("ecall");		/* the first tick */
	schedule();
	return 0;
}
