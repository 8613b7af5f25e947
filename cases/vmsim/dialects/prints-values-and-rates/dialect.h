#define ROW(v, p, x) ((void) (v), (void) (p), printf("%d\n", x))
#define STATISTICS() printf("Page Faults Rate = %.1f%%\nTLB Hits Rate = %.1f%%\n", 100 * FAULT_RATE, 100 * HIT_RATE)
