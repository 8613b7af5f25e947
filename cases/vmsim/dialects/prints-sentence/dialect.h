#define STATISTICS() printf("There were %d page faults and %d TLB hits.\n", faults, hits)
