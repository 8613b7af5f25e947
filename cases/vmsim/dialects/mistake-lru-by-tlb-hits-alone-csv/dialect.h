#define MEMORY_USED_BY_TLB_HITS_ALONE
#define ROW(v, p, x) printf("%d,%d,%d\n", v, p, x)
