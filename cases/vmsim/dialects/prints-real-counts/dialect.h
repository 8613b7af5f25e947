#define STATISTICS() printf("Page Faults = %.2f\nTLB Hits = %.2f\n", 1.0 * faults, 1.0 * hits)
