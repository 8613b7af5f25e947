#include "syscall.h"

#include "mm.h"
#include "sched.h"
#include "slub.h"
#include "stdio.h"
#include "vm.h"

static uint64_t do_mmap(uint64_t addr, uint64_t len, uint64_t prot)
{
	struct vm_area_struct *vma = kmalloc(sizeof(*vma));

	if (vma == NULL)
		return -1;
	vma->vm_start = addr;
	vma->vm_end = addr + len;
	vma->vm_flags = prot;
	vma->mapped = false;
	list_add(&vma->vm_list, &current->mm.vm->vm_list);
	return vma->vm_start;
}

/* takes a whole area or nothing */
static int do_munmap(uint64_t addr, uint64_t len)
{
	uint64_t *pgtbl = current_pgtbl();
	struct vm_area_struct *vma;

	list_for_each_entry(vma, &current->mm.vm->vm_list, vm_list) {
		if (vma->vm_start != addr || vma->vm_end != addr + len)
			continue;
		if (vma->mapped) {
			free_pages(get_pte(pgtbl, addr) >> 10 << 12);	/* one block, see trap.c */
			create_mapping(pgtbl, addr, 0, len, 0);
			asm volatile("sfence.vma" : : : "memory");
		}
		list_del(&vma->vm_list);
		kfree(vma);
		return 0;
	}
	return -1;
}

void syscall(uint64_t *regs)
{
	uint64_t arg0 = regs[10], arg1 = regs[11], arg2 = regs[12];

	regs[0] += 4;
	switch (regs[17]) {
	case SYS_WRITE:
		for (uint64_t i = 0; i < arg2; i++)
			putchar(((const char *)arg1)[i]);
		regs[10] = arg2;
		break;
	case SYS_GETPID:
		regs[10] = current->pid;
		break;
	case SYS_MMAP:
		regs[10] = do_mmap(arg0, arg1, arg2);
		break;
	case SYS_MUNMAP:
		regs[10] = do_munmap(arg0, arg1);
		break;
	default:
		regs[10] = -1;
	}
}
