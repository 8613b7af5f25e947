#include "mmap.h"

#include "mm.h"
#include "riscv.h"
#include "vm.h"

uint64_t do_mmap(uint64_t addr, uint64_t length, uint64_t prot)
{
    struct vm_area_struct *vma;

    if (!user_range_ok(addr, length))
        return -1;
    list_for_each_entry(vma, &current->mm.vm->vm_list, vm_list) {
        if (addr < vma->vm_end && addr + length > vma->vm_start)
            return -1;
    }
    vma = kmalloc(sizeof(struct vm_area_struct));
    if (vma == NULL)
        return -1;
    vma->vm_start = addr;
    vma->vm_end = addr + length;
    vma->vm_flags = prot;
    vma->mapped = false;
    list_add(&vma->vm_list, &current->mm.vm->vm_list);
    return vma->vm_start;
}

void unmap_vma(struct vm_area_struct *vma)
{
    uint64_t pte = get_pte(current->pgtbl, vma->vm_start);
    if (pte & PTE_V)
        free_pages(PTE_TO_PA(pte));
    create_mapping(current->pgtbl, vma->vm_start, 0, vma->vm_end - vma->vm_start, 0);
    vma->mapped = false;
    sfence_vma();
}

int do_munmap(uint64_t addr, uint64_t length)
{
    struct vm_area_struct *vma;

    list_for_each_entry(vma, &current->mm.vm->vm_list, vm_list) {
        if (vma->vm_start == addr && vma->vm_end == addr + length) {
            if (vma->mapped)
                unmap_vma(vma);
            list_del(&vma->vm_list);
            kfree(vma);
            return 0;
        }
    }
    return -1;
}
