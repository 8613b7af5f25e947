#define STATISTICS() printf("| page faults | %d |\n| TLB hits | %d |\n", faults, hits)
