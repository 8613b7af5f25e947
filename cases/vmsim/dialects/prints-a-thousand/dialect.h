#define ROW(v, p, x) (total > 1000 ? exit(0) : (void) printf("%d %d %d\n", v, p, x))
