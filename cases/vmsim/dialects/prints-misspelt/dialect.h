#define ROW(v, p, x) printf("Virtul adress: %d\tPhisical adress: %d\t Vaule: %d\n", v, p, x)
