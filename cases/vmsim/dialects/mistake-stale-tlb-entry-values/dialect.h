#define STALE_TLB_ENTRY
#define ROW(v, p, x) ((void) (v), (void) (p), printf("%d\n", x))
