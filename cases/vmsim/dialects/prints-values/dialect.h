#define ROW(v, p, x) ((void) (v), (void) (p), printf("%d\n", x))
