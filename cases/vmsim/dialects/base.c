/* A right virtual memory manager, small: every habit in this folder is this program with another main, another
 * name, or another way to print. The mark below is where main goes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static int frames_n = 256, is_lru;
static int tlb_page[16], tlb_frame[16];
static long tlb_used[16];
static int page_table[256], owner[65536];
static long frame_used[65536];
static signed char memory[65536][256];
static int faults, hits, used;
static long now;

static int tlb_lookup(int page)
{
	for (int i = 0; i < 16; i++) {
		if (tlb_page[i] != page)
			continue;
		hits++;
		if (is_lru)
			tlb_used[i] = now;
		return tlb_frame[i];
	}
	return -1;
}

static void tlb_insert(int page, int frame)
{
	int oldest = 0;

	for (int i = 1; i < 16; i++)
		if (tlb_used[i] < tlb_used[oldest])
			oldest = i;
	tlb_page[oldest] = page;
	tlb_frame[oldest] = frame;
	tlb_used[oldest] = now;
}

static int victim(void)
{
	int frame = 0;

	for (int i = 1; i < frames_n; i++)
		if (frame_used[i] < frame_used[frame])
			frame = i;
	for (int i = 0; i < 16; i++) {
		if (tlb_page[i] == owner[frame]) {
			tlb_page[i] = -1;
			tlb_used[i] = 0;
		}
	}
	page_table[owner[frame]] = -1;
	return frame;
}

static int load(FILE *store, int page)
{
	int frame = used < frames_n ? used++ : victim();

	faults++;
	fseek(store, page * 256L, SEEK_SET);
	if (fread(memory[frame], 1, 256, store) != 256) {
		fprintf(stderr, "short backing store\n");
		exit(2);
	}
	page_table[page] = frame;
	owner[frame] = page;
	frame_used[frame] = now;
	return frame;
}

static int translate(FILE *store, int address)
{
	int page = (address >> 8) & 255;
	int frame;

	now++;
	frame = tlb_lookup(page);
	if (frame < 0) {
		frame = page_table[page];
		if (frame < 0)
			frame = load(store, page);
		tlb_insert(page, frame);
	}
	if (is_lru)
		frame_used[frame] = now;
	return frame * 256 + (address & 255);
}

static int run(const char *store_name, const char *trace_name)
{
	FILE *store = fopen(store_name, "rb"), *trace = fopen(trace_name, "r");
	char line[64], *end;

	if (!store || !trace) {
		fprintf(stderr, "cannot open the files\n");
		return 1;
	}
	for (int i = 0; i < 16; i++)
		tlb_page[i] = -1;
	for (int i = 0; i < 256; i++)
		page_table[i] = -1;
	while (fgets(line, sizeof line, trace)) {
		long address = strtol(line, &end, 10);
		int physical;

		if (end == line)
			continue;
		physical = translate(store, (int)address);
		printf("Virtual address: %ld Physical address: %d Value: %d\n", address, physical,
		       memory[physical / 256][physical % 256]);
	}
	printf("Number of Translated Addresses = %ld\nPage Faults = %d\nTLB Hits = %d\n", now, faults, hits);
	return 0;
}

/* main */
