#define STATISTICS() printf("%d TLB hits, %d page faults\n", hits, faults)
