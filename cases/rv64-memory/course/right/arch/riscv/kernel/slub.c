#include "slub.h"

#include "mm.h"
#include "stdio.h"
#include "vm.h"

const unsigned int kmem_cache_objsize[NR_PARTIAL] = {8, 16, 32, 64, 128, 256, 512, 1024, 2048};

struct kmem_cache *slub_allocator[NR_PARTIAL] = {};

static struct kmem_cache caches[NR_PARTIAL];
static struct page mem_map[MEMORY_SIZE / PAGE_SIZE];

extern char _end[];

static struct page *ADDR_TO_PAGE(const void *addr)
{
	uint64_t offset = (uint64_t)addr - PHYSICAL_ADDR(_end);

	return offset < MEMORY_SIZE ? &mem_map[offset / PAGE_SIZE] : NULL;
}

static void *PAGE_TO_ADDR(const struct page *page)
{
	return (void *)(PHYSICAL_ADDR(_end) + (page - mem_map) * PAGE_SIZE);
}

static void set_page_attr(void *addr, unsigned int num, unsigned int flags)
{
	struct page *header = ADDR_TO_PAGE(addr);

	for (unsigned int i = 0; i < num; i++) {
		header[i].flags = flags;
		header[i].header = header;
	}
}

static void clear_page_attr(struct page *header)
{
	struct page *page = header;

	for (; page < mem_map + MEMORY_SIZE / PAGE_SIZE && page->header == header; page++) {
		page->flags = 0;
		page->header = NULL;
	}
}

void slub_init(void)
{
	for (int i = 0; i < NR_PARTIAL; i++) {
		caches[i].objsize = kmem_cache_objsize[i];
		INIT_LIST_HEAD(&caches[i].partial);
		slub_allocator[i] = &caches[i];
	}
}

static struct page *new_slab(struct kmem_cache *cachep)
{
	char *addr = (char *)alloc_page();
	struct page *page;

	if (addr == NULL)
		return NULL;
	set_page_attr(addr, 1, PAGE_SLUB);
	page = ADDR_TO_PAGE(addr);
	page->cache = cachep;
	page->inuse = 0;
	page->freelist = NULL;
	for (long at = PAGE_SIZE - cachep->objsize; at >= 0; at -= cachep->objsize) {
		*(void **)(addr + at) = page->freelist;
		page->freelist = addr + at;
	}
	list_add(&page->slab_list, &cachep->partial);
	return page;
}

void *kmem_cache_alloc(struct kmem_cache *cachep)
{
	struct page *page;
	void *obj;

	if (!list_empty(&cachep->partial))
		page = list_entry(cachep->partial.next, struct page, slab_list);
	else
		page = new_slab(cachep);
	if (page == NULL)
		return NULL;
	obj = page->freelist;
	page->freelist = *(void **)obj;
	page->inuse++;
	if (page->freelist == NULL)
		list_del(&page->slab_list);
	return obj;
}

void kmem_cache_free(void *obj)
{
	struct page *page = ADDR_TO_PAGE(obj);

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

void *kmalloc(size_t size)
{
	unsigned int num;
	void *p;

	if (size == 0 || size > MEMORY_SIZE)
		return NULL;
	for (int i = 0; i < NR_PARTIAL; i++)
		if (size <= kmem_cache_objsize[i])
			return kmem_cache_alloc(slub_allocator[i]);

	num = (size - 1) / PAGE_SIZE + 1;
	p = (void *)alloc_pages(num);
	if (p != NULL)
		set_page_attr(p, num, PAGE_BUDDY);
	return p;
}

void kfree(const void *addr)
{
	struct page *page = addr == NULL ? NULL : ADDR_TO_PAGE(addr);

	if (page == NULL)
		return;
	if (page->flags == PAGE_BUDDY) {
		clear_page_attr(page->header);
		free_pages((uint64_t)addr);
	} else if (page->flags == PAGE_SLUB) {
		kmem_cache_free((void *)addr);
	}
}
