/*
 * Tests of the buddy system. They call it as its users do; tree_is_sound
 * alone looks at the tree.
 */
#include "selftest.h"

#include "../kernel/console.h"
#include "../kernel/timer.h"

#define PAGE(i)		(BASE + (uint64_t)(i) * PAGE_SIZE)
#define DIRT		0xa5a5a5a5a5a5a5a5UL

static unsigned int
round_up(unsigned int n)
{
	unsigned int size = 1;

	while (size < n)
		size *= 2;
	return size;
}

static bool
is_zeroed(uint64_t pa, unsigned int n)
{
	for (uint64_t *p = (uint64_t *)pa; p < (uint64_t *)(pa + n * PAGE_SIZE); p++)
		if (*p != 0)
			return false;
	return true;
}

static void
make_dirty(uint64_t pa, unsigned int n)
{
	for (uint64_t *p = (uint64_t *)pa; p < (uint64_t *)(pa + n * PAGE_SIZE); p++)
		*p = DIRT;
}

static int
one_page(void)
{
	uint64_t a = alloc_page(), b = alloc_page();

	must(well_placed(a, 1) && well_placed(b, 1) && a != b);
	must(is_zeroed(a, 1) && is_zeroed(b, 1));
	free_pages(a);
	free_pages(b);
	return 0;
}

/* Three pages take a block of four, five a block of eight. */
static int
rounds_up(void)
{
	uint64_t five = alloc_pages(5), three = alloc_pages(3);

	must(well_placed(five, 8) && well_placed(three, 4));
	must(is_zeroed(five, 8) && is_zeroed(three, 4));

	uint64_t one[64];
	for (int i = 0; i < 64; i++) {
		one[i] = alloc_page();
		must(well_placed(one[i], 1));
		must(one[i] < five || one[i] >= five + 8 * PAGE_SIZE);
		must(one[i] < three || one[i] >= three + 4 * PAGE_SIZE);
	}
	free_pages(five);
	free_pages(three);
	for (int i = 0; i < 64; i++)
		free_pages(one[i]);
	return 0;
}

static int
refuses_impossible_sizes(void)
{
	must(alloc_pages(0) == 0);
	must(alloc_pages(NR_PAGES + 1) == 0);
	must(alloc_pages(0x80000001u) == 0);
	must(alloc_pages(0xffffffffu) == 0);
	return 0;
}

static int
gives_all_memory_at_once(void)
{
	for (int i = 0; i < 2; i++) {
		uint64_t pa = alloc_pages(NR_PAGES);
		must(pa == BASE);
		must(is_zeroed(pa, NR_PAGES));
		must(alloc_page() == 0);
		make_dirty(pa, NR_PAGES);
		free_pages(pa);
	}
	return 0;
}

/* A block that was used and freed is zeroed when it is given out again. */
static int
zeroes_used_pages(void)
{
	for (unsigned int n = 1; n <= 256; n *= 2) {
		uint64_t pa = alloc_pages(n);
		must(well_placed(pa, n) && is_zeroed(pa, n));
		make_dirty(pa, n);
		free_pages(pa);
	}
	uint64_t pa = alloc_pages(512);
	must(well_placed(pa, 512) && is_zeroed(pa, 512));
	free_pages(pa);
	return 0;
}

/* Takes all memory as blocks of n pages; then there are none. */
static int
take_all(unsigned int n)
{
	static bool taken[NR_PAGES];

	for (unsigned int i = 0; i < NR_PAGES; i++)
		taken[i] = false;
	for (unsigned int i = 0; i < NR_PAGES / n; i++) {
		uint64_t pa = alloc_pages(n);
		must(well_placed(pa, n));
		must(!taken[(pa - BASE) / PAGE_SIZE]);
		taken[(pa - BASE) / PAGE_SIZE] = true;
	}
	must(alloc_pages(n) == 0);
	must(alloc_page() == 0);
	return 0;
}

static int
frees_the_first_block(void)
{
	for (unsigned int n = 1; n <= NR_PAGES; n *= 2) {
		must(take_all(n) == 0);
		free_pages(BASE);
		must(alloc_pages(n) == BASE);
		for (unsigned int i = 0; i < NR_PAGES; i += n)
			free_pages(PAGE(i));
		must(all_is_free());
	}
	return 0;
}

/* Pages come back in any order: forwards, scattered, backwards. */
static int
exhausts_and_coalesces(void)
{
	static const unsigned int stride[] = {1, 1027, 4095};	/* odd: reaches every page */

	for (int k = 0; k < 3; k++) {
		must(take_all(1) == 0);
		for (unsigned int i = 0; i < NR_PAGES; i++)
			free_pages(PAGE(i * stride[k] % NR_PAGES));
		must(all_is_free());
	}
	return 0;
}

/*
 * On every level: while one block of each pair is in use, no pair is a
 * free block, however often the other block comes and goes.
 */
static int
joins_only_free_buddies(void)
{
	for (unsigned int n = 1; n < NR_PAGES; n *= 2) {
		unsigned int blocks = NR_PAGES / n;

		must(take_all(n) == 0);
		for (unsigned int i = 0; i < blocks; i += 2)
			free_pages(PAGE(i * n));
		must(alloc_pages(2 * n) == 0);
		for (unsigned int i = 0; i < blocks; i += 2)
			must(well_placed(alloc_pages(n), n));
		must(alloc_page() == 0);
		for (unsigned int i = 1; i < blocks; i += 2)
			free_pages(PAGE(i * n));
		must(alloc_pages(2 * n) == 0);
		for (unsigned int i = 0; i < blocks; i += 2)
			free_pages(PAGE(i * n));
		must(all_is_free());
	}
	return 0;
}

