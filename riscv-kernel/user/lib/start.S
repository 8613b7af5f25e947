# A user program begins here. When main is done, the task spends what is
# left of its turn here too: the kernel takes the processor away.

	.section .text.entry, "ax"
	.globl _start
_start:
	call	main
1:	j	1b
