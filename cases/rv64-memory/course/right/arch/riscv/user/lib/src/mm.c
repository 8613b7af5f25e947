#include "mm.h"

long syscall(long a0, long a1, long a2, long a3, long a4, long a5, long a6, long number);

void *mmap(void *addr, unsigned long len, int prot, int flags, int fd, long offset)
{
	return (void *)syscall((long)addr, len, prot, flags, fd, offset, 0, 222);
}

int munmap(void *addr, unsigned long len)
{
	return syscall((long)addr, len, 0, 0, 0, 0, 0, 215);
}
