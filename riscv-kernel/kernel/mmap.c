/*
 * mmap and munmap: a list of VMAs in each task. A VMA is a promise:
 * its pages come with the first fault in it (fault.c), and go with munmap.
 */
#include "mmap.h"

#include "mm.h"
#include "riscv.h"
#include "vm.h"

uint64_t
do_mmap(uint64_t addr, uint64_t length, uint64_t prot)
{
	/* STUDENT BEGIN(mmap) */
	/* TODO: kmalloc a vm_area_struct for [addr, addr + length), flags prot, not */
	/* mapped; put it into the current task's list (current->mm.vm->vm_list). */
	/* STUB: (void)addr, (void)length, (void)prot; */
	/* STUB: return -1; */
	struct vm_area_struct *vma;

	if (!user_range_ok(addr, length))
		return -1;
	list_for_each_entry(vma, &current->mm.vm->vm_list, vm_list)
		if (addr < vma->vm_end && vma->vm_start < addr + length)
			return -1;

	vma = kmalloc(sizeof(*vma));
	if (vma == NULL)
		return -1;
	vma->vm_start = addr;
	vma->vm_end = addr + length;
	vma->vm_flags = prot;
	vma->mapped = false;
	list_add(&vma->vm_list, &current->mm.vm->vm_list);
	return addr;
	/* STUDENT END */
}

void
unmap_vma(struct vm_area_struct *vma)
{
	/* STUDENT BEGIN(unmap_vma) */
	/* TODO: free every page that the VMA has (get_pte), clear the entries of */
	/* the page table (create_mapping with perm 0), and flush the TLB. */
	/* STUB: (void)vma; */
	for (uint64_t va = vma->vm_start; va < vma->vm_end; va += PAGE_SIZE) {
		uint64_t pte = get_pte(current->pgtbl, va);

		create_mapping(current->pgtbl, va, 0, PAGE_SIZE, 0);
		if (pte & PTE_V)
			free_pages(PTE_TO_PA(pte));
	}
	sfence_vma();
	vma->mapped = false;
	/* STUDENT END */
}

int
do_munmap(uint64_t addr, uint64_t length)
{
	/* STUDENT BEGIN(munmap) */
	/* TODO: look for the VMA that begins at addr and is length long; take its */
	/* pages away when it is mapped, take it out of the list and kfree it. */
	/* STUB: (void)addr, (void)length; */
	/* STUB: return -1; */
	struct vm_area_struct *vma;

	list_for_each_entry(vma, &current->mm.vm->vm_list, vm_list) {
		if (vma->vm_start != addr || vma->vm_end - vma->vm_start != length)
			continue;
		if (vma->mapped)
			unmap_vma(vma);
		list_del(&vma->vm_list);
		kfree(vma);
		return 0;
	}
	return -1;
	/* STUDENT END */
}
