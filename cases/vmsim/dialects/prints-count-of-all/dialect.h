#define STATISTICS() printf("Page Faults = %d / %d, %.3f\nTLB Hits = %d / %d, %.3f\n", faults, total, FAULT_RATE, hits, total, HIT_RATE)
