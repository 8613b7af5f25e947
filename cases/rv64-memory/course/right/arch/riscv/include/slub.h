#ifndef SLUB_H
#define SLUB_H

#include "list.h"
#include "stdint.h"

#define NR_PARTIAL	9
#define PAGE_SLUB	1
#define PAGE_BUDDY	2

struct kmem_cache {
	unsigned int objsize;
	struct list_head partial;	/* pages with a free object */
};

struct page {
	unsigned int flags;
	unsigned int inuse;
	struct page *header;		/* first page of the block */
	struct kmem_cache *cache;
	void *freelist;
	struct list_head slab_list;
};

extern struct kmem_cache *slub_allocator[NR_PARTIAL];

void slub_init(void);
void *kmem_cache_alloc(struct kmem_cache *cachep);
void kmem_cache_free(void *obj);
void *kmalloc(size_t size);
void kfree(const void *addr);

#endif
