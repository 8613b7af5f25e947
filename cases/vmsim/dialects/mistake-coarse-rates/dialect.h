#define STATISTICS() printf("Page Fault Rate = %.1f\nTLB Hit Rate = %.1f\n", FAULT_RATE, HIT_RATE)
