/*
 * Tasks, and their virtual memory.
 */
#ifndef SCHED_H
#define SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "list.h"

#define NR_TASKS	5	/* one per user test */

/* One VMA of a task's addresses, as mmap asked for it. */
struct vm_area_struct {
	unsigned long vm_start;		/* first byte */
	unsigned long vm_end;		/* first byte after the VMA */
	struct list_head vm_list;	/* the task's other VMAs */
	unsigned long vm_flags;		/* PTE_V, PTE_R, PTE_W, PTE_X, PTE_U */
	bool mapped;			/* it has pages */
};

/* vm stands for no VMA: its vm_list is the head of the task's list. */
struct mm_struct {
	struct vm_area_struct *vm;
};

/* What a function call must preserve: enough to switch between tasks. */
struct context {
	uint64_t ra, sp;
	uint64_t s[12];
};

struct task_struct {
	struct context context;		/* first: switch.S wants it there */
	int pid;			/* 0, 1, 2 ... */
	int counter;			/* turns it still gets */
	int priority;
	uint64_t *pgtbl;		/* root of its page table */
	struct mm_struct mm;
};

extern struct task_struct task[NR_TASKS];
extern struct task_struct *current;	/* NULL before the first task runs */

void task_init(void);
void schedule(void);		/* to the next task that has turns left */
void do_timer(void);		/* a tick of the clock has passed */

#endif
