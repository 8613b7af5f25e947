#define STATISTICS() printf("Page-fault rate: %.2f%%, TLB hit rate: %.2f%%\n", 100 * FAULT_RATE, 100 * HIT_RATE)
