#define BEGIN() printf("virtual,physical,value\n")
#define ROW(v, p, x) printf("%d,%d,%d\n", v, p, x)
