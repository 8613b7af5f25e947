/*
 * SLUB: cuts a page into objects of one size. A cache keeps the pages
 * that still have a free object; a page whose objects are all free goes
 * back to the buddy system.
 *
 *   cache 32:  partial ---> page ---> page        (full pages: in no list)
 *                            |
 *                            v freelist
 *        +------+------+------+------+----
 *        | used | free | used | free | ...        a free object's first
 *        +------+---|--+------+-^----+----        eight bytes point to
 *                   +-----------+                 the next free one
 */
#include <stdbool.h>

#include "console.h"
#include "mm.h"

struct kmem_cache {
	unsigned int objsize;		/* bytes, a power of two, 8 ... 2048 */
	struct list_head partial;	/* pages with at least one free object */
};

const unsigned int kmem_cache_objsize[NR_PARTIAL] = {8, 16, 32, 64, 128, 256, 512, 1024, 2048};

static struct kmem_cache caches[NR_PARTIAL];
struct kmem_cache *slub_allocator[NR_PARTIAL];

void
slub_init(void)
{
	for (int i = 0; i < NR_PARTIAL; i++) {
		caches[i].objsize = kmem_cache_objsize[i];
		INIT_LIST_HEAD(&caches[i].partial);
		slub_allocator[i] = &caches[i];
	}
}

/* A new page of free objects, or NULL. */
static struct page *
new_slab(struct kmem_cache *cache)
{
	char *addr = (char *)alloc_page();

	if (addr == NULL)
		return NULL;
	set_page_attr(addr, 1, PAGE_SLUB);

	struct page *page = ADDR_TO_PAGE(addr);
	page->cache = cache;
	page->inuse = 0;
	page->freelist = NULL;
	for (long at = PAGE_SIZE - cache->objsize; at >= 0; at -= cache->objsize) {
		*(void **)(addr + at) = page->freelist;
		page->freelist = addr + at;
	}
	list_add(&page->slab_list, &cache->partial);
	return page;
}

/* One object; its bytes are not cleared. */
void *
kmem_cache_alloc(struct kmem_cache *cache)
{
	struct page *page;

	if (!list_empty(&cache->partial))
		page = list_entry(cache->partial.next, struct page, slab_list);
	else if ((page = new_slab(cache)) == NULL)
		return NULL;

	void *obj = page->freelist;
	page->freelist = *(void **)obj;
	page->inuse++;
	if (page->freelist == NULL)
		list_del(&page->slab_list);
	return obj;
}

static bool
is_free(const struct page *page, const void *obj)
{
	for (void *o = page->freelist; o != NULL; o = *(void **)o)
		if (o == obj)
			return true;
	return false;
}

/* Takes an object back; refuses what is not one, or is free already. */
void
kmem_cache_free(void *obj)
{
	struct page *page = ADDR_TO_PAGE(obj);

	if (page == NULL || page->flags != PAGE_SLUB ||
	    (uint64_t)obj % page->cache->objsize != 0 || is_free(page, obj)) {
		printf("kmem_cache_free: no object was given out at %p\n", obj);
		return;
	}

	if (page->freelist == NULL)
		list_add(&page->slab_list, &page->cache->partial);
	*(void **)obj = page->freelist;
	page->freelist = obj;
	if (--page->inuse == 0) {
		list_del(&page->slab_list);
		clear_page_attr(page);
		free_pages((uint64_t)PAGE_TO_ADDR(page));
	}
}
