#define STATISTICS() printf("tlbhits: %d, pagefaults: %d\n", hits, faults)
