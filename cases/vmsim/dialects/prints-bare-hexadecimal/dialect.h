#define ROW(v, p, x) printf("%04X %04X %02X\n", (unsigned) (v & 65535), (unsigned) p, (unsigned) (x & 255))
