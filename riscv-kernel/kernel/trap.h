/*
 * Traps: from a task into the kernel and back.
 */
#ifndef TRAP_H
#define TRAP_H

#define TRAP_FRAME_SIZE	272	/* 33 words, and sp stays 16-byte aligned */

#ifndef __ASSEMBLER__

#include <stdint.h>

/* A task's registers while the kernel works for it. trap_entry.S knows the order. */
struct trap_frame {
	uint64_t sepc;			/* where the task goes on */
	uint64_t ra, sp, gp, tp;
	uint64_t t0, t1, t2;
	uint64_t s0, s1;
	uint64_t a0, a1, a2, a3, a4, a5, a6, a7;
	uint64_t s2, s3, s4, s5, s6, s7, s8, s9, s10, s11;
	uint64_t t3, t4, t5, t6;
	uint64_t sstatus;
};

void trap_init(void);
void trap_return(void);		/* trap_entry.S: leaves for the task whose frame sp points to */

void do_syscall(struct trap_frame *frame);					/* syscall.c */
void do_page_fault(uint64_t scause, uint64_t stval, struct trap_frame *frame);	/* fault.c */

#endif
#endif
