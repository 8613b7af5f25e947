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
 * kmalloc and kfree are the tree's, too, where it has them and slub_init;
 * which page is marked how is not looked at: each tree keeps that in a way
 * of its own. They may return addresses where the kernel lies, or where it
 * is linked: the driver sees the former.
 *
 * What cannot be looked at this way: the caches by themselves, and
 * everything that needs a task (phase 1). Such operations are refused
 * before the first is done.
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

/* course.mk calls ours shim_...; these are the tree's, or 0. */
extern void tree_slub_init(void) __asm__("slub_init") __attribute__((weak));
extern void *tree_kmalloc(size_t size) __asm__("kmalloc") __attribute__((weak));
extern void tree_kfree(const void *addr) __asm__("kfree") __attribute__((weak));

/* Words of data: an address of 0 is out of reach for the code's own way to make one. */
static void (*volatile slub_init_of_tree)(void) = tree_slub_init;
static void *(*volatile kmalloc_of_tree)(size_t) = tree_kmalloc;
static void (*volatile kfree_of_tree)(const void *) = tree_kfree;

/* From where it lies to where it is linked. */
static uint64_t (*volatile linked_entry)(void) = (uint64_t (*)(void))course_main;
static uint64_t offset;

void
slub_init(void)
{
	slub_init_of_tree();
}

void *
kmalloc(size_t size)
{
	uint64_t addr = (uint64_t)kmalloc_of_tree(size);
	uint64_t here, linked = (uint64_t)linked_entry;

	__asm__ volatile ("lla %0, course_main" : "=r"(here));
	offset = 0;
	if (addr != 0 && linked != here && addr >= linked - (linked & (MEMORY_SIZE - 1)))
		offset = linked - here;
	return (void *)(addr - offset);
}

void
kfree(const void *addr)
{
	kfree_of_tree(addr == NULL ? addr : (const void *)((uint64_t)addr + offset));
}

void *kmem_cache_alloc(struct kmem_cache *cache) NOT_HERE
void kmem_cache_free(void *obj) NOT_HERE
struct page *ADDR_TO_PAGE(const void *addr) { return NULL; }
uint64_t do_mmap(uint64_t addr, uint64_t length, uint64_t prot) NOT_HERE
int do_munmap(uint64_t addr, uint64_t length) NOT_HERE
void do_page_fault(uint64_t scause, uint64_t stval, struct trap_frame *frame) NOT_HERE
int create_mapping(uint64_t *pgtbl, uint64_t va, uint64_t pa, uint64_t size, uint64_t perm) NOT_HERE
void use_pgtbl(uint64_t *pgtbl) NOT_HERE

static int
can_be_done(uint32_t code)
{
	int kmallocs = code == OP_SLUB_INIT || code == OP_KMALLOC || code == OP_KFREE || code == OP_KFREE_RAW;

	if (kmallocs)
		return slub_init_of_tree && kmalloc_of_tree && kfree_of_tree;
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
			if (!can_be_done(op[i].code))
				panic("operation %u, code %u, is not for this kernel", i, op[i].code);
	}
	init_buddy_system();
	driver_early();
	shutdown();
}
