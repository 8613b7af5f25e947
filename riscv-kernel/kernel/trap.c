/*
 * What to do about each trap. A trap of the kernel itself ends the
 * machine; a trap of a task is answered, and the task goes on.
 */
#include "trap.h"

#include "console.h"
#include "riscv.h"
#include "sbi.h"
#include "sched.h"
#include "timer.h"

#define MAX_REPEATS	16	/* of one page fault before the task is taken past it */

extern char trap_entry[];
void trap_from_kernel(const struct trap_frame *frame);
void trap_from_user(struct trap_frame *frame);

_Static_assert(sizeof(struct trap_frame) <= TRAP_FRAME_SIZE, "trap_entry.S leaves too little room");

void
trap_init(void)
{
	csr_write(sscratch, 0);		/* we are in the kernel */
	csr_write(stvec, trap_entry);
	csr_set(sie, SIE_STIE);
}

/*
 * A fault in the kernel, or the watchdog. The frame lies on a stack of its
 * own: the kernel's may be what went wrong.
 */
void
trap_from_kernel(const struct trap_frame *frame)
{
	static int dying;
	uint64_t scause = csr_read(scause), sepc = csr_read(sepc), stval = csr_read(stval);

	if (dying)
		sbi_shutdown(1);	/* even the words below fault */
	if (scause == CAUSE_TIMER && !watchdog_bites())
		return;

	dying = 1;
	if (scause == CAUSE_TIMER)
		panic("the kernel is stuck: sepc = 0x%016lx, ra = 0x%016lx", sepc, frame->ra);
	panic("kernel fault: scause = %lu, sepc = 0x%016lx, stval = 0x%016lx, ra = 0x%016lx",
	      scause, sepc, stval, frame->ra);
}

/*
 * A handler that returns without having mapped the page would see the
 * same fault for ever. After MAX_REPEATS of them the instruction is skipped.
 */
static void
page_fault(uint64_t scause, uint64_t stval, struct trap_frame *frame)
{
	static uint64_t last_epc, last_stval, repeats;
	uint64_t epc = frame->sepc;

	printf("Page fault! epc = 0x%016lx, stval = 0x%016lx\n", epc, stval);
	do_page_fault(scause, stval, frame);

	if (frame->sepc != epc || epc != last_epc || stval != last_stval)
		repeats = 0;
	last_epc = epc;
	last_stval = stval;
	if (++repeats > MAX_REPEATS) {
		printf("The page fault at 0x%lx comes back for ever: instruction skipped\n", epc);
		frame->sepc = epc + 4;
		repeats = 0;
	}
}

/* A task did what it must not: it gets no more turns. */
static void
stop_task(uint64_t scause, uint64_t stval, struct trap_frame *frame)
{
	printf("[PID = %d] stopped: scause = %lu, sepc = 0x%016lx, stval = 0x%016lx\n",
	       current->pid, scause, frame->sepc, stval);
	current->counter = 0;
	schedule();
}

/* Called by trap_entry.S, which stops the watchdog on the way out. */
void
trap_from_user(struct trap_frame *frame)
{
	uint64_t scause = csr_read(scause), stval = csr_read(stval);

	watchdog_start();
	switch (scause) {
	case CAUSE_TIMER:
		if (timer_tick())
			do_timer();
		break;
	case CAUSE_ECALL_U:
		do_syscall(frame);
		break;
	case CAUSE_FETCH_PAGE:
	case CAUSE_LOAD_PAGE:
	case CAUSE_STORE_PAGE:
		page_fault(scause, stval, frame);
		break;
	default:
		stop_task(scause, stval, frame);
	}
}
