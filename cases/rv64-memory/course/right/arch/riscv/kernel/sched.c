#include "sched.h"

#include "stdio.h"

static int ticks;

void init_test_case(void)
{
	for (int i = 0; i < LAB_TEST_NUM; i++) {
		task[i]->counter = LAB_TEST_COUNTER;
		task[i]->priority = i + 1;
	}
}

static void switch_to(struct task_struct *next)
{
	struct task_struct *prev = current;

	current = next;
	asm volatile("csrw satp, %0\n\tsfence.vma" : : "r"(next->satp) : "memory");
	__switch_to(prev, next);
}

void schedule(void)
{
	int next = 0;

	while (next < LAB_TEST_NUM && task[next]->counter == 0)
		next++;
	if (next == LAB_TEST_NUM) {
		printf("test end\n");
		printf("ticks: %d\n", ticks);
		while (1)
			;
	}
	for (int i = 0; i < LAB_TEST_NUM; i++)
		printf("task[%d]: counter = %d, priority = %d%s\n", i, (int)task[i]->counter,
		       (int)task[i]->priority, i == next ? " <-- next" : "");
	switch_to(task[next]);
}

void do_timer(void)
{
	if (++ticks % TICKS_PER_TURN != 0)
		return;
	printf("[*PID = %d] Context Calculation: counter = %d,priority = %d\n",
	       (int)current->pid, (int)current->counter, (int)current->priority);
	current->counter--;
	schedule();
}
