#define ROW(v, p, x) ((void) (v), printf("physical %d value %d\n", p, x))
