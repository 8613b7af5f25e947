/*
 * A task's own VMAs of memory (mmap.c), and how they get their pages
 * (fault.c). All three work on the current task.
 */
#ifndef MMAP_H
#define MMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "sched.h"

/*
 * Records the VMA [addr, addr + length) with the PTE bits prot. Gives it
 * no page. Returns addr, or -1.
 */
uint64_t do_mmap(uint64_t addr, uint64_t length, uint64_t prot);

/*
 * Removes the VMA that is exactly [addr, addr + length), and its pages.
 * Returns 0, or -1 when there is no such VMA.
 */
int do_munmap(uint64_t addr, uint64_t length);

/* The VMA that holds addr, or NULL. */
struct vm_area_struct *find_vma(uint64_t addr);

/* Gives the whole VMA zeroed pages. Returns 0, or -1: then it has none. */
int map_vma(struct vm_area_struct *vma);

/* Takes all pages from the VMA that it has, as many as there are. */
void unmap_vma(struct vm_area_struct *vma);

/*
 * May [addr, addr + length) be a VMA at all? Whole pages, at least one,
 * of the task's addresses, and none of its program or stack.
 */
bool user_range_ok(uint64_t addr, uint64_t length);

#endif
