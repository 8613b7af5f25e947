/*
 * Sv39 page tables.
 *
 * A virtual address is three indices of 9 bits and an offset:
 *
 *    63       39 38     30 29     21 20     12 11          0
 *   +-----------+---------+---------+---------+-------------+
 *   | = bit 38  |  VPN[2] |  VPN[1] |  VPN[0] |   offset    |
 *   +-----------+---------+---------+---------+-------------+
 *                    |         |         |
 *      satp --> root[ ] --> table[ ] --> table[ ] --> page
 *
 * and an entry of a table is the next page's number and its flags:
 *
 *    63     54 53                          10 9  8 7 6 5 4 3 2 1 0
 *   +---------+------------------------------+----+-+-+-+-+-+-+-+-+
 *   |    0    |     physical page number     | 0  |D|A|G|U|X|W|R|V|
 *   +---------+------------------------------+----+-+-+-+-+-+-+-+-+
 *
 * An entry with none of R, W, X leads to the next table. W without R is
 * reserved: the hardware faults on it.
 */
#include "vm.h"

#include "console.h"
#include "memlayout.h"
#include "mm.h"
#include "riscv.h"

#define VPN(va, level)	((va) >> (12 + 9 * (level)) & 0x1ff)

__attribute__((aligned(4096))) uint64_t kernel_pgtbl[512];

/*
 * The entry of the last level for va. Missing tables are made when
 * make_tables is set; 0 when one is missing still.
 */
static uint64_t *
walk(uint64_t *pgtbl, uint64_t va, int make_tables)
{
	for (int level = 2; level > 0; level--) {
		uint64_t *pte = &pgtbl[VPN(va, level)];

		if (!(*pte & PTE_V)) {
			uint64_t table = make_tables ? alloc_page() : 0;
			if (table == 0)
				return 0;
			*pte = PA_TO_PTE(table) | PTE_V;
		}
		pgtbl = (uint64_t *)PTE_TO_PA(*pte);
	}
	return &pgtbl[VPN(va, 0)];
}

int
create_mapping(uint64_t *pgtbl, uint64_t va, uint64_t pa, uint64_t size, uint64_t perm)
{
	for (uint64_t at = 0; at < size; at += PAGE_SIZE) {
		uint64_t *pte = walk(pgtbl, va + at, perm != 0);

		if (perm == 0) {
			if (pte)
				*pte = 0;
			continue;
		}
		if (!pte)
			return -1;
		/* A and D are set at once: not every machine sets them itself. */
		*pte = PA_TO_PTE(pa + at) | (perm & PTE_FLAGS) | PTE_A | PTE_D | PTE_V;
	}
	return 0;
}

uint64_t
get_pte(uint64_t *pgtbl, uint64_t va)
{
	uint64_t *pte = walk(pgtbl, va, 0);

	return pte ? *pte : 0;
}

static void
map_kernel(char *start, char *end, uint64_t perm)
{
	if (create_mapping(kernel_pgtbl, (uint64_t)start, (uint64_t)start, end - start, perm) < 0)
		panic("no page for the kernel's page tables: alloc_page() returned 0; is kernel/buddy.c done?");
}

void
vm_init(void)
{
	map_kernel(_stext, _etext, PTE_R | PTE_X);
	map_kernel(_etext, _erodata, PTE_R);
	map_kernel(_erodata, _end, PTE_R | PTE_W);
	map_kernel(_end, _end + MEMORY_SIZE, PTE_R | PTE_W);
	use_pgtbl(kernel_pgtbl);
}

uint64_t *
new_pgtbl(void)
{
	uint64_t *pgtbl = (uint64_t *)alloc_page();

	if (pgtbl)	/* every task shares the tables below this entry */
		pgtbl[VPN(USER_END, 2)] = kernel_pgtbl[VPN(USER_END, 2)];
	return pgtbl;
}

void
use_pgtbl(uint64_t *pgtbl)
{
	sfence_vma();
	csr_write(satp, SATP_SV39 | (uint64_t)pgtbl >> PAGE_SHIFT);
	sfence_vma();
}
