/*
 * printf's formatting, for the kernel and for user programs.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include <stdarg.h>

/*
 * Hands the characters of the formatted text to put, one by one.
 * Knows %c %s %d %u %x %p %%, the length l, a width and the flag 0.
 */
void format(void (*put)(char), const char *fmt, va_list args);

#endif
