#include "mm.h"
#include "sched.h"
#include "stdio.h"
#include "syscall.h"
#include "vm.h"

static struct vm_area_struct *find_vma(uint64_t addr)
{
	struct vm_area_struct *vma;

	list_for_each_entry(vma, &current->mm.vm->vm_list, vm_list)
		if (vma->vm_start <= addr && addr < vma->vm_end)
			return vma;
	return NULL;
}

/* one block for the whole area */
static int map_vma(struct vm_area_struct *vma)
{
	uint64_t size = vma->vm_end - vma->vm_start;
	uint64_t pa = alloc_pages(size / PAGE_SIZE);

	if (pa == 0)
		return -1;
	create_mapping(current_pgtbl(), vma->vm_start, pa, size, vma->vm_flags);
	asm volatile("sfence.vma" : : : "memory");
	vma->mapped = true;
	return 0;
}

static void page_fault(uint64_t cause, uint64_t epc, uint64_t *regs)
{
	uint64_t stval, need, all;
	struct vm_area_struct *vma;

	asm volatile("csrr %0, stval" : "=r"(stval));
	printf("Page fault! epc = 0x%016lx, stval = 0x%016lx\n", epc, stval);

	vma = find_vma(stval);
	if (vma == NULL) {
		printf("Unhandled page fault! addr = 0x%016lx\n", stval);
		regs[0] += 4;
		return;
	}

	need = cause == 12 ? PTE_X : cause == 13 ? PTE_R : PTE_W;
	all = need | PTE_U | PTE_V;
	if (vma->vm_flags & PTE_W)
		all |= PTE_R;		/* W without R is reserved */
	if ((vma->vm_flags & all) != all) {
		printf("Permission denied! Required: 0x%016lx, Actual: 0x%016lx\n", need, vma->vm_flags);
		regs[0] += 4;
		return;
	}
	if (!vma->mapped && map_vma(vma) < 0) {
		printf("Out of memory! addr = 0x%016lx\n", stval);
		regs[0] += 4;
	}
}

void handler_s(uint64_t cause, uint64_t epc, uint64_t *regs)
{
	if (cause == (1UL << 63 | 5)) {
		asm volatile("ecall");		/* the next tick */
		do_timer();
	} else if (cause == 8) {
		syscall(regs);
	} else if (cause == 12 || cause == 13 || cause == 15) {
		page_fault(cause, epc, regs);
		asm volatile("ecall");		/* printing took long: the tick begins anew */
	} else {
		printf("Unknown trap! scause = 0x%lx, epc = 0x%016lx\n", cause, epc);
		while (1)
			;
	}
}
