static FILE *out[3];
#define BEGIN() (out[0] = fopen("out1.txt", "w"), out[1] = fopen("out2.txt", "w"), out[2] = fopen("out3.txt", "w"))
#define ROW(v, p, x) (fprintf(out[0], "%d\n", v), fprintf(out[1], "%d\n", p), fprintf(out[2], "%d\n", x))
