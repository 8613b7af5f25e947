#include <stddef.h>

#include "console.h"
#include "mm.h"
#include "mmap.h"
#include "riscv.h"
#include "trap.h"
#include "vm.h"

struct vm_area_struct *find_vma(uint64_t addr)
{
    struct vm_area_struct *vma;

    list_for_each_entry(vma, &current->mm.vm->vm_list, vm_list) {
        if (vma->vm_start <= addr && addr <= vma->vm_end)
            return vma;
    }
    return NULL;
}

int map_vma(struct vm_area_struct *vma)
{
    for (uint64_t va = vma->vm_start; va < vma->vm_end; va += PAGE_SIZE) {
        uint64_t pa = alloc_page();
        create_mapping(current->pgtbl, va, pa, PAGE_SIZE, vma->vm_flags);
    }
    sfence_vma();
    vma->mapped = true;
    return 0;
}

void do_page_fault(uint64_t scause, uint64_t stval, struct trap_frame *frame)
{
    struct vm_area_struct *vma = find_vma(stval);
    uint64_t need;

    if (vma == NULL) {
        printf("Unhandled page fault! addr = 0x%016lx\n", stval);
        frame->sepc += 4;
        return;
    }

    if (scause == CAUSE_FETCH_PAGE)
        need = PTE_X;
    else if (scause == CAUSE_LOAD_PAGE)
        need = PTE_R;
    else
        need = PTE_W;

    bool ok = (vma->vm_flags & need) && (vma->vm_flags & PTE_U) && (vma->vm_flags & PTE_V);
    if ((vma->vm_flags & PTE_W) && !(vma->vm_flags & PTE_R))
        ok = false;
    if (!ok) {
        printf("Permission denied! Required: 0x%016lx, Actual: 0x%016lx\n", need, vma->vm_flags);
        frame->sepc += 4;
        return;
    }

    if (!vma->mapped && map_vma(vma) < 0) {
        printf("Out of memory! addr = 0x%016lx\n", stval);
        frame->sepc += 4;
    }
}
