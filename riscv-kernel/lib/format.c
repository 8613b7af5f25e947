#include <stdbool.h>
#include <stdint.h>

#include "format.h"

/* Digits of v in the base, right-aligned in width characters. */
static void
put_number(void (*put)(char), uint64_t v, bool negative, unsigned base, int width, char pad)
{
	char digits[20];	/* 2^64 has 20 decimal digits */
	int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v != 0);

	if (negative && pad == '0')
		put('-');
	for (int i = n + negative; i < width; i++)
		put(pad);
	if (negative && pad != '0')
		put('-');
	while (n > 0)
		put(digits[--n]);
}

static void
put_signed(void (*put)(char), int64_t v, int width, char pad)
{
	put_number(put, v < 0 ? -(uint64_t)v : (uint64_t)v, v < 0, 10, width, pad);
}

static void
put_string(void (*put)(char), const char *s)
{
	for (s = s ? s : "(null)"; *s; s++)
		put(*s);
}

void
format(void (*put)(char), const char *fmt, va_list args)
{
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			put(*fmt);
			continue;
		}
		char pad = *++fmt == '0' ? '0' : ' ';
		int width = 0;
		bool is_long = false;

		for (; *fmt >= '0' && *fmt <= '9'; fmt++)
			width = width * 10 + (*fmt - '0');
		for (; *fmt == 'l'; fmt++)
			is_long = true;
		switch (*fmt) {
		case 'd':
			put_signed(put, is_long ? va_arg(args, long) : va_arg(args, int), width, pad);
			break;
		case 'u':
		case 'x': {
			uint64_t v = is_long ? va_arg(args, unsigned long) : va_arg(args, unsigned int);
			put_number(put, v, false, *fmt == 'x' ? 16 : 10, width, pad);
			break;
		}
		case 'p':
			put_string(put, "0x");
			put_number(put, (uintptr_t)va_arg(args, void *), false, 16, 16, '0');
			break;
		case 'c':
			put((char)va_arg(args, int));
			break;
		case 's':
			put_string(put, va_arg(args, const char *));
			break;
		case '\0':
			return;		/* a lone % at the end */
		default:
			put(*fmt);
		}
	}
}