static int
refuses_a_double_free(void)
{
	uint64_t a = alloc_page(), b = alloc_page();	/* buddies */

	must(well_placed(a, 1) && well_placed(b, 1));
	free_pages(a);
	free_pages(a);
	for (unsigned int i = 0; i < NR_PAGES - 1; i++) {	/* b is still in use */
		uint64_t pa = alloc_page();
		must(well_placed(pa, 1) && pa != b);
	}
	must(alloc_page() == 0);
	init_buddy_system();

	a = alloc_pages(NR_PAGES);
	free_pages(a);
	free_pages(a);
	return 0;
}

/* Inside a block, between two pages, outside of memory: nothing is freed. */
static int
refuses_what_is_no_block(void)
{
	uint64_t a = alloc_pages(8);

	must(well_placed(a, 8));
	for (int i = 1; i < 8; i++)
		free_pages(a + i * PAGE_SIZE);
	free_pages(a + 8);
	free_pages(0);
	free_pages(BASE - PAGE_SIZE);
	free_pages(BASE + MEMORY_SIZE);
	for (unsigned int i = 8; i < NR_PAGES; i++) {
		uint64_t pa = alloc_page();
		must(well_placed(pa, 1) && (pa < a || pa >= a + 8 * PAGE_SIZE));
	}
	must(alloc_page() == 0);
	free_pages(a);
	must(alloc_pages(8) == a);

	init_buddy_system();
	return 0;
}

/* Every entry of the tree says what buddy.h says that it says. */
static bool
tree_is_sound(void)
{
	const unsigned int *tree = buddy_system.bitmap;
	unsigned int half = NR_PAGES;		/* block size of x's children */

	for (unsigned int x = 1; x < NR_PAGES; x++) {
		unsigned int left = tree[2 * x], right = tree[2 * x + 1];
		if ((x & (x - 1)) == 0)		/* the first node of a level */
			half /= 2;
		bool both_free = left == half && right == half;
		unsigned int larger = get_size(left) > get_size(right) ? get_size(left) : get_size(right);

		if (check_split(tree[x]) ? both_free || get_size(tree[x]) != larger
					 : !both_free || (tree[x] != 0 && tree[x] != 2 * half))
			return false;
	}
	return true;
}

/*
 * The model of the random test: in_use[i] says whether page i is in a
 * block that was given out. An allocation of n pages must succeed exactly
 * when some n pages, at a multiple of n, are all free.
 */
static bool in_use[NR_PAGES];

static bool
range_is_free(unsigned int first, unsigned int n)
{
	for (unsigned int i = first; i < first + n; i++)
		if (in_use[i])
			return false;
	return true;
}

static bool
some_block_is_free(unsigned int n)
{
	for (unsigned int first = 0; first < NR_PAGES; first += n)
		if (range_is_free(first, n))
			return true;
	return false;
}

static void
set_in_use(uint64_t pa, unsigned int n, bool value)
{
	for (unsigned int i = 0; i < n; i++)
		in_use[(pa - BASE) / PAGE_SIZE + i] = value;
}

/* Numerical Recipes' linear congruential generator; the high bits are good. */
static unsigned int
random_below(uint32_t *state, unsigned int limit)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % limit;
}

#define MAX_BLOCKS	256
#define STEPS		1000

static int
random_steps(uint32_t seed)
{
	static struct { uint64_t pa; unsigned int n; } block[MAX_BLOCKS];
	uint32_t state = seed;
	int blocks = 0;

	for (unsigned int i = 0; i < NR_PAGES; i++)
		in_use[i] = false;
	for (int step = 0; step < STEPS || blocks > 0; step++) {
		watchdog_start();
		if (step < STEPS && blocks < MAX_BLOCKS && random_below(&state, 100) < 55) {
			unsigned int n = 1 + random_below(&state, 1u << random_below(&state, 10));
			uint64_t pa = alloc_pages(n);

			n = round_up(n);
			if (pa == 0) {
				must(!some_block_is_free(n));
				continue;
			}
			must(well_placed(pa, n));
			must(range_is_free((pa - BASE) / PAGE_SIZE, n));
			must(is_zeroed(pa, n));
			make_dirty(pa, n);
			set_in_use(pa, n, true);
			block[blocks].pa = pa;
			block[blocks++].n = n;
		} else if (blocks > 0) {
			int i = random_below(&state, blocks);

			free_pages(block[i].pa);
			set_in_use(block[i].pa, block[i].n, false);
			block[i] = block[--blocks];
		}
		must(tree_is_sound());
	}
	return 0;
}

static int
agrees_with_a_model(void)
{
	for (uint32_t seed = 1; seed <= 8; seed++) {
		int line = random_steps(seed);
		if (line != 0) {
			printf("# seed %u\n", seed);
			return line;
		}
		must(all_is_free());
	}
	return 0;
}

const struct selftest buddy_tests[] = {
	{"one page is aligned, inside and zeroed", one_page},
	{"sizes are rounded up to a power of two", rounds_up},
	{"0 pages, and more than there are, give 0", refuses_impossible_sizes},
	{"all 4096 pages can be one block", gives_all_memory_at_once},
	{"used pages are zeroed again", zeroes_used_pages},
	{"the first block can be freed", frees_the_first_block},
	{"4096 single pages, then 0, then one block of 16 MiB again", exhausts_and_coalesces},
	{"only free buddies are joined", joins_only_free_buddies},
	{"a double free is refused", refuses_a_double_free},
	{"an address that is no block is refused", refuses_what_is_no_block},
	{"random calls agree with a model", agrees_with_a_model},
	{NULL, NULL},
};
