	.section .text
	.globl _start
_start:
	.option push
	.option norelax
	la	gp, __global_pointer$
	.option pop
	call	main
1:	j	1b

# long syscall(arg0 ... arg5, -, number)
	.globl syscall
syscall:
	ecall
	ret
