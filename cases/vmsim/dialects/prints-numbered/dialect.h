#define ROW(v, p, x) printf("%4d) v=%d p=%d d=%d\n", total, v, p, x)
