/*
 * Links the driver into a kernel of the course's own framework, one that
 * starts in machine mode and has no firmware below it, to judge the
 * allocator of pages by itself.
 *
 *   make -f driver/course.mk TREE=copy-of-the-tree CROSS_COMPILE=riscv64-unknown-elf-
 *   qemu-system-riscv64 -M virt -m 128M -nographic -bios none \
 *       -device loader,file=copy-of-the-tree/vmlinux,cpu-num=0 \
 *       -device loader,file=ops.bin,addr=0x84000000,force-raw=on -icount shift=4,sleep=off
 *
 * No file of the tree is changed. Its own Makefile builds and links it;
 * course_ld adds this object and another entry to the link of vmlinux. The
 * tree must have _end, init_buddy_system, alloc_pages, alloc_page and
 * free_pages, and needs nothing else: course_entry.S brings machine mode,
 * paging and the console. So the tree needs no edit to run this way, and
 * no machine without PMP.
 *
 * A tree with the starter's get_index never comes back from a free of the
 * very first page. A sequence that is to see more of such a tree takes one
 * page first, and keeps it.
 *
 * Everything in this object but course_entry is local to it: a tree may
 * have a printf, a current and a task of its own.
 *
 * What cannot be looked at this way: kmalloc, whose marks on pages each tree
 * keeps in its own way, and everything that needs a task (phase 1). Such
 * operations are refused before the first is done.
 */
#include "driver/ops.h"

#include "kernel/console.h"
#include "kernel/driver.h"
#include "kernel/mm.h"
#include "kernel/mmap.h"
#include "kernel/trap.h"
#include "kernel/vm.h"

void course_main(void);

/* What driver.c refers to and no operation of phase 0 reaches. */
char _stext[1];
struct task_struct task[NR_TASKS], *current;
struct kmem_cache *slub_allocator[NR_PARTIAL];
const unsigned int kmem_cache_objsize[NR_PARTIAL] = {8, 16, 32, 64, 128, 256, 512, 1024, 2048};

#define NOT_HERE	{ panic("%s is not looked at in this kernel", __func__); }

void slub_init(void) NOT_HERE
void *kmalloc(size_t size) NOT_HERE
void kfree(const void *addr) NOT_HERE
void *kmem_cache_alloc(struct kmem_cache *cache) NOT_HERE
void kmem_cache_free(void *obj) NOT_HERE
struct page *ADDR_TO_PAGE(const void *addr) NOT_HERE
uint64_t do_mmap(uint64_t addr, uint64_t length, uint64_t prot) NOT_HERE
int do_munmap(uint64_t addr, uint64_t length) NOT_HERE
void do_page_fault(uint64_t scause, uint64_t stval, struct trap_frame *frame) NOT_HERE
int create_mapping(uint64_t *pgtbl, uint64_t va, uint64_t pa, uint64_t size, uint64_t perm) NOT_HERE
void use_pgtbl(uint64_t *pgtbl) NOT_HERE

static int
is_of_pages(uint32_t code)
{
	return (code >= OP_ALLOC_PAGES && code <= OP_FREE_RAW) || (code >= OP_VERIFY && code <= OP_UNHOG);
}

/* Called by course_entry: supervisor mode, interrupts off, all of RAM mapped. */
void
course_main(void)
{
	const struct ops_header *file = (const struct ops_header *)OPS_ADDR;
	const struct op *op = (const struct op *)(file + 1);

	if (file->magic == OPS_MAGIC && file->count <= OPS_MAX) {
		if (file->phase != 0)
			panic("operations of phase %u are not for this kernel", file->phase);
		for (uint32_t i = 0; i < file->count; i++)
			if (!is_of_pages(op[i].code))
				panic("operation %u, code %u, is not for this kernel", i, op[i].code);
	}
	init_buddy_system();
	driver_early();
	shutdown();
}
