#include "mm.h"
#include "sched.h"
#include "slub.h"
#include "stdio.h"

int start_kernel(void)
{
	puts("OSLAB 5 0000000001 0000000002\n");

	slub_init();
	task_init();
	init_test_case();

	asm volatile("ecall");		/* the first tick */
	schedule();
	return 0;
}
