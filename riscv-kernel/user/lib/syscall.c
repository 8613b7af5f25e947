#include "../../lib/syscall_numbers.h"
#include "user.h"

static long
syscall(long number, long arg0, long arg1, long arg2, long arg3, long arg4, long arg5)
{
	register long a0 __asm__("a0") = arg0;
	register long a1 __asm__("a1") = arg1;
	register long a2 __asm__("a2") = arg2;
	register long a3 __asm__("a3") = arg3;
	register long a4 __asm__("a4") = arg4;
	register long a5 __asm__("a5") = arg5;
	register long a7 __asm__("a7") = number;

	__asm__ volatile("ecall" : "+r"(a0)
			 : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
	return a0;
}

void *
mmap(void *addr, size_t length, int prot, int flags, int fd, long offset)
{
	return (void *)syscall(SYS_MMAP, (long)addr, length, prot, flags, fd, offset);
}

int
munmap(void *addr, size_t length)
{
	return syscall(SYS_MUNMAP, (long)addr, length, 0, 0, 0, 0);
}

long
write(int fd, const void *buffer, size_t bytes)
{
	return syscall(SYS_WRITE, fd, (long)buffer, bytes, 0, 0, 0);
}

int
getpid(void)
{
	return syscall(SYS_GETPID, 0, 0, 0, 0, 0, 0);
}
