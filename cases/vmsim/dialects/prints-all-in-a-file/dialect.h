#define BEGIN() if (!freopen("correct.txt", "w", stdout)) return 1
