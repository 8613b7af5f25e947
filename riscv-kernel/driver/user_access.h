/*
 * The driver's own traps, and accesses in user mode.
 *
 * A load, store or fetch is one instruction, run in user mode with the
 * task's page table, so that the hardware decides what may be done, and
 * the page fault, its scause and its stval are real. The driver's vector
 * answers it by calling do_page_fault, as the kernel's does, and watches
 * what that did to sepc; it does not print, and it comes back to the
 * driver, which the kernel's cannot.
 *
 *   access() --> enter_user() --> sret --> the instruction --> ecall --+
 *                                             | fault     ^            |
 *                                             v           |            |
 *                                         do_page_fault --+ sret       |
 *      ^                                                               |
 *      +------------------------ leave_user() <------------------------+
 *
 * No sfence.vma and no write of satp happens here: a stale entry of the TLB
 * stays for the next access to find.
 *
 * A trap of the kernel ends the run, with a line that says what it was.
 * sscratch is 0 in the kernel, and user_frame in user mode.
 */
#ifndef USER_ACCESS_H
#define USER_ACCESS_H

#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

#include "kernel/memlayout.h"
#include "kernel/riscv.h"
#include "kernel/sbi.h"
#include "kernel/sched.h"
#include "kernel/trap.h"
#include "kernel/vm.h"

#define STUB_VA		0x10f0000UL	/* below the stack: no VMA can be there */
#define MAX_FAULTS	4		/* of one access */
#define CAUSE_ILLEGAL	2
#define TICKS_PER_MS	10000UL		/* of the time CSR on QEMU's virt machine */

enum outcome { OUTCOME_OK, OUTCOME_SKIP, OUTCOME_ENDLESS, OUTCOME_TRAP, OUTCOME_HANG };

static struct {
	enum outcome outcome;
	unsigned int faults;
	uint64_t scause;	/* of the last page fault, or of the trap that ended it */
	uint64_t value;
	uint64_t fetch_at;	/* of a fetch; else 1, which no instruction's address is */
} access_state;

static uint64_t deadline;

struct trap_frame driver_user_frame;
uint64_t driver_sp;

void driver_trap_entry(void);
void driver_enter_user(void);
noreturn void driver_leave_user(void);
void driver_user_trap(struct trap_frame *frame);
void driver_kernel_trap(const struct trap_frame *frame);
extern char driver_stub[], driver_stub_load1[], driver_stub_load4[], driver_stub_store1[], driver_stub_store4[];

_Static_assert(offsetof(struct trap_frame, sepc) == 0 && offsetof(struct trap_frame, ra) == 8 &&
	       offsetof(struct trap_frame, a0) == 80 && offsetof(struct trap_frame, t6) == 248 &&
	       offsetof(struct trap_frame, sstatus) == 256, "the assembly below knows the frame");

__asm__(
"	.macro	driver_each_reg op\n"		/* all but x0 and sp (x2) */
"	\\op	x1, 8(sp)\n"
"	.irp	n, 3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
"	\\op	x\\n, (8 * \\n)(sp)\n"
"	.endr\n"
"	.endm\n"
"	.macro	driver_saved op\n"		/* what a call preserves */
"	.irp	n, 1,3,4,8,9,18,19,20,21,22,23,24,25,26,27\n"
"	\\op	x\\n, (8 * \\n)(sp)\n"
"	.endr\n"
"	.endm\n"

"	.text\n"
"	.balign	4\n"
"driver_trap_entry:\n"
"	csrrw	sp, sscratch, sp\n"
"	beqz	sp, 1f\n"
"	driver_each_reg sd\n"
"	csrrw	t0, sscratch, zero\n"
"	csrr	t1, sepc\n"
"	csrr	t2, sstatus\n"
"	sd	t0, 16(sp)\n"
"	sd	t1, 0(sp)\n"
"	sd	t2, 256(sp)\n"
"	mv	a0, sp\n"
"	la	sp, driver_trap_stack_top\n"
"	call	driver_user_trap\n"
"2:	la	sp, driver_user_frame\n"
"	ld	t1, 0(sp)\n"
"	ld	t2, 256(sp)\n"
"	csrw	sepc, t1\n"
"	csrw	sstatus, t2\n"
"	csrw	sscratch, sp\n"
"	driver_each_reg ld\n"
"	ld	sp, 16(sp)\n"
"	sret\n"
	/* From the kernel, on a stack of its own: the kernel's may be what went wrong. */
"1:	la	sp, driver_fatal_frame\n"
"	driver_each_reg sd\n"
"	csrrw	t0, sscratch, zero\n"
"	sd	t0, 16(sp)\n"
"	mv	a0, sp\n"
"	la	sp, driver_fatal_stack_top\n"
"	call	driver_kernel_trap\n"
"	la	sp, driver_fatal_frame\n"
"	driver_each_reg ld\n"
"	ld	sp, 16(sp)\n"
"	sret\n"

"driver_enter_user:\n"
"	addi	sp, sp, -256\n"
"	driver_saved sd\n"
"	la	t0, driver_sp\n"
"	sd	sp, 0(t0)\n"
"	j	2b\n"
"driver_leave_user:\n"
"	ld	sp, driver_sp\n"
"	driver_saved ld\n"
"	addi	sp, sp, 256\n"
"	ret\n"

	/* The page that user mode runs: a1 the address, a0 the value. */
"	.balign	4096\n"
"driver_stub:\n"
"driver_stub_load1:	lbu	a0, 0(a1)\n"
"	ecall\n"
"driver_stub_load4:	lwu	a0, 0(a1)\n"
"	ecall\n"
"driver_stub_store1:	sb	a0, 0(a1)\n"
"	ecall\n"
"driver_stub_store4:	sw	a0, 0(a1)\n"
"	ecall\n"
"	.balign	4096\n"

"	.bss\n"
"	.balign	16\n"
"driver_fatal_frame:	.skip	272\n"
"driver_trap_stack:	.skip	16384\n"
"driver_trap_stack_top:\n"
"	.skip	8192\n"
"driver_fatal_stack_top:\n"
"	.text\n"
);

