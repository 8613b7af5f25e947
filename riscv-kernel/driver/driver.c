/*
 * A test driver: does the operations of a file (ops.h) with the kernel's
 * allocator and address spaces, and prints what came of each (trace.h).
 * It judges nothing.
 *
 *   make driver DRIVER=driver/driver.c
 *   qemu-system-riscv64 -M virt -m 128M -nographic -bios default -kernel build/driver.elf \
 *       -device loader,file=ops.bin,addr=0x84000000,force-raw=on -icount shift=4,sleep=off
 *
 * The operations are in memory, so another sequence needs no other kernel.
 * The functions under test may return anything, hang or fault: no address
 * outside the 16 MiB is followed, every operation has a time limit, and a
 * fault ends the run with a line that says where.
 *
 * One translation unit, because that is what `make driver` takes: its
 * parts are headers with static functions.
 */
#include "driver/ops.h"
#include "driver/results.h"
#include "driver/trace.h"
#include "driver/user_access.h"

#include "kernel/buddy.h"
#include "kernel/console.h"
#include "kernel/driver.h"
#include "kernel/mm.h"
#include "kernel/mmap.h"

#define MAX_AREAS	32
#define MAX_PTES	32
#define ORDERS		13		/* 1, 2, 4 ... 4096 pages */

static struct ops_header header;
static const char *name = "begin";
static uint64_t hog[NR_PAGES + 1];
static unsigned int hogged;

/* The functions under test run between these two; the rest is the driver's. */
#define CALL(expression) ({				\
	where = "call";					\
	__typeof__(expression) r_ = (expression);	\
	where = "probe";				\
	r_;						\
})
#define CALL_VOID(statement)	do { where = "call"; statement; where = "probe"; } while (0)

/* Takes blocks of n pages until there are none, or all of memory is taken. */
static unsigned int
take_blocks(unsigned int n, uint64_t *left)
{
	unsigned int count = 0;

	while (*left >= n && hogged <= NR_PAGES) {
		uint64_t pa = CALL(alloc_pages(n));
		if (pa == 0)
			break;
		hog[hogged++] = pa;
		*left -= n;
		count++;
	}
	return count;
}

static uint64_t
give_back(unsigned int keep)
{
	uint64_t given = hogged - keep;

	while (hogged > keep)
		CALL_VOID(free_pages(hog[--hogged]));
	return given;
}

static void
census(void)
{
	unsigned int before = hogged;
	uint64_t left = NR_PAGES;
	unsigned int count[ORDERS];

	for (int order = ORDERS; order-- > 0;)
		count[order] = take_blocks(1u << order, &left);
	say("=");
	for (int order = 0; order < ORDERS; order++)
		say("%c%u", order == 0 ? ' ' : ',', count[order]);
	give_back(before);
}

/* The pages to leave are taken first, one by one, and given back last. */
static void
hog_all_but(uint64_t keep)
{
	uint64_t left = keep < NR_PAGES ? keep : NR_PAGES, others = NR_PAGES;
	unsigned int singles = take_blocks(1, &left), total = 0;

	for (int order = ORDERS; order-- > 0;)
		total += take_blocks(1u << order, &others) << order;
	for (unsigned int i = 0; i < singles; i++)
		CALL_VOID(free_pages(hog[i]));
	for (unsigned int i = singles; i < hogged; i++)
		hog[i - singles] = hog[i];
	hogged -= singles;
	say("= %u", total);
}

static void
do_access(const struct op *op)
{
	static const char *outcome[] = {"ok", "skip", "endless", "trap", "hang"};
	int byte = op->b == 1;

	where = "call";
	if (op->code == OP_LOAD)
		access(stub_va(byte ? driver_stub_load1 : driver_stub_load4), 1, op->a, 0);
	else if (op->code == OP_STORE)
		access(stub_va(byte ? driver_stub_store1 : driver_stub_store4), 1, op->a, op->c);
	else
		access(op->a, op->a, 0, 0);
	where = "probe";

	say("= %s", outcome[access_state.outcome]);
	if (access_state.outcome == OUTCOME_OK)
		say(" %lx f%u", op->code == OP_LOAD ? access_state.value : 0, access_state.faults);
	else
		say(" f%u s%lu", access_state.faults, access_state.scause);
}

