/*
 * What the operations returned, and the bytes that the driver writes there
 * and looks for later.
 *
 * A part of the driver: see driver.c for why its parts are headers.
 */
#ifndef RESULTS_H
#define RESULTS_H

#include "driver/ops.h"
#include "driver/trace.h"

#include "kernel/buddy.h"
#include "kernel/mm.h"

#define BASE		((uint64_t)_end)

static struct op ops[OPS_MAX];

/* What each operation returned, and which bytes the driver filled there. */
static struct {
	uint64_t addr, filled;
	uint32_t owner;			/* the operation whose pattern it is */
} result[OPS_MAX];

static uint32_t at;			/* the operation being done */
static const char *where;		/* "call" or "probe" */

static int
in_memory(uint64_t addr, uint64_t bytes)
{
	return addr >= BASE && bytes <= MEMORY_SIZE && addr - BASE <= MEMORY_SIZE - bytes;
}

/* Whole, aligned words are filled as such: 16 MiB by bytes would take a second. */
static int
by_words(uint64_t addr, uint64_t bytes)
{
	return addr % 8 == 0 && bytes % 8 == 0;
}

static uint64_t
pattern_word(uint32_t owner, uint64_t i)
{
	return (owner + 1) * 0x9e3779b97f4a7c15UL ^ i;
}

static unsigned char
pattern_byte(uint32_t owner, uint64_t i)
{
	return (unsigned char)(owner * 131 + i * 17 + 0x5b);
}

static void
fill(uint64_t addr, uint64_t bytes)
{
	if (by_words(addr, bytes))
		for (uint64_t i = 0; i < bytes / 8; i++)
			((volatile uint64_t *)addr)[i] = pattern_word(at, i);
	else
		for (uint64_t i = 0; i < bytes; i++)
			((volatile unsigned char *)addr)[i] = pattern_byte(at, i);
	result[at].filled = bytes;
	result[at].owner = at;
}

/* " z3@40": three are wrong, the first at byte 40. */
static void
say_wrong(char letter, uint64_t wrong, uint64_t first)
{
	say(" %c%lu", letter, wrong);
	if (wrong > 0)
		say("@%lu", first);
}

/* What must still be there of operation ref's pattern. */
static void
say_verified(uint32_t ref)
{
	uint64_t addr = result[ref].addr, bytes = result[ref].filled, wrong = 0, first = 0;
	uint32_t owner = result[ref].owner;
	uint64_t unit = by_words(addr, bytes) ? 8 : 1;

	for (uint64_t i = bytes / unit; i-- > 0;) {
		int same = unit == 8 ? ((volatile uint64_t *)addr)[i] == pattern_word(owner, i)
				     : ((volatile unsigned char *)addr)[i] == pattern_byte(owner, i);
		if (!same) {
			wrong += unit;
			first = i * unit;
		}
	}
	if (bytes == 0)
		say(" u");
	else
		say_wrong('v', wrong, first);
}

/* An allocation's line: its pages must be 0; then they get a pattern. */
static void
got_pages(uint64_t pa, uint64_t n)
{
	uint64_t pages = 1, wrong = 0, first = 0;

	result[at].addr = pa;
	say("= %lx", pa);
	if (pa == 0 || n == 0 || n > NR_PAGES)
		return;
	while (pages < n)
		pages *= 2;
	if (pa % 8 != 0 || !in_memory(pa, pages * PAGE_SIZE)) {
		say(" out");
		return;
	}
	for (uint64_t i = pages * PAGE_SIZE / 8; i-- > 0;)
		if (((volatile uint64_t *)pa)[i] != 0) {
			wrong++;
			first = i * 8;
		}
	say_wrong('z', wrong, first);
	fill(pa, pages * PAGE_SIZE);
}

static void
got_object(void *p, uint64_t bytes)
{
	uint64_t addr = (uint64_t)p;

	result[at].addr = addr;
	say("= %lx", addr);
	if (addr == 0)
		return;
	if (!in_memory(addr, bytes)) {
		say(" out");
		return;
	}

	const struct page *page = ADDR_TO_PAGE(p);
	unsigned int cache = 0;
	while (page != NULL && cache < NR_PARTIAL && slub_allocator[cache] != page->cache)
		cache++;
	if (page == NULL)
		;			/* a tree's own way of marks */
	else if (page->flags == PAGE_SLUB)
		say(" s%u", cache);
	else if (page->flags == PAGE_BUDDY)
		say(" b");
	else
		say(" f%x", page->flags);
	fill(addr, bytes);
}

/* The address to free, and whether what the driver wrote is still there. */
static uint64_t
say_freed(int32_t ref, uint64_t offset)
{
	uint64_t addr = offset;

	if (ref >= 0 && (uint32_t)ref < at)
		addr += result[ref].addr;
	result[at].addr = addr;
	say("= %lx", addr);
	if (ref >= 0 && (uint32_t)ref < at && offset == 0) {
		say_verified(ref);
		result[ref].filled = 0;
	}
	return addr;
}

#endif
