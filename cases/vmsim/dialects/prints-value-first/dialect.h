#define ROW(v, p, x) printf("%d <- %d <- %d\n", x, p, v)
