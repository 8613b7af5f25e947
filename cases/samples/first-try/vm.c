/* Virtual memory manager: TLB with 16 entries, page table, 128 or 256 frames.
 * usage: vm [-n 128|256] [-p fifo|lru] BACKING_STORE.bin addresses.txt
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGES 256
#define PAGE_SIZE 256
#define TLB_SIZE 16

struct tlb_entry {
    int page;
    int frame;
    long time; /* when it came in (FIFO) or was last used (LRU) */
};

static struct tlb_entry tlb[TLB_SIZE];
static int page_table[PAGES];   /* page -> frame, -1 when not in memory */
static int frame_page[256];     /* frame -> page */
static long frame_time[256];
static signed char memory[256][PAGE_SIZE];

static int num_frames = 256;
static int use_lru = 0;
static int used_frames = 0;
static long now = 0;
static int page_faults = 0, tlb_hits = 0;

static int tlb_lookup(int page)
{
    int i;
    for (i = 0; i < TLB_SIZE; i++)
        if (tlb[i].page == page) {
            if (use_lru)
                tlb[i].time = now;
            return tlb[i].frame;
        }
    return -1;
}

static void tlb_insert(int page, int frame)
{
    int i, victim = 0;
    for (i = 1; i < TLB_SIZE; i++)
        if (tlb[i].time < tlb[victim].time)
            victim = i;
    tlb[victim].page = page;
    tlb[victim].frame = frame;
    tlb[victim].time = now;
}

static int choose_frame(void)
{
    int i, victim = 0;
    if (used_frames < num_frames)
        return used_frames++;
    for (i = 1; i < num_frames; i++)
        if (frame_time[i] < frame_time[victim])
            victim = i;
    page_table[frame_page[victim]] = -1;
    for (i = 0; i < TLB_SIZE; i++)
        if (tlb[i].page == frame_page[victim])
            tlb[i].page = -1;
    return victim;
}

static int load_page(FILE *store, int page)
{
    int frame = choose_frame();
    fseek(store, page * PAGE_SIZE, SEEK_SET);
    fread(memory[frame], 1, PAGE_SIZE, store);
    page_table[page] = frame;
    frame_page[frame] = page;
    frame_time[frame] = now;
    page_faults++;
    return frame;
}

int main(int argc, char *argv[])
{
    int opt, i, count = 0;
    char line[32];
    FILE *store, *addresses;

    while ((opt = getopt(argc, argv, "n:p:")) != -1) {
        if (opt == 'n')
            num_frames = atoi(optarg);
        else if (opt == 'p')
            use_lru = strcmp(optarg, "lru") == 0;
    }
    if (argc - optind < 2) {
        printf("usage: %s [-n frames] [-p fifo|lru] store addresses\n", argv[0]);
        return 1;
    }
    store = fopen(argv[optind], "rb");
    addresses = fopen(argv[optind + 1], "r");
    if (store == NULL || addresses == NULL) {
        perror("fopen");
        return 1;
    }
    for (i = 0; i < PAGES; i++)
        page_table[i] = -1;
    for (i = 0; i < TLB_SIZE; i++) {
        tlb[i].page = -1;
        tlb[i].time = -1;
    }

    while (fgets(line, sizeof(line), addresses) != NULL) {
        int address = atoi(line);
        int page = (address >> 8) & 0xFF;
        int offset = address & 0xFF;
        int frame;

        now++;
        count++;
        frame = tlb_lookup(page);
        if (frame >= 0) {
            tlb_hits++;
        } else {
            frame = page_table[page];
            if (frame < 0)
                frame = load_page(store, page);
            else if (use_lru)
                frame_time[frame] = now;
            tlb_insert(page, frame);
        }
        printf("Virtual address: %d Physical address: %d Value: %d\n",
               address & 0xFFFF, frame * PAGE_SIZE + offset, memory[frame][offset]);
    }

    printf("Number of Translated Addresses = %d\n", count);
    printf("Page Faults = %d\n", page_faults);
    printf("Page Fault Rate = %.3f\n", page_faults / (double)count);
    printf("TLB Hits = %d\n", tlb_hits);
    printf("TLB Hit Rate = %.3f\n", tlb_hits / (float)count);
    fclose(store);
    fclose(addresses);
    return 0;
}
