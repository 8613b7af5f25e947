/*
 * The one timer of the hart, used in two ways: for a task's ticks while a
 * task runs, and as a watchdog while the kernel runs.
 */
#ifndef TIMER_H
#define TIMER_H

#include <stdbool.h>

#define TICKS_PER_TURN	10

extern unsigned long ticks;	/* since the first task ran */

void timer_init(void);
bool timer_tick(void);		/* counts a tick and sets the next; false when none is due */

/*
 * Between watchdog_start and watchdog_stop interrupts are on, and the
 * watchdog bites a kernel that takes longer than WATCHDOG_S: trap.c then
 * ends the machine. watchdog_start again begins anew.
 */
#define WATCHDOG_S	10
void watchdog_start(void);
void watchdog_stop(void);
bool watchdog_bites(void);	/* asked at a timer interrupt of the kernel */

#endif
