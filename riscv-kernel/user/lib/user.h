/*
 * The library of the user programs.
 */
#ifndef USER_H
#define USER_H

#include <stddef.h>
#include <stdint.h>

/* PTE bits, for mmap's prot */
#define PROT_V	0x01
#define PROT_R	0x02
#define PROT_W	0x04
#define PROT_X	0x08
#define PROT_U	0x10

#define PAGE_SIZE	0x1000UL
#define MAP_FAILED	((void *)-1)

/* syscall.c */
void *mmap(void *addr, size_t length, int prot, int flags, int fd, long offset);
int munmap(void *addr, size_t length);
long write(int fd, const void *buffer, size_t bytes);
int getpid(void);

/* print.c */
__attribute__((format(printf, 1, 2))) void printf(const char *fmt, ...);

/* Leaves the enclosing test, by its line number, when what must hold does not. */
#define must(holds)	do { if (!(holds)) return __LINE__; } while (0)

/* "[CHECK] what OK", or "[CHECK] what FAILED (line n)" when n is not 0. */
void report(const char *what, int n);

/*
 * One access that the kernel may refuse, by one instruction of four
 * bytes: a refused load leaves otherwise, a refused store does nothing.
 */
static inline int32_t
load_or(uintptr_t addr, int32_t otherwise)
{
	__asm__ volatile("lw %0, 0(%1)" : "+&r"(otherwise) : "r"(addr) : "memory");
	return otherwise;
}

static inline void
store(uintptr_t addr, int32_t value)
{
	__asm__ volatile("sw %1, 0(%0)" : : "r"(addr), "r"(value) : "memory");
}

#endif
