/*
 * System calls: number in a7, arguments in a0 ... a5, result in a0. The
 * numbers are Linux's on RISC-V.
 */
#ifndef SYSCALL_NUMBERS_H
#define SYSCALL_NUMBERS_H

#define SYS_WRITE	64	/* (fd, buffer, bytes): bytes written, or -1 */
#define SYS_GETPID	172	/* (): the task's number */
#define SYS_MUNMAP	215	/* (addr, length): 0, or -1 */
#define SYS_MMAP	222	/* (addr, length, prot, flags, fd, offset): addr, or -1 */

#endif
