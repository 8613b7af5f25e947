#define STATISTICS() printf("缺页次数 %d 次，TLB命中 %d 次\n", faults, hits)
