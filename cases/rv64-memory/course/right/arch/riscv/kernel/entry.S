#define CLINT_MTIMECMP	0x2004000
#define CLINT_MTIME	0x200bff8
#define TICK		0x40000		/* 26 ms */

# Machine mode: the timer becomes the supervisor's, and an ecall sets the
# next one. Whatever else comes here is the end.
	.text
	.balign	4
	.globl trap_m
trap_m:
	csrrw	sp, mscratch, sp
	sd	t0, -8(sp)
	sd	t1, -16(sp)
	csrr	t0, mcause
	bltz	t0, timer_m
	li	t1, 9
	bne	t0, t1, dead

	csrr	t0, mepc
	addi	t0, t0, 4
	csrw	mepc, t0
	li	t0, CLINT_MTIME
	ld	t0, 0(t0)
	li	t1, TICK
	add	t0, t0, t1
	li	t1, CLINT_MTIMECMP
	sd	t0, 0(t1)
	li	t0, 1 << 5
	csrc	mip, t0
	li	t0, 1 << 7
	csrs	mie, t0
	j	back_m

timer_m:
	li	t0, 1 << 7
	csrc	mie, t0
	li	t0, 1 << 5
	csrs	mip, t0
back_m:
	ld	t0, -8(sp)
	ld	t1, -16(sp)
	csrrw	sp, mscratch, sp
	mret
dead:	j	dead

.macro regs op
	\op	x1, 8(sp)
	.irp	n, 3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	\op	x\n, (8 * \n)(sp)
	.endr
.endm

# Supervisor mode, from a task: its registers go onto its kernel stack.
	.balign	4
	.globl trap_s
trap_s:
	csrrw	sp, sscratch, sp
	addi	sp, sp, -256
	regs	sd
	csrr	t0, sscratch
	sd	t0, 16(sp)
	csrr	a0, scause
	csrr	a1, sepc
	sd	a1, 0(sp)
	mv	a2, sp
	call	handler_s

	.globl ret_to_user
ret_to_user:
	ld	t0, 0(sp)
	csrw	sepc, t0
	addi	t0, sp, 256
	csrw	sscratch, t0
	li	t0, 1 << 8		# SPP = U
	csrc	sstatus, t0
	li	t0, 1 << 5		# SPIE
	csrs	sstatus, t0
	regs	ld
	ld	sp, 16(sp)
	sret

# __switch_to(prev, next)
	.globl __switch_to
__switch_to:
	beqz	a0, 1f
	sd	ra, 0(a0)
	sd	sp, 8(a0)
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	sd	s\n, (16 + 8 * \n)(a0)
	.endr
1:	ld	ra, 0(a1)
	ld	sp, 8(a1)
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11
	ld	s\n, (16 + 8 * \n)(a1)
	.endr
	ret
