#include <stdint.h>

#include "string.h"

void *
memset(void *dst, int byte, size_t n)
{
	unsigned char *d = dst;
	uint64_t word = (unsigned char)byte * 0x0101010101010101UL;

	while (n > 0 && (uintptr_t)d % 8 != 0) {
		*d++ = (unsigned char)byte;
		n--;
	}
	for (; n >= 8; n -= 8, d += 8)		/* pages are cleared here: by words */
		*(uint64_t *)d = word;
	while (n-- > 0)
		*d++ = (unsigned char)byte;
	return dst;
}

void *
memcpy(void *restrict dst, const void *restrict src, size_t n)
{
	unsigned char *d = dst;
	const unsigned char *s = src;

	while (n-- > 0)
		*d++ = *s++;
	return dst;
}
