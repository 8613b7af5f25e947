#define ROW(v, p, x) printf("Virtual_Address: %d, Physical_Address: %d, Value: %d\n", v, p, x)
