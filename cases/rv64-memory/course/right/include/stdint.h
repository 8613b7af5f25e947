#ifndef STDINT_H
#define STDINT_H

typedef unsigned char uint8_t;
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
typedef long int64_t;
typedef unsigned long size_t;
typedef enum { false, true } bool;

#define NULL	((void *)0)

#endif
