static FILE *out;
#define BEGIN() (out = fopen("output.csv", "w"))
#define ROW(v, p, x) fprintf(out, "%d,%d,%d\n", v, p, x)