/* An operation begins: it has this long. */
static void
arm(uint64_t limit_ms)
{
	deadline = csr_read(time) + limit_ms * TICKS_PER_MS;
	sbi_set_timer(deadline);
	csr_set(sstatus, SSTATUS_SIE);
}

/* The timer went off; an earlier setting's interrupt may come late, and means nothing. */
static int
time_is_up(void)
{
	if (csr_read(time) >= deadline)
		return 1;
	sbi_set_timer(deadline);
	return 0;
}

static noreturn void
end_access(enum outcome outcome, uint64_t scause)
{
	access_state.outcome = outcome;
	access_state.scause = scause;
	driver_leave_user();
}

static void
answer_page_fault(uint64_t scause, uint64_t stval, struct trap_frame *frame)
{
	uint64_t sepc = frame->sepc;

	if (++access_state.faults > MAX_FAULTS)
		end_access(OUTCOME_ENDLESS, scause);
	access_state.scause = scause;
	csr_set(sstatus, SSTATUS_SIE);
	do_page_fault(scause, stval, frame);
	csr_clear(sstatus, SSTATUS_SIE);
	if (frame->sepc != sepc)
		end_access(OUTCOME_SKIP, scause);
}

void
driver_user_trap(struct trap_frame *frame)
{
	uint64_t scause = csr_read(scause), stval = csr_read(stval);

	switch (scause) {
	case CAUSE_TIMER:
		if (time_is_up())
			end_access(OUTCOME_HANG, scause);
		break;
	case CAUSE_ECALL_U:
		access_state.value = frame->a0;
		end_access(OUTCOME_OK, access_state.scause);
	case CAUSE_FETCH_PAGE:
	case CAUSE_LOAD_PAGE:
	case CAUSE_STORE_PAGE:
		answer_page_fault(scause, stval, frame);
		break;
	case CAUSE_ILLEGAL:	/* a page of zeros was fetched from: 0 is no instruction */
		if (frame->sepc == access_state.fetch_at)
			end_access(OUTCOME_OK, access_state.scause);
		/* fall through */
	default:
		end_access(OUTCOME_TRAP, scause);
	}
}

/* Runs from pc in user mode until the access is over one way or another. */
static void
access(uint64_t pc, uint64_t fetch_at, uint64_t va, uint64_t value)
{
	access_state.faults = 0;
	access_state.scause = 0;
	access_state.value = 0;
	access_state.fetch_at = fetch_at;
	driver_user_frame = (struct trap_frame){
		.sepc = pc, .a0 = value, .a1 = va, .sstatus = SSTATUS_SPIE,
	};
	csr_clear(sstatus, SSTATUS_SIE);
	driver_enter_user();
	csr_set(sstatus, SSTATUS_SIE);
}

static uint64_t
stub_va(const char *part)
{
	return STUB_VA + (uint64_t)(part - driver_stub);
}

/* From here on accesses are those of task 0. Takes no page: its tables exist. */
static void
become_task(void)
{
	current = &task[0];
	create_mapping(current->pgtbl, STUB_VA, (uint64_t)driver_stub, PAGE_SIZE, PTE_R | PTE_X | PTE_U);
	use_pgtbl(current->pgtbl);
}

#endif
