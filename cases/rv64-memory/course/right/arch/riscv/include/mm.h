#ifndef MM_H
#define MM_H

#include "stdint.h"

#define PAGE_SIZE	0x1000UL
#define MEMORY_SIZE	0x1000000UL

typedef struct {
	bool initialized;
	uint64_t base_addr;
	unsigned int bitmap[8192];
} buddy;

void init_buddy_system(void);
uint64_t alloc_pages(unsigned int num);
uint64_t alloc_page(void);
void free_pages(uint64_t pa);

#endif
