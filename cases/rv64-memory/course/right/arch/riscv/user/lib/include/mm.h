#ifndef MM_H
#define MM_H

#define PROT_V	0x01
#define PROT_R	0x02
#define PROT_W	0x04
#define PROT_X	0x08
#define PROT_U	0x10
#define PROT_ALL	(PROT_R | PROT_W | PROT_X | PROT_U | PROT_V)

#define PAGE_SIZE	0x1000UL

void *mmap(void *addr, unsigned long len, int prot, int flags, int fd, long offset);
int munmap(void *addr, unsigned long len);

/* one instruction each; when the kernel skips it, a load leaves otherwise */
static inline int load_or(unsigned long addr, int otherwise)
{
	asm volatile("lw %0, 0(%1)" : "+&r"(otherwise) : "r"(addr) : "memory");
	return otherwise;
}

static inline void store(unsigned long addr, int value)
{
	asm volatile("sw %1, 0(%0)" : : "r"(addr), "r"(value) : "memory");
}

#endif
