#define ROW(v, p, x) printf("page %d offset %d: %d is at %d and holds %d\n", (v >> 8) & 255, v & 255, v, p, x)
