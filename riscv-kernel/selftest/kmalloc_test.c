/*
 * Tests of kmalloc and kfree.
 */
#include "selftest.h"

#include "../lib/string.h"

static bool
holds(const unsigned char *obj, unsigned char byte, size_t n)
{
	while (n-- > 0)
		if (*obj++ != byte)
			return false;
	return true;
}

static int
nothing_is_nothing(void)
{
	must(kmalloc(0) == NULL);
	kfree(NULL);
	return 0;
}

/* Each size up to 2048 is an object of the smallest cache that holds it. */
static int
small_sizes_are_objects(void)
{
	for (size_t size = 1, i = 0; size <= 2048; size++) {
		if (size > kmem_cache_objsize[i])
			i++;
		char *a = kmalloc(size), *b = kmalloc(size);
		must(a != NULL && b != NULL);
		must((uint64_t)a % kmem_cache_objsize[i] == 0);
		must(a - b == kmem_cache_objsize[i] || b - a == kmem_cache_objsize[i]);
		must(ADDR_TO_PAGE(a)->flags == PAGE_SLUB && ADDR_TO_PAGE(b)->flags == PAGE_SLUB);
		kfree(a);
		kfree(b);
	}
	return 0;
}

static int
large_sizes_are_pages(void)
{
	static const struct {
		size_t size;
		unsigned int pages;
	} cases[] = {
		{2049, 1}, {4096, 1}, {4097, 2}, {8192, 2}, {8193, 3}, {5 * 4096, 5}, {1 << 20, 256},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *a = kmalloc(cases[i].size);
		must(a != NULL && (uint64_t)a % PAGE_SIZE == 0);
		for (unsigned int p = 0; p < cases[i].pages; p++)
			must(ADDR_TO_PAGE(a + p * PAGE_SIZE)->flags == PAGE_BUDDY);
		kfree(a);
		must(ADDR_TO_PAGE(a)->flags == 0);
	}
	return 0;
}

/* Objects of all sizes, at once: what is written to one stays in it. */
static int
objects_do_not_overlap(void)
{
	static unsigned char *obj[600];
	static const size_t sizes[] = {8, 16, 24, 64, 100, 256, 512, 1000, 2048, 3000, 9000};
	const size_t n = sizeof(sizes) / sizeof(sizes[0]);

	for (int i = 0; i < 600; i++) {
		obj[i] = kmalloc(sizes[i % n]);
		must(obj[i] != NULL);
		memset(obj[i], i, sizes[i % n]);
	}
	for (int i = 0; i < 600; i++)
		must(holds(obj[i], (unsigned char)i, sizes[i % n]));
	for (int i = 0; i < 600; i++)
		kfree(obj[i * 7 % 600]);	/* 7 and 600 have no common factor */
	return 0;
}

static int
too_much_is_null(void)
{
	must(kmalloc(MEMORY_SIZE + 1) == NULL);
	must(kmalloc(1UL << 44) == NULL);	/* 2^32 pages, and one more: */
	must(kmalloc((1UL << 44) + 1) == NULL);	/* 0 and 1 as unsigned int */
	must(kmalloc(~0UL) == NULL);

	void *all = kmalloc(MEMORY_SIZE);
	must(all == (void *)BASE);
	must(kmalloc(1) == NULL && kmalloc(4096) == NULL);
	kfree(all);
	return 0;
}

static int
a_double_kfree_is_refused(void)
{
	for (size_t size = 32; size <= 8192; size *= 256) {	/* an object, two pages */
		char *a = kmalloc(size), *b = kmalloc(size);
		must(a != NULL && b != NULL);
		kfree(a);
		kfree(a);

		char *c = kmalloc(size), *d = kmalloc(size);
		must(c != NULL && d != NULL && c != d && b != c && b != d);
		kfree(b);
		kfree(c);
		kfree(d);
	}
	return 0;
}

const struct selftest kmalloc_tests[] = {
	{"kmalloc(0) and kfree(NULL) do nothing", nothing_is_nothing},
	{"up to 2048 bytes kmalloc gives an object", small_sizes_are_objects},
	{"above 2048 bytes kmalloc gives pages", large_sizes_are_pages},
	{"objects do not overlap", objects_do_not_overlap},
	{"too large a request gives NULL", too_much_is_null},
	{"a double kfree is refused", a_double_kfree_is_refused},
	{NULL, NULL},
};
