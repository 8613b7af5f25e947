/* A right virtual memory manager, small. What differs from one dialect to the next stands in dialect.h, which
 * each folder has: how a row and the statistics are printed, and mistakes by their names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dialect.h"

#ifndef TLB_ENTRIES
#define TLB_ENTRIES 16
#endif
#ifndef ROW
#define ROW(v, p, x) printf("Virtual address: %d Physical address: %d Value: %d\n", v, p, x)
#endif
#ifndef STATISTICS
#define STATISTICS() \
    printf("Page Faults = %d\nPage Fault Rate = %.3f\nTLB Hits = %d\nTLB Hit Rate = %.3f\n", faults, FAULT_RATE, hits, HIT_RATE)
#endif
#ifndef BEGIN
#define BEGIN()
#endif
#define FAULT_RATE (total ? 1.0 * faults / total : 0)
#define HIT_RATE (total ? 1.0 * hits / total : 0)

#define PAGES 256
#define BYTES 256

static int frames = 256, lru;
static struct { int page, frame, used; } tlb[TLB_ENTRIES];
static struct { int page, used; signed char bytes[BYTES]; } memory[PAGES];
static int frame_of[PAGES];
static int faults, hits, loaded, now, total;

static int in_tlb(int page)
{
    for (int i = 0; i < TLB_ENTRIES; i++)
        if (tlb[i].page == page) return i;
    return -1;
}

static void fill_tlb(int page, int frame)
{
    int oldest = 0;
    for (int i = 1; i < TLB_ENTRIES; i++)
        if (tlb[i].used < tlb[oldest].used) oldest = i;
    tlb[oldest].page = page;
    tlb[oldest].frame = frame;
    tlb[oldest].used = now;
}

static int free_frame(void)
{
    int victim = 0;
    if (loaded < frames) return loaded++;
    for (int i = 1; i < frames; i++)
        if (memory[i].used < memory[victim].used) victim = i;
#ifndef STALE_TLB_ENTRY
    int entry = in_tlb(memory[victim].page);
    if (entry >= 0) {
        tlb[entry].page = -1;
        tlb[entry].used = 0;
    }
#endif
    frame_of[memory[victim].page] = -1;
    return victim;
}

static int load(FILE *store, int page)
{
    int frame = free_frame();
    faults++;
    if (fseek(store, (long) page * BYTES, SEEK_SET) != 0 || fread(memory[frame].bytes, 1, BYTES, store) != BYTES) {
        fprintf(stderr, "the backing store is too short\n");
        exit(2);
    }
    memory[frame].page = page;
    memory[frame].used = now;
    frame_of[page] = frame;
    return frame;
}

static int translate(FILE *store, int page)
{
    int entry = in_tlb(page), frame;
    now++;
    if (entry >= 0) {
        hits++;
#ifndef TLB_IS_FIFO
        if (lru) tlb[entry].used = now;
#endif
#ifndef MEMORY_MISSES_TLB_HITS
        if (lru) memory[tlb[entry].frame].used = now;
#endif
        return tlb[entry].frame;
    }
    frame = frame_of[page];
    if (frame < 0) {
        frame = load(store, page);
        fill_tlb(page, frame);
        return frame;
    }
#ifndef NO_FILL_FROM_PAGE_TABLE
    fill_tlb(page, frame);
#endif
#ifndef MEMORY_USED_BY_TLB_HITS_ALONE
    if (lru) memory[frame].used = now;
#endif
    return frame;
}

/* The next address; blank lines are none. */
static int next(FILE *trace, int *address)
{
    char line[64];
    while (fgets(line, sizeof line, trace)) {
        char *end;
        long value = strtol(line, &end, 10);
        if (end == line) continue;
        *address = (int) value;
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    int option, address;
    while ((option = getopt(argc, argv, "n:p:")) != -1) {
        if (option == 'n') frames = atoi(optarg);
        if (option == 'p') lru = strcmp(optarg, "lru") == 0;
    }
    if (optind + 2 != argc) {
        fprintf(stderr, "usage: %s [-n FRAMES] [-p fifo|lru] BACKING_STORE ADDRESSES\n", argv[0]);
        return 1;
    }
    FILE *store = fopen(argv[optind], "rb"), *trace = fopen(argv[optind + 1], "r");
    if (!store || !trace) return 1;
    for (int i = 0; i < PAGES; i++) frame_of[i] = -1;
    for (int i = 0; i < TLB_ENTRIES; i++) tlb[i].page = -1;
    BEGIN();
    while (next(trace, &address)) {
        int page = address >> 8 & 255, offset = address & 255;
        int frame = translate(store, page);
        total++;
        ROW(address, frame * BYTES + offset, memory[frame].bytes[offset]);
    }
    STATISTICS();
    return 0;
}
