#ifndef SYSCALL_H
#define SYSCALL_H

#include "stdint.h"

#define SYS_WRITE	64
#define SYS_GETPID	172
#define SYS_MUNMAP	215
#define SYS_MMAP	222

/* a trap's registers: sepc, then x1 ... x31 */
void syscall(uint64_t *regs);

#endif
