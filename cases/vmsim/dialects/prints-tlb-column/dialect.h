#define ROW(v, p, x) printf("Virtual address: %d TLB: %d Physical address: %d Value: %d\n", v, 0, p, x)
