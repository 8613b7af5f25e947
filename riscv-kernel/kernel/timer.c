#include "timer.h"

#include "riscv.h"
#include "sbi.h"

#define TIME_HZ		10000000UL	/* of the time CSR, on QEMU's virt machine */
#define TICK		(TIME_HZ / 100)	/* 10 ms */

unsigned long ticks;
static uint64_t next_tick;

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
void
timer_tick(void)
{
	ticks++;
	next_tick = csr_read(time) + TICK;
}

void
watchdog_start(void)
{
	sbi_set_timer(csr_read(time) + WATCHDOG_S * TIME_HZ);
	csr_set(sstatus, SSTATUS_SIE);
}

void
watchdog_stop(void)
{
	csr_clear(sstatus, SSTATUS_SIE);
	sbi_set_timer(next_tick);
}
