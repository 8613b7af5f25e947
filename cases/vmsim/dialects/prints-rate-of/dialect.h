#define STATISTICS() printf("Rate of page faults : %.3f\nRate of TLB hits : %.3f\n", FAULT_RATE, HIT_RATE)
