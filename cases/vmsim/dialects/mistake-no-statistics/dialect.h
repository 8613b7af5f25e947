#define STATISTICS() ((void) 0)
