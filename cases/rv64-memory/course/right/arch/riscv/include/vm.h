#ifndef VM_H
#define VM_H

#include "stdint.h"

#define PTE_V	0x01
#define PTE_R	0x02
#define PTE_W	0x04
#define PTE_X	0x08
#define PTE_U	0x10

#define KERNEL_PA	0x80000000UL
#define KERNEL_VA	0xffffffc000000000UL
#define UART		0x10000000UL

#define PHYSICAL_ADDR(x)	(((uint64_t)(x) & 0x7fffffff) | KERNEL_PA)
#define VIRTUAL_ADDR(x)		(((uint64_t)(x) & 0x7fffffff) | KERNEL_VA)

void create_mapping(uint64_t *pgtbl, uint64_t va, uint64_t pa, uint64_t size, int perm);
uint64_t get_pte(uint64_t *pgtbl, uint64_t va);
void map_kernel(uint64_t *pgtbl);
uint64_t paging_init(void);

#endif
