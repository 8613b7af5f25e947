/*
 * kmalloc and kfree: memory of any size for the kernel itself. Small
 * requests are objects of a slub cache, larger ones whole pages.
 */
#include "mm.h"

#include "console.h"

/* At least size bytes, not cleared; NULL when size is 0 or none are left. */
void *
kmalloc(size_t size)
{
	/* STUDENT BEGIN(kmalloc) */
	/* TODO: take an object of the smallest cache that is large enough; when none */
	/* is (more than 2048 bytes), take pages, and mark them PAGE_BUDDY. */
	/* STUB: (void)size; */
	/* STUB: return NULL; */
	if (size == 0 || size > MEMORY_SIZE)
		return NULL;
	for (int i = 0; i < NR_PARTIAL; i++)
		if (size <= kmem_cache_objsize[i])
			return kmem_cache_alloc(slub_allocator[i]);

	unsigned int n = (size - 1) / PAGE_SIZE + 1;
	void *addr = (void *)alloc_pages(n);
	if (addr != NULL)
		set_page_attr(addr, n, PAGE_BUDDY);
	return addr;
	/* STUDENT END */
}

/*
 * Takes back what kmalloc gave. NULL is no mistake; any other address
 * that kmalloc did not give is, and is refused.
 */
void
kfree(const void *addr)
{
	/* STUDENT BEGIN(kfree) */
	/* TODO: look at the flags of addr's page: an object goes back to its cache, */
	/* a block to the buddy system (and its pages lose their mark). */
	/* STUB: (void)addr; */
	if (addr == NULL)
		return;

	struct page *page = ADDR_TO_PAGE(addr);
	if (page != NULL && page->flags == PAGE_SLUB) {
		kmem_cache_free((void *)addr);
	} else if (page != NULL && page->flags == PAGE_BUDDY && addr == PAGE_TO_ADDR(page->header)) {
		clear_page_attr(page->header);
		free_pages((uint64_t)addr);
	} else {
		printf("kfree: kmalloc did not give %p\n", addr);
	}
	/* STUDENT END */
}
