#include "console.h"
#include "mm.h"

void *kmalloc(size_t size)
{
    if (size == 0 || size > MEMORY_SIZE)
        return NULL;
    for (int i = 0; i < NR_PARTIAL; i++) {
        if (size <= kmem_cache_objsize[i])
            return kmem_cache_alloc(slub_allocator[i]);
    }
    unsigned int pages = (size - 1) / PAGE_SIZE + 1;
    void *p = (void *)alloc_pages(pages);
    if (p)
        set_page_attr(p, pages, PAGE_BUDDY);
    return p;
}

void kfree(const void *addr)
{
    if (addr == NULL)
        return;
    struct page *page = ADDR_TO_PAGE(addr);
    if (page == NULL)
        return;
    if (page->flags == PAGE_SLUB) {
        kmem_cache_free((void *)addr);
    } else if (page->flags == PAGE_BUDDY) {
        free_pages((uint64_t)PAGE_TO_ADDR(page->header));
        clear_page_attr(page->header);
    }
}
