# the five test programs, a page each

.macro program n
	.balign	4096
	.incbin	"src/test\n\().bin"
.endm

	.section .text.user_program, "a"
	program	1
	program	2
	program	3
	program	4
	program	5
	.balign	4096
