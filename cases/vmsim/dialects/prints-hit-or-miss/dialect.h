#define ROW(v, p, x) printf("%d %d %d %s\n", v, p, x, now % 2 ? "TLB hit" : "miss")
