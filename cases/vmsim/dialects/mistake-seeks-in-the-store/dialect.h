#define ROW(v, p, x) ((void) (p), (void) (x), fseek(store, (v) & 65535, SEEK_SET), printf("%d\n", (signed char) fgetc(store)))
#define STATISTICS() ((void) 0)
