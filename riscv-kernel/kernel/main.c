/*
 * The kernel's story: from the first line of C to the first task.
 */
#include "console.h"
#include "driver.h"
#include "mm.h"
#include "sched.h"
#include "students.h"
#include "timer.h"
#include "trap.h"
#include "vm.h"

void start_kernel(void);

/* Called by entry.S. */
void
start_kernel(void)
{
	trap_init();			/* from here on a mistake has a voice */
	watchdog_start();
	printf("OSLAB 5 %s\n", STUDENTS);

	init_buddy_system();
	driver_early();

	slub_init();
	vm_init();			/* paging is on */
	task_init();
	driver_late();

	timer_init();
	schedule();			/* to the first task, and never back */
}
