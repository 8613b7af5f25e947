/*
 * The one timer of the hart, used in two ways: for a task's ticks while a
 * task runs, and as a watchdog while the kernel runs.
 */
#ifndef TIMER_H
#define TIMER_H

#define TICKS_PER_TURN	10

extern unsigned long ticks;	/* since the first task ran */

void timer_init(void);
void timer_tick(void);		/* counts a tick and sets the next */

/*
 * Between watchdog_start and watchdog_stop interrupts are on, and a
 * kernel that takes longer than WATCHDOG_S gets a timer interrupt, which
 * trap.c takes for its end. watchdog_start again begins anew.
 */
#define WATCHDOG_S	10
void watchdog_start(void);
void watchdog_stop(void);

#endif
