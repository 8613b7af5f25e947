#define ROW(v, p, x) printf("%d,%d,%d\n", v, p, x)
