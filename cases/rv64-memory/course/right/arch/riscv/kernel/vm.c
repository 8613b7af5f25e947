#include "vm.h"

#include "mm.h"

extern char text_start[], rodata_start[], data_start[], _end[];

#define index(va, level)	((va) >> (12 + 9 * (level)) & 0x1ff)

void create_mapping(uint64_t *pgtbl, uint64_t va, uint64_t pa, uint64_t size, int perm)
{
	for (uint64_t at = 0; at < size; at += PAGE_SIZE) {
		uint64_t *table = pgtbl;

		for (int level = 2; level > 0; level--) {
			uint64_t *pte = &table[index(va + at, level)];

			if ((*pte & PTE_V) == 0)
				*pte = alloc_page() >> 12 << 10 | (perm & (PTE_U | PTE_V));
			table = (uint64_t *)(*pte >> 10 << 12);
		}
		table[index(va + at, 0)] = (pa + at) >> 12 << 10 | (perm ? perm | 0xc0 : 0);
	}
}

uint64_t get_pte(uint64_t *pgtbl, uint64_t va)
{
	for (int level = 2; level > 0; level--) {
		uint64_t pte = pgtbl[index(va, level)];

		if ((pte & PTE_V) == 0)
			return 0;
		pgtbl = (uint64_t *)(pte >> 10 << 12);
	}
	return pgtbl[index(va, 0)];
}

/* the kernel twice: where it is linked, and where it lies */
void map_kernel(uint64_t *pgtbl)
{
	uint64_t text = PHYSICAL_ADDR(text_start), rodata = PHYSICAL_ADDR(rodata_start);
	uint64_t data = PHYSICAL_ADDR(data_start), end = PHYSICAL_ADDR(_end) + MEMORY_SIZE;
	uint64_t offset[] = {0, KERNEL_VA - KERNEL_PA};

	for (int i = 0; i < 2; i++) {
		create_mapping(pgtbl, text + offset[i], text, rodata - text, PTE_V | PTE_R | PTE_X);
		create_mapping(pgtbl, rodata + offset[i], rodata, data - rodata, PTE_V | PTE_R);
		create_mapping(pgtbl, data + offset[i], data, end - data, PTE_V | PTE_R | PTE_W);
	}
	create_mapping(pgtbl, UART, UART, PAGE_SIZE, PTE_V | PTE_R | PTE_W);
}

/* paging is still off; returns what head.S writes into satp */
uint64_t paging_init(void)
{
	uint64_t *pgtbl = (uint64_t *)alloc_page();

	map_kernel(pgtbl);
	return 8UL << 60 | (uint64_t)pgtbl >> 12;
}