/* Is there something of the kernel's own data that may be looked at? */
static int
readable(uint64_t addr, uint64_t bytes)
{
	return addr % 8 == 0 && addr >= (uint64_t)_stext && addr < BASE + MEMORY_SIZE - bytes;
}

static void
say_areas(void)
{
	const struct list_head *head = &current->mm.vm->vm_list;
	const struct list_head *node = head->next;

	say("=");
	if (node == head)
		say(" -");
	for (int i = 0; node != head; i++, node = node->next) {
		const struct vm_area_struct *vma = list_entry(node, struct vm_area_struct, vm_list);

		if (i == MAX_AREAS || !readable((uint64_t)vma, sizeof(*vma))) {
			say(" bad:%lx", (uint64_t)node);
			return;
		}
		say(" %lx-%lx:%lx:%u", vma->vm_start, vma->vm_end, vma->vm_flags, (unsigned int)vma->mapped);
	}
}

/* The PTE of the last level, 0 when there is none. The driver's own walk: it allocates nothing. */
static uint64_t
look_up(uint64_t va)
{
	const uint64_t *table = current->pgtbl;

	for (int level = 2;; level--) {
		uint64_t pte = table[va >> (12 + 9 * level) & 0x1ff];

		if (level == 0 || !(pte & PTE_V) || pte & (PTE_R | PTE_W | PTE_X))
			return pte;
		table = (const uint64_t *)PTE_TO_PA(pte);
		if (!readable((uint64_t)table, PAGE_SIZE))
			return 0;
	}
}

static void
say_ptes(uint64_t va, uint64_t bytes)
{
	say("=");
	for (uint64_t i = 0; i < bytes / PAGE_SIZE && i < MAX_PTES; i++)
		say("%c%lx", i == 0 ? ' ' : ',', look_up(va + i * PAGE_SIZE));
}

static void
begin_line(void)
{
	const struct op *op = &ops[at];

	say("@T %u %s ", at, name);
	if (op->ref >= 0)
		say("r%d ", op->ref);
	if (op->ref < 0 || op->a != 0)
		say("%lx ", op->a);
	if (op->b != 0 || op->c != 0)
		say("%lx ", op->b);
	if (op->c != 0)
		say("%lx ", op->c);
}

static const char *const names[] = {
	[0] = "nothing", [OP_ALLOC_PAGES] = "alloc_pages", [OP_ALLOC_PAGE] = "alloc_page",
	[OP_FREE] = "free_pages", [OP_FREE_AT] = "free_at", [OP_FREE_RAW] = "free_raw",
	[OP_SLUB_INIT] = "slub_init", [OP_KMALLOC] = "kmalloc", [OP_KFREE] = "kfree",
	[OP_KFREE_RAW] = "kfree_raw", [OP_CACHE_ALLOC] = "cache_alloc", [OP_CACHE_FREE] = "cache_free",
	[OP_VERIFY] = "verify", [OP_CENSUS] = "census", [OP_HOG] = "hog", [OP_UNHOG] = "unhog",
	[OP_MMAP] = "mmap", [OP_MUNMAP] = "munmap", [OP_LOAD] = "load", [OP_STORE] = "store",
	[OP_FETCH] = "fetch", [OP_AREAS] = "areas", [OP_PTES] = "ptes",
};

static void
do_free(const struct op *op)
{
	uint64_t addr;

	switch (op->code) {
	case OP_FREE:
		addr = say_freed(op->ref, op->a);
		if (addr != op->a)		/* else there is nothing to free */
			CALL_VOID(free_pages(addr));
		break;
	case OP_FREE_AT:
		say("= %lx", BASE + op->a);
		CALL_VOID(free_pages(BASE + op->a));
		break;
	case OP_FREE_RAW:
		say("= %lx", op->a);
		CALL_VOID(free_pages(op->a));
		break;
	case OP_KFREE:
		addr = say_freed(op->ref, op->a);
		if (addr != op->a)
			CALL_VOID(kfree((void *)addr));
		break;
	case OP_KFREE_RAW:
		say("= %lx", op->a);
		CALL_VOID(kfree((void *)op->a));
		break;
	case OP_CACHE_FREE:
		addr = say_freed(op->ref, 0);
		if (addr != 0)
			CALL_VOID(kmem_cache_free((void *)addr));
	}
}

