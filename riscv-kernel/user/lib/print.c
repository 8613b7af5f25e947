#include "../../lib/format.h"
#include "user.h"

static char line[128];
static size_t used;

static void
flush(void)
{
	write(1, line, used);
	used = 0;
}

static void
put(char c)
{
	line[used++] = c;
	if (c == '\n' || used == sizeof(line))
		flush();
}

void
printf(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	format(put, fmt, args);
	va_end(args);
	flush();
}

void
report(const char *what, int n)
{
	if (n == 0)
		printf("[CHECK] %s OK\n", what);
	else
		printf("[CHECK] %s FAILED (line %d)\n", what, n);
}
