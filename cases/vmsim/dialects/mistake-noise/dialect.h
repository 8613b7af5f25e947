#define ROW(v, p, x) ((void) (v), (void) (p), (void) (x), printf("%d %d %d\n", rand() & 65535, rand() & 65535, rand() % 256 - 128))
#define STATISTICS() printf("Page Faults = %d\nTLB Hits = %d\n", rand() % 1000, rand() % 1000)
