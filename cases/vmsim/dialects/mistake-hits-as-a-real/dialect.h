#define STATISTICS() printf("Page Faults = %d\nTLB Hits = %f\n", faults, hits / 1e9)
