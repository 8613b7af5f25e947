#define STATISTICS() printf("TLB hit rate is %.4f%%, Page-fault rate is %.4f%%.\n", 100 * HIT_RATE, 100 * FAULT_RATE)
