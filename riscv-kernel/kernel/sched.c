/*
 * Five tasks, one per user test, each with its own page table. They run
 * in the order of their numbers, one turn each; then the machine is done.
 */
#include "sched.h"

#include "console.h"
#include "memlayout.h"
#include "mm.h"
#include "riscv.h"
#include "timer.h"
#include "trap.h"
#include "user_programs.h"
#include "vm.h"

struct task_struct task[NR_TASKS];
struct task_struct *current;

static struct vm_area_struct vm_heads[NR_TASKS];

/* The page below a kernel stack is not mapped: too deep a recursion faults. */
static struct {
	char guard[PAGE_SIZE];
	char bytes[2 * PAGE_SIZE - TRAP_FRAME_SIZE];
	char frame[TRAP_FRAME_SIZE];
} kernel_stack[NR_TASKS] __attribute__((aligned(4096)));

void switch_to(struct context *from, struct context *to);	/* switch.S */

/* On its first turn the task begins its program, with an empty stack. */
static void
set_first_turn(struct task_struct *t, uint64_t entry)
{
	struct trap_frame *frame = (struct trap_frame *)kernel_stack[t->pid].frame;

	frame->sepc = entry;
	frame->sp = USER_STACK_TOP;
	frame->sstatus = SSTATUS_SPIE;		/* to user mode, interrupts on */
	t->context.sp = (uint64_t)frame;
	t->context.ra = (uint64_t)trap_return;
	create_mapping(kernel_pgtbl, (uint64_t)kernel_stack[t->pid].guard, 0, PAGE_SIZE, 0);
}

void
task_init(void)
{
	printf("task init...\n");
	for (int i = 0; i < NR_TASKS; i++) {
		struct task_struct *t = &task[i];

		t->pid = i;
		t->counter = 1;
		t->priority = i + 1;
		t->mm.vm = &vm_heads[i];
		INIT_LIST_HEAD(&t->mm.vm->vm_list);
		t->pgtbl = new_pgtbl();
		if (t->pgtbl == NULL)
			panic("no page for task %d's page table: alloc_page() returned 0", i);
		set_first_turn(t, load_user_program(i, t->pgtbl));
		printf("[PID = %d] Process Create Successfully!\n", i);
	}
	sfence_vma();
}

static void
print_tasks(const struct task_struct *next)
{
	for (struct task_struct *t = task; t < task + NR_TASKS; t++)
		printf("task[%d]: counter = %d, priority = %d%s\n",
		       t->pid, t->counter, t->priority, t == next ? " <-- next" : "");
}

void
schedule(void)
{
	static struct context boot;
	struct task_struct *prev = current, *next = task;

	while (next < task + NR_TASKS && next->counter == 0)
		next++;
	if (next == task + NR_TASKS) {
		printf("test end\n");
		printf("ticks: %lu\n", ticks);
		shutdown();
	}

	print_tasks(next);
	current = next;
	use_pgtbl(next->pgtbl);
	switch_to(prev ? &prev->context : &boot, &next->context);
}

void
do_timer(void)
{
	static int ticks_left = TICKS_PER_TURN;

	if (--ticks_left > 0)
		return;
	ticks_left = TICKS_PER_TURN;

	printf("[*PID = %d] Context Calculation: counter = %d,priority = %d\n",
	       current->pid, current->counter, current->priority);
	current->counter--;
	schedule();
}