static void
do_op(const struct op *op)
{
	switch (op->code) {
	case OP_ALLOC_PAGES:
		got_pages(CALL(alloc_pages((unsigned int)op->a)), op->a);
		break;
	case OP_ALLOC_PAGE:
		got_pages(CALL(alloc_page()), 1);
		break;
	case OP_SLUB_INIT:
		CALL_VOID(slub_init());
		say("=");
		break;
	case OP_KMALLOC:
		got_object(CALL(kmalloc(op->a)), op->a);
		break;
	case OP_CACHE_ALLOC:
		if (op->a < NR_PARTIAL)
			got_object(CALL(kmem_cache_alloc(slub_allocator[op->a])), kmem_cache_objsize[op->a]);
		break;
	case OP_VERIFY:
		say("= %lx", op->ref >= 0 && (uint32_t)op->ref < at ? result[op->ref].addr : 0);
		if (op->ref >= 0 && (uint32_t)op->ref < at)
			say_verified(op->ref);
		break;
	case OP_CENSUS:
		census();
		break;
	case OP_HOG:
		hog_all_but(op->a);
		break;
	case OP_UNHOG:
		say("= %lu", give_back(0));
		break;
	case OP_MMAP:
		say("= %lx", CALL(do_mmap(op->a, op->b, op->c)));
		break;
	case OP_MUNMAP:
		say("= %lx", (long)CALL(do_munmap(op->a, op->b)));
		break;
	case OP_LOAD:
	case OP_STORE:
	case OP_FETCH:
		do_access(op);
		break;
	case OP_AREAS:
		say_areas();
		break;
	case OP_PTES:
		say_ptes(op->a, op->b);
		break;
	default:
		do_free(op);
	}
}

static noreturn void
end_run(const char *status)
{
	say("@E %u %s %016lx", at, status, header.nonce);
	say_end();
	shutdown();
}

/* Called by driver_trap_entry, on a stack of its own. */
void
driver_kernel_trap(const struct trap_frame *frame)
{
	static int dying;
	uint64_t scause = csr_read(scause), sepc = csr_read(sepc), stval = csr_read(stval);

	if (dying)
		sbi_shutdown(1);	/* even the words below fault */
	if (scause == CAUSE_TIMER && !time_is_up())
		return;
	dying = 1;

	trace_length = 0;		/* what there is of the line so far is said anew */
	begin_line();
	say("= ");
	if (result[at].addr != 0)
		say("%lx ", result[at].addr);
	if (scause == CAUSE_TIMER)
		say("!hang %s %lx %lx", where, sepc, frame->ra);
	else
		say("!fault %s %lu %lx %lx %lx", where, scause, sepc, stval, frame->ra);
	say_end();
	end_run(scause == CAUSE_TIMER ? "hang" : "fault");
}

static noreturn void
run(void)
{
	csr_write(sscratch, 0);
	csr_write(stvec, driver_trap_entry);
	where = "probe";
	say("@B 1 %016lx %lx %lu %u %u", header.nonce, BASE, NR_PAGES, header.count, header.phase);
	say_end();
	for (at = 0; at < header.count; at++) {
		const struct op *op = &ops[at];

		name = op->code < sizeof(names) / sizeof(names[0]) ? names[op->code] : names[0];
		arm(header.limit_ms);
		begin_line();
		do_op(op);
		say_end();
	}
	end_run("done");
}

void
driver_early(void)
{
	struct ops_header *file = (struct ops_header *)OPS_ADDR;
	const struct op *records = (const struct op *)(file + 1);

	if (file->magic != OPS_MAGIC || file->count > OPS_MAX) {
		printf("driver: no operations at 0x%lx\n", OPS_ADDR);
		shutdown();
	}
	header = *file;
	for (uint32_t i = 0; i < header.count; i++)
		ops[i] = records[i];
	trace_key[0] = header.key[0], trace_key[1] = header.key[1];
	header.key[0] = header.key[1] = file->key[0] = file->key[1] = 0;
	if (header.phase == 0)
		run();
}

void
driver_late(void)
{
	become_task();
	run();
}
