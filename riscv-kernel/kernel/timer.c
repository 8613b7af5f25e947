/*
 * An interrupt says that the timer went off, not that it is time: QEMU may
 * still deliver the one of an earlier setting just after the timer was set
 * anew. So both users of the timer look at the clock, too.
 */
#include "timer.h"

#include "riscv.h"
#include "sbi.h"

#define TIME_HZ		10000000UL	/* of the time CSR, on QEMU's virt machine */
#define TICK		(TIME_HZ / 100)	/* 10 ms */

unsigned long ticks;
static uint64_t next_tick;
static uint64_t too_late;	/* when the watchdog bites */

void
timer_init(void)
{
	next_tick = csr_read(time) + TICK;
}

/*
 * The next tick counts from now, not from when this one was due: on a
 * machine that is slow for a while, ticks get longer instead of piling
 * up, and a task still finds time to work in each.
 */
bool
timer_tick(void)
{
	uint64_t now = csr_read(time);

	if (now < next_tick)
		return false;
	ticks++;
	next_tick = now + TICK;
	return true;
}

void
watchdog_start(void)
{
	too_late = csr_read(time) + WATCHDOG_S * TIME_HZ;
	sbi_set_timer(too_late);
	csr_set(sstatus, SSTATUS_SIE);
}

void
watchdog_stop(void)
{
	csr_clear(sstatus, SSTATUS_SIE);
	sbi_set_timer(next_tick);
}

bool
watchdog_bites(void)
{
	sbi_set_timer(too_late);	/* takes a stale interrupt back */
	return csr_read(time) >= too_late;
}
