/*
 * Loads a user program: an ELF file of the format's 64-bit, little-endian
 * kind, of which only the header and the segments to load matter.
 */
#include "user_programs.h"

#include "../lib/string.h"
#include "console.h"
#include "memlayout.h"
#include "mm.h"
#include "riscv.h"
#include "vm.h"

struct elf_header {
	unsigned char ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf_segment {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

#define SEGMENT_LOAD	1
#define SEGMENT_X	1
#define SEGMENT_W	2
#define SEGMENT_R	4

extern const char user_test1[], user_test1_end[], user_test2[], user_test2_end[],
	user_test3[], user_test3_end[], user_test4[], user_test4_end[],
	user_test5[], user_test5_end[];

static const struct {
	const char *start, *end;
} program[] = {
	{user_test1, user_test1_end}, {user_test2, user_test2_end}, {user_test3, user_test3_end},
	{user_test4, user_test4_end}, {user_test5, user_test5_end},
};

/* A new page of the task at va, as the kernel sees it. */
static char *
map_new_page(uint64_t *pgtbl, uint64_t va, uint64_t perm)
{
	uint64_t pa = alloc_page();

	if (pa == 0 || create_mapping(pgtbl, va, pa, PAGE_SIZE, perm) < 0)
		panic("no page for a user program: alloc_page() returned 0");
	return (char *)pa;
}

static void
load_segment(const char *file, const struct elf_segment *s, uint64_t *pgtbl)
{
	uint64_t perm = PTE_U;

	perm |= s->flags & SEGMENT_R ? PTE_R : 0;
	perm |= s->flags & SEGMENT_W ? PTE_W : 0;
	perm |= s->flags & SEGMENT_X ? PTE_X : 0;

	for (uint64_t at = 0; at < s->memsz; at += PAGE_SIZE) {
		char *page = map_new_page(pgtbl, s->vaddr + at, perm);
		uint64_t rest = at < s->filesz ? s->filesz - at : 0;

		memcpy(page, file + s->offset + at, rest < PAGE_SIZE ? rest : PAGE_SIZE);
	}
}

uint64_t
load_user_program(int n, uint64_t *pgtbl)
{
	const char *file = program[n].start;
	uint64_t size = program[n].end - file;
	const struct elf_header *h = (const struct elf_header *)file;

	if (size < sizeof(*h) || h->ident[0] != 0x7f || h->ident[1] != 'E' ||
	    h->phoff + h->phnum * sizeof(struct elf_segment) > size)
		panic("user program %d is no ELF file", n + 1);

	const struct elf_segment *s = (const struct elf_segment *)(file + h->phoff);
	for (int i = 0; i < h->phnum; i++) {
		if (s[i].type != SEGMENT_LOAD)
			continue;
		if (s[i].vaddr % PAGE_SIZE != 0 || s[i].vaddr < USER_BASE ||
		    s[i].vaddr + s[i].memsz > USER_STACK_TOP - USER_STACK_PAGES * PAGE_SIZE ||
		    s[i].offset + s[i].filesz > size)
			panic("user program %d has a segment out of place", n + 1);
		load_segment(file, &s[i], pgtbl);
	}
	for (int i = 1; i <= USER_STACK_PAGES; i++)
		map_new_page(pgtbl, USER_STACK_TOP - i * PAGE_SIZE, PTE_R | PTE_W | PTE_U);
	return h->entry;
}
