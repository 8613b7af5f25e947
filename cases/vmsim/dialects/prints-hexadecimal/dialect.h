#define ROW(v, p, x) printf("0x%04x -> 0x%04x: %d\n", (unsigned) (v & 65535), (unsigned) p, x)
