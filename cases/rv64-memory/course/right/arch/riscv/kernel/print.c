#include "stdio.h"
#include "stdint.h"
#include "vm.h"

void putchar(char c)
{
	*(volatile uint8_t *)UART = c;
}

void puts(const char *s)
{
	while (*s)
		putchar(*s++);
}

static void print_hex(uint64_t v, int width)
{
	for (int shift = 60, seen = 0; shift >= 0; shift -= 4) {
		int digit = v >> shift & 15;

		seen |= digit != 0 || shift == 0 || shift < 4 * width;
		if (seen)
			putchar("0123456789abcdef"[digit]);
	}
}

static void print_dec(int64_t v)
{
	char digit[20], sign = 0;
	int n = 0;

	if (v == 0) {
		putchar('0');
		return;
	}
	if (v < 0) {
		sign = '-';
		v = -v;
	}
	for (; v != 0; v /= 10)
		digit[n++] = '0' + v % 10;
	putchar(sign);
	while (n > 0)
		putchar(digit[--n]);
}

void printf(const char *fmt, ...)
{
	__builtin_va_list ap;

	__builtin_va_start(ap, fmt);
	for (; *fmt; fmt++) {
		int width = 0, is_long = 0;

		if (*fmt != '%') {
			putchar(*fmt);
			continue;
		}
		for (fmt++; *fmt >= '0' && *fmt <= '9'; fmt++)
			width = 10 * width + *fmt - '0';
		for (; *fmt == 'l'; fmt++)
			is_long = 1;
		if (*fmt == 'd')
			print_dec(is_long ? __builtin_va_arg(ap, long) : __builtin_va_arg(ap, int));
		else if (*fmt == 'x')
			print_hex(is_long ? __builtin_va_arg(ap, unsigned long) : __builtin_va_arg(ap, unsigned int), width);
		else if (*fmt == 's')
			puts(__builtin_va_arg(ap, const char *));
		else
			putchar(*fmt);
	}
	__builtin_va_end(ap);
}
