/*
 * The compiler may call these two whenever it likes, so they exist even
 * in a program without a C library.
 */
#ifndef STRING_H
#define STRING_H

#include <stddef.h>

void *memset(void *dst, int byte, size_t n);
void *memcpy(void *restrict dst, const void *restrict src, size_t n);

#endif
