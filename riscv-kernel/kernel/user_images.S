# The user tests, one after the other.

.macro program n
	.balign	8
	.globl	user_test\n
user_test\n:
	.incbin	"test\n"
	.globl	user_test\n\()_end
user_test\n\()_end:
.endm

	.section .rodata
	program	1
	program	2
	program	3
	program	4
	program	5
