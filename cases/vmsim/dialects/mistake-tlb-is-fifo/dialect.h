#define TLB_IS_FIFO
