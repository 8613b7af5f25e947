#define ROW(v, p, x) printf("Virtual: %d\nPhysical: %d\nValue: %d\n", v, p, x)
