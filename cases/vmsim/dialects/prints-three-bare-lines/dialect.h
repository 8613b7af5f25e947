#define ROW(v, p, x) printf("%d\n%d\n%d\n", v, p, x)
