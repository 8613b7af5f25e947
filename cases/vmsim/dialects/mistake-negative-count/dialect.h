#define STATISTICS() printf("Page Faults = -%d\nTLB Hits = %d\n", faults, hits)
