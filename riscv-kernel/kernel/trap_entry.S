# Into the kernel and out again.
#
# While a task runs, sscratch holds the top of its kernel stack; while the
# kernel runs, sscratch is 0. That tells where a trap comes from. The frame
# (struct trap_frame) lies at the top of the task's kernel stack.

#include "trap.h"

#define SEPC		0
#define REG(n)		(8 * (n))
#define SSTATUS		(8 * 32)

.macro each_reg op			# all but x0 and sp (x2)
	\op	x1, REG(1)(sp)
	.irp	n, 3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	\op	x\n, REG(\n)(sp)
	.endr
.endm

	.text
	.balign	4
	.globl trap_entry
trap_entry:
	csrrw	sp, sscratch, sp
	beqz	sp, from_kernel

	addi	sp, sp, -TRAP_FRAME_SIZE
	each_reg sd
	csrrw	t0, sscratch, zero	# the task's sp
	csrr	t1, sepc
	csrr	t2, sstatus
	sd	t0, REG(2)(sp)
	sd	t1, SEPC(sp)
	sd	t2, SSTATUS(sp)

	mv	a0, sp
	call	trap_from_user

	.globl trap_return
trap_return:
	call	watchdog_stop		# interrupts are off again
	ld	t1, SEPC(sp)
	ld	t2, SSTATUS(sp)
	csrw	sepc, t1
	csrw	sstatus, t2
	addi	t0, sp, TRAP_FRAME_SIZE
	csrw	sscratch, t0
	each_reg ld
	ld	sp, REG(2)(sp)
	sret

# From the kernel: on a stack of its own, because the kernel's may be what
# went wrong. Comes back only when there was nothing to it.
from_kernel:
	la	sp, fault_stack_top - TRAP_FRAME_SIZE
	each_reg sd
	csrrw	t0, sscratch, zero	# the kernel's sp
	sd	t0, REG(2)(sp)

	mv	a0, sp
	call	trap_from_kernel

	each_reg ld
	ld	sp, REG(2)(sp)
	sret

	.bss
	.balign	16
fault_stack:
	.skip	4096
fault_stack_top:
