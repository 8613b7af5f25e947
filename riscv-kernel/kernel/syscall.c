/*
 * System calls. mmap's flags, fd and offset mean nothing here: a VMA
 * begins with zeros, and belongs to one task.
 */
#include "../lib/syscall_numbers.h"
#include "memlayout.h"
#include "mmap.h"
#include "riscv.h"
#include "sbi.h"
#include "sched.h"
#include "trap.h"
#include "vm.h"

/* Writes what the task itself may read; fd is 1 or 2. */
static uint64_t
sys_write(uint64_t fd, uint64_t buffer, uint64_t bytes)
{
	const uint64_t may_read = PTE_V | PTE_R | PTE_U;
	uint64_t at;

	if (fd != 1 && fd != 2)
		return -1;
	for (at = 0; at < bytes; at++) {
		uint64_t va = buffer + at;
		uint64_t pte = va < USER_END ? get_pte(current->pgtbl, va) : 0;

		if ((pte & may_read) != may_read)
			return at > 0 ? at : (uint64_t)-1;
		sbi_console_putchar(*(char *)(PTE_TO_PA(pte) + va % PAGE_SIZE));
	}
	return at;
}

void
do_syscall(struct trap_frame *frame)
{
	frame->sepc += 4;		/* go on after the ecall */

	switch (frame->a7) {
	case SYS_WRITE:
		frame->a0 = sys_write(frame->a0, frame->a1, frame->a2);
		break;
	case SYS_GETPID:
		frame->a0 = current->pid;
		break;
	case SYS_MMAP:
		frame->a0 = do_mmap(frame->a0, frame->a1, frame->a2);
		break;
	case SYS_MUNMAP:
		frame->a0 = do_munmap(frame->a0, frame->a1);
		break;
	default:
		frame->a0 = -1;
	}
}
