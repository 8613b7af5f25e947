#include "mm.h"
#include "sched.h"
#include "slub.h"
#include "stdio.h"
#include "vm.h"

#define USER_CODE	0x1000000UL
#define USER_STACK	0x1001000UL

extern char user_program_start[];

struct task_struct *task[LAB_TEST_NUM];
struct task_struct *current;

void task_init(void)
{
	puts("task init...\n");

	for (int i = 0; i < LAB_TEST_NUM; i++) {
		uint64_t *pgtbl = (uint64_t *)alloc_page();
		uint64_t code = PHYSICAL_ADDR(user_program_start) + i * PAGE_SIZE;
		uint64_t *regs;

		task[i] = (struct task_struct *)alloc_page();
		task[i]->pid = i;
		task[i]->satp = 8UL << 60 | (uint64_t)i << 44 | (uint64_t)pgtbl >> 12;
		task[i]->mm.vm = kmalloc(sizeof(struct vm_area_struct));
		INIT_LIST_HEAD(&task[i]->mm.vm->vm_list);

		create_mapping(pgtbl, USER_CODE, code, PAGE_SIZE, PTE_V | PTE_R | PTE_X | PTE_U);
		create_mapping(pgtbl, USER_STACK, alloc_page(), PAGE_SIZE, PTE_V | PTE_R | PTE_W | PTE_U);
		map_kernel(pgtbl);

		/* the kernel stack is the rest of the page; on it, what the first sret takes */
		regs = (uint64_t *)((uint64_t)task[i] + PAGE_SIZE - 256);
		regs[0] = USER_CODE;
		regs[2] = USER_STACK + PAGE_SIZE;
		task[i]->thread.sp = (uint64_t)regs;
		task[i]->thread.ra = (uint64_t)ret_to_user;

		printf("[PID = %d] Process Create Successfully!\n", (int)task[i]->pid);
	}
}
