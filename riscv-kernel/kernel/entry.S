# OpenSBI comes here in supervisor mode, paging off, a0 = hart, a1 = device
# tree. Needs no more than a stack and an empty .bss before C can run.

	.section .text.entry, "ax"
	.globl _start
_start:
	la	t0, _sbss
	la	t1, _ebss
1:	sd	zero, 0(t0)
	addi	t0, t0, 8
	bltu	t0, t1, 1b

	la	sp, boot_stack_top
	tail	start_kernel

	.bss
	.balign	4096
boot_stack:
	.skip	4 * 4096
boot_stack_top:
