/*
 * What our programs need that stand in the place of a tree's own user
 * programs: system calls, a load and a store of one instruction each, and
 * lines on the console. Nothing of the tree's user library is used, for
 * each edition has another. A program must fit into one page.
 */
#ifndef MEMGRADE_H
#define MEMGRADE_H

#define PAGE	0x1000UL
#define ALL	0x1f		/* V, R, W, X and U, as mmap takes them */

#define SYS_WRITE	64
#define SYS_MUNMAP	215
#define SYS_MMAP	222

static inline long
call(long number, long arg0, long arg1, long arg2)
{
	register long a0 __asm__("a0") = arg0;
	register long a1 __asm__("a1") = arg1;
	register long a2 __asm__("a2") = arg2;
	register long a3 __asm__("a3") = 0;
	register long a4 __asm__("a4") = 0;
	register long a5 __asm__("a5") = 0;
	register long a7 __asm__("a7") = number;

	__asm__ volatile ("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
	return a0;
}

/* When the kernel skips the instruction, `otherwise` stays. */
static inline int
load_or(unsigned long addr, int otherwise)
{
	__asm__ volatile (".option push\n\t.option norvc\n\tlw %0, 0(%1)\n\t.option pop"
			  : "+&r"(otherwise) : "r"(addr) : "memory");
	return otherwise;
}

static inline void
store(unsigned long addr, int value)
{
	__asm__ volatile (".option push\n\t.option norvc\n\tsw %1, 0(%0)\n\t.option pop"
			  : : "r"(addr), "r"(value) : "memory");
}

/* The last line ends the boot, so nothing comes back from here. */
static inline void
say(const char *line)
{
	long length = 0;

	while (line[length] != '\0')
		length++;
	call(SYS_WRITE, 1, (long)line, length);
}

static inline void
end(const char *line)
{
	say(line);
	for (;;)
		;
}

#endif
