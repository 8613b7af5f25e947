# The machine begins here when the driver is linked into a kernel that
# starts in machine mode: see course_shim.c. None of that kernel's own code
# runs before the driver's.
#
# Machine mode keeps what the driver asks of firmware: the console, the
# timer, the end. Supervisor mode gets every trap but its own ecalls.
# Its page table maps 1 GiB pages: devices, RAM, and RAM once more where the
# kernel is linked, so that a pointer in its data is as good as one that the
# code has computed. Code runs where it lies, at physical addresses.

#define UART		0x10000000
#define FINISHER	0x100000	/* QEMU's: switches the machine off */
#define FINISHER_PASS	0x5555
#define FINISHER_FAIL	0x13333
#define MTIMECMP	0x2004000

#define IRQ_S_TIMER	(1 << 5)
#define IRQ_M_TIMER	(1 << 7)
#define ECALL_FROM_S	9

#define EXT_PUTCHAR	1
#define EXT_SHUTDOWN	8
#define EXT_TIME	0x54494d45
#define EXT_SRST	0x53525354

#define PTE_RAM		0xcf		/* D A X W R V */
#define GIGAPAGE(pa)	(((pa) >> 12 << 10) | PTE_RAM)

	.text
	.globl	course_entry
	.balign	4
course_entry:
	csrw	mie, zero
	la	t0, 1f			# a machine without PMP has no such register
	csrw	mtvec, t0
	li	t0, -1
	csrw	pmpaddr0, t0
	li	t0, 0x1f		# all of memory: R, W, X
	csrw	pmpcfg0, t0
	.balign	4
1:	la	t0, m_trap
	csrw	mtvec, t0
	la	t0, m_stack_top
	csrw	mscratch, t0
	li	t0, 0xffff & ~(1 << ECALL_FROM_S)
	csrw	medeleg, t0
	li	t0, IRQ_S_TIMER
	csrw	mideleg, t0
	li	t0, 7			# time can be read
	csrw	mcounteren, t0

	la	t1, pgtbl
	li	t0, GIGAPAGE(0)
	sd	t0, 0(t1)
	li	t0, GIGAPAGE(0x80000000)
	sd	t0, 16(t1)
	ld	t2, linked_at
	srli	t2, t2, 30
	andi	t2, t2, 0x1ff
	slli	t2, t2, 3
	add	t2, t2, t1
	sd	t0, 0(t2)
	srli	t1, t1, 12
	li	t0, 8 << 60
	or	t0, t0, t1
	csrw	satp, t0
	sfence.vma

	li	t0, 3 << 11		# mstatus.MPP = S
	csrc	mstatus, t0
	li	t0, 1 << 11
	csrs	mstatus, t0
	la	t0, course_main
	csrw	mepc, t0
	li	t0, IRQ_S_TIMER
	csrw	sie, t0
	la	sp, stack_top
	mret

	.balign	4
m_trap:
	csrrw	sp, mscratch, sp
	sd	t0, -8(sp)
	sd	t1, -16(sp)
	csrr	t0, mcause
	bltz	t0, m_timer
	li	t1, ECALL_FROM_S
	bne	t0, t1, fail		# only our own code is left

	csrr	t0, mepc
	addi	t0, t0, 4
	csrw	mepc, t0
	li	t0, EXT_PUTCHAR
	beq	a7, t0, putchar
	li	t0, EXT_TIME
	beq	a7, t0, set_timer
	li	t0, EXT_SRST
	beq	a7, t0, shutdown
	li	t0, EXT_SHUTDOWN
	beq	a7, t0, shutdown
	j	m_return		# the kernel's own: no one is there to answer

putchar:
	li	t0, UART
	sb	a0, 0(t0)
	j	m_return
set_timer:
	li	t0, MTIMECMP
	sd	a0, 0(t0)
	li	t0, IRQ_S_TIMER
	csrc	mip, t0
	li	t0, IRQ_M_TIMER
	csrs	mie, t0
	j	m_return
m_timer:
	li	t0, IRQ_M_TIMER
	csrc	mie, t0
	li	t0, IRQ_S_TIMER
	csrs	mip, t0
m_return:
	ld	t0, -8(sp)
	ld	t1, -16(sp)
	csrrw	sp, mscratch, sp
	mret

shutdown:
	li	t1, FINISHER_PASS
	beqz	a1, 1f
fail:	li	t1, FINISHER_FAIL
1:	li	t0, FINISHER
	sw	t1, 0(t0)
2:	j	2b

	.section .rodata
	.balign	8
linked_at:
	.dword	course_entry

	.bss
	.balign	4096
pgtbl:	.skip	4096
	.skip	16384
stack_top:
	.skip	256
m_stack_top:
