#define ROW(v, p, x) printf("%d %d %d\n", v, (frames - 1 - (p) / 256) * 256 + (p) % 256, x)
