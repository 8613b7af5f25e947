#define ROW(v, p, x) ((void) (v), (void) (p), (void) (x))
