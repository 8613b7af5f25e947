/*
 * Where things are.
 *
 * Physical memory of QEMU's virt machine. The kernel's virtual addresses
 * are the same numbers, so a physical address is a pointer that the
 * kernel can follow.
 *
 *   0x80000000   +----------------------+
 *                | OpenSBI              |  not mapped
 *   0x80200000   +----------------------+  _stext
 *                | kernel text          |  R-X
 *                +----------------------+  _etext
 *                | constants, user ELFs |  R--
 *                +----------------------+  _erodata
 *                | data, stacks, bss    |  RW-
 *         _end   +----------------------+  buddy_system.base_addr
 *                | 4096 pages           |  RW-  what alloc_pages gives
 *   _end + 16M   +----------------------+
 *
 * Virtual memory of a task. Everything below USER_END is its own; the
 * kernel above is the same in every task, and closed to user mode.
 *
 *   0x00000000   +----------------------+
 *                | VMAs made by mmap    |  as the task asks
 *   0x01000000   +----------------------+  USER_BASE
 *                | program text         |  R-X U
 *                | program data, bss    |  RW- U
 *                +----------------------+
 *                |                      |
 *                +----------------------+
 *                | stack                |  RW- U
 *   0x01100000   +----------------------+  USER_STACK_TOP
 *                | VMAs made by mmap    |  as the task asks
 *   0x80000000   +----------------------+  USER_END
 *                | kernel               |  no U
 */
#ifndef MEMLAYOUT_H
#define MEMLAYOUT_H

#define PAGE_SHIFT		12
#define PAGE_SIZE		0x1000UL

#define MEMORY_SIZE		0x1000000UL	/* what the buddy system manages, bytes */
#define NR_PAGES		(MEMORY_SIZE / PAGE_SIZE)

#define USER_BASE		0x1000000UL
#define USER_STACK_TOP		0x1100000UL
#define USER_STACK_PAGES	2
#define USER_END		0x80000000UL

#ifndef __ASSEMBLER__
/* set by kernel.ld; all page aligned */
extern char _stext[], _etext[], _erodata[], _end[];
#endif

#endif
