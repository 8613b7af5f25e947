/*
 * Runs the tests in the kernel, before anything else has allocated a
 * page. Prints KTAP, and ends the machine.
 */
#include "selftest.h"

#include "../kernel/console.h"
#include "../kernel/driver.h"
#include "../kernel/timer.h"

static int tests, failed;

bool
all_is_free(void)
{
	uint64_t pa = alloc_pages(NR_PAGES);

	if (pa != BASE || alloc_page() != 0)
		return false;
	free_pages(pa);
	return true;
}

static int
count(const struct selftest *t)
{
	int n = 0;

	while (t[n].name != NULL)
		n++;
	return n;
}

static void
run(const struct selftest *t)
{
	for (; t->name != NULL; t++) {
		init_buddy_system();
		slub_init();
		watchdog_start();

		int line = t->run();
		if (line != 0)
			printf("# line %d\n", line);
		else if (!all_is_free()) {
			printf("# not all pages are free again\n");
			line = -1;
		}
		printf("%s %d %s\n", line == 0 ? "ok" : "not ok", ++tests, t->name);
		failed += line != 0;
	}
}

void
driver_early(void)
{
	printf("KTAP version 1\n1..%d\n", count(buddy_tests) + count(kmalloc_tests));
	run(buddy_tests);
	run(kmalloc_tests);
	printf("buddy test: %d of %d failed\n", failed, tests);
	shutdown();
}
