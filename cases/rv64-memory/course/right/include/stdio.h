#ifndef STDIO_H
#define STDIO_H

void putchar(char c);
void puts(const char *s);
void printf(const char *fmt, ...);	/* %d %ld %x %lx %s, width with 0 */

#endif
