#define STATISTICS() printf("Page miss rate %f , TLB hit rate %f\n", FAULT_RATE, HIT_RATE)
