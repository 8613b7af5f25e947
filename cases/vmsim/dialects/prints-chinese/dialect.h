#define ROW(v, p, x) printf("虚拟地址：%d 物理地址：%d 值：%d\n", v, p, x)
#define STATISTICS() printf("缺页率：%.1f%%\n快表命中率：%.1f%%\n", 100 * FAULT_RATE, 100 * HIT_RATE)
