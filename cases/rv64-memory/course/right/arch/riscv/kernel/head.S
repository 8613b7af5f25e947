# The machine begins here, in machine mode, at 0x80000000. Everything
# before paging runs at physical addresses.

	.section .text.init, "ax"
	.globl _start
_start:
	la	t0, bss_start
	la	t1, _end
1:	sd	zero, 0(t0)
	addi	t0, t0, 8
	bltu	t0, t1, 1b

	la	sp, boot_stack_top
	la	t0, trap_m
	csrw	mtvec, t0
	la	t0, m_stack_top
	csrw	mscratch, t0

	li	t0, 0xb1ff		# page faults, ecall from U and the like: to S
	csrw	medeleg, t0
	li	t0, 1 << 5		# timer of S
	csrw	mideleg, t0
	csrw	mie, zero

	li	t0, 3 << 11		# mstatus.MPP = S
	csrc	mstatus, t0
	li	t0, 1 << 11
	csrs	mstatus, t0
	la	t0, s_start
	csrw	mepc, t0
	mret

s_start:
	call	paging_init		# returns satp
	csrw	satp, a0
	sfence.vma

	li	t1, 0xffffffc000000000 - 0x80000000
	la	t0, 1f
	add	t0, t0, t1
	add	sp, sp, t1
	jr	t0
1:	la	t0, trap_s
	csrw	stvec, t0
	li	t0, 1 << 18		# sstatus.SUM: the kernel reads what a task gives it
	csrs	sstatus, t0
	li	t0, 1 << 5
	csrs	sie, t0
	call	start_kernel
2:	j	2b

	.bss
	.balign	4096
boot_stack:
	.skip	8192
boot_stack_top:
m_stack:
	.skip	1024
m_stack_top:
