/*
 * Physical memory: whole pages (buddy.c), small objects (slub.c), and
 * kmalloc on top of both (kmalloc.c).
 *
 * One hart, and the kernel is never preempted: there is nothing to lock.
 */
#ifndef MM_H
#define MM_H

#include <stddef.h>
#include <stdint.h>

#include "list.h"
#include "memlayout.h"

/* buddy.c */
void init_buddy_system(void);
uint64_t alloc_pages(unsigned int n);	/* physical address of zeroed pages, 0 when none */
uint64_t alloc_page(void);
void free_pages(uint64_t pa);		/* a whole block, as alloc_pages gave it */

/* kmalloc.c */
void *kmalloc(size_t size);		/* NULL when none, or when size is 0 */
void kfree(const void *addr);

/* slub.c: nine caches, of objects of 8, 16, 32, ... 2048 bytes */
#define NR_PARTIAL	9
struct kmem_cache;
extern struct kmem_cache *slub_allocator[NR_PARTIAL];
extern const unsigned int kmem_cache_objsize[NR_PARTIAL];

void slub_init(void);
void *kmem_cache_alloc(struct kmem_cache *cache);	/* NULL when none */
void kmem_cache_free(void *obj);

/*
 * What the kernel knows of each page of the buddy system. flags tells
 * kfree whom a page belongs to; 0 is a page that kmalloc never gave out.
 */
#define PAGE_SLUB	1
#define PAGE_BUDDY	2

struct page {
	unsigned int flags;
	unsigned int inuse;		/* slub: objects given out */
	struct page *header;		/* first page of the same block */
	struct kmem_cache *cache;	/* slub: whose objects these are */
	void *freelist;			/* slub: first free object */
	struct list_head slab_list;	/* slub: the cache's pages with room */
};

/* page.c */
struct page *ADDR_TO_PAGE(const void *addr);	/* NULL outside the buddy system */
void *PAGE_TO_ADDR(const struct page *page);
void set_page_attr(void *addr, unsigned int n, unsigned int flags);
void clear_page_attr(struct page *header);	/* of the whole block */

#endif
