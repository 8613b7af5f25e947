#ifndef SCHED_H
#define SCHED_H

#include "list.h"
#include "stdint.h"

#define LAB_TEST_NUM		5
#define LAB_TEST_COUNTER	1
#define TICKS_PER_TURN		10

typedef struct {
	unsigned long pgprot;
} pgprot_t;

struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;		/* first byte after the area */
	struct list_head vm_list;
	pgprot_t vm_page_prot;
	unsigned long vm_flags;		/* bits of a PTE */
	bool mapped;
};

struct mm_struct {
	struct vm_area_struct *vm;
};

struct thread_struct {
	uint64_t ra, sp, s[12];
};

struct task_struct {
	struct thread_struct thread;	/* first: __switch_to knows */
	long counter;
	long priority;
	long pid;
	uint64_t satp;
	struct mm_struct mm;
};

extern struct task_struct *current;
extern struct task_struct *task[LAB_TEST_NUM];

void task_init(void);
void init_test_case(void);
void schedule(void);
void do_timer(void);
void ret_to_user(void);
void __switch_to(struct task_struct *prev, struct task_struct *next);

static inline uint64_t *current_pgtbl(void)
{
	return (uint64_t *)((current->satp & 0xfffffffffffUL) << 12);
}

#endif
