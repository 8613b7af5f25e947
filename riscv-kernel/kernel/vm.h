/*
 * Sv39 page tables.
 */
#ifndef VM_H
#define VM_H

#include <stdint.h>

extern uint64_t kernel_pgtbl[512];	/* root: the kernel alone */

void vm_init(void);			/* maps the kernel and turns paging on */
uint64_t *new_pgtbl(void);		/* root with the kernel in it; 0 when no page is left */
void use_pgtbl(uint64_t *pgtbl);	/* from here on, on this hart */

/*
 * Maps [va, va + size) to [pa, pa + size) with the PTE bits perm, or,
 * when perm is 0, unmaps it. Addresses and size are page aligned. Returns
 * 0, or -1 when no page is left for a table: then the pages before the
 * one that failed are mapped. The caller calls sfence_vma.
 */
int create_mapping(uint64_t *pgtbl, uint64_t va, uint64_t pa, uint64_t size, uint64_t perm);

/* The entry that maps va, or 0 when nothing does. */
uint64_t get_pte(uint64_t *pgtbl, uint64_t va);

#endif
