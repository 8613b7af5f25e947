/*
 * Page faults of a task: the first access to a VMA gives it its pages;
 * every other fault is a mistake of the program, said so and skipped.
 */
#include <stddef.h>

#include "console.h"
#include "mm.h"
#include "mmap.h"
#include "riscv.h"
#include "trap.h"
#include "vm.h"

struct vm_area_struct *
find_vma(uint64_t addr)
{
	/* STUDENT BEGIN(find_vma) */
	/* TODO: go through the current task's VMAs (list_for_each_entry). */
	/* vm_end is the first byte that no longer belongs to the VMA. */
	/* STUB: (void)addr; */
	/* STUB: return NULL; */
	struct vm_area_struct *vma;

	list_for_each_entry(vma, &current->mm.vm->vm_list, vm_list)
		if (vma->vm_start <= addr && addr < vma->vm_end)
			return vma;
	return NULL;
	/* STUDENT END */
}

int
map_vma(struct vm_area_struct *vma)
{
	/* STUDENT BEGIN(map_vma) */
	/* TODO: allocate zeroed pages for the whole VMA, map them with its flags, */
	/* mark it mapped. When no page is left, leave nothing behind. */
	/* STUB: (void)vma; */
	/* STUB: return -1; */
	for (uint64_t va = vma->vm_start; va < vma->vm_end; va += PAGE_SIZE) {
		uint64_t pa = alloc_page();

		if (pa != 0 && create_mapping(current->pgtbl, va, pa, PAGE_SIZE, vma->vm_flags) == 0)
			continue;
		if (pa != 0)
			free_pages(pa);
		unmap_vma(vma);
		return -1;
	}
	sfence_vma();
	vma->mapped = true;
	return 0;
	/* STUDENT END */
}

/*
 * Page faults, by scause:
 *
 *   12  fetch   the VMA must be U, V and X
 *   13  load    the VMA must be U, V and R
 *   15  store   the VMA must be U, V, W and R
 *
 * A VMA with W and without R allows nothing: mapped, it would fault for ever.
 */
void
do_page_fault(uint64_t scause, uint64_t stval, struct trap_frame *frame)
{
	/* STUDENT BEGIN(page_fault) */
	/* TODO: find stval's VMA and check its flags; map it and return. Otherwise */
	/* print "Permission denied! Required: 0x%016lx, Actual: 0x%016lx" or */
	/* "Unhandled page fault! addr = 0x%016lx", and skip the instruction. */
	/* STUB: (void)scause, (void)stval; */
	/* STUB: frame->sepc += 4; */
	uint64_t required = scause == CAUSE_FETCH_PAGE ? PTE_X : scause == CAUSE_LOAD_PAGE ? PTE_R : PTE_W;
	struct vm_area_struct *vma = find_vma(stval);

	if (vma == NULL) {
		printf("Unhandled page fault! addr = 0x%016lx\n", stval);
		frame->sepc += 4;
		return;
	}

	uint64_t all = required | PTE_U | PTE_V | (vma->vm_flags & PTE_W ? PTE_R : 0);
	if ((vma->vm_flags & all) != all) {
		printf("Permission denied! Required: 0x%016lx, Actual: 0x%016lx\n", required, vma->vm_flags);
		frame->sepc += 4;
		return;
	}

	if (!vma->mapped && map_vma(vma) < 0) {
		printf("Out of memory! addr = 0x%016lx\n", stval);
		frame->sepc += 4;
	}
	/* STUDENT END */
}
