#include "console.h"

#include "../lib/format.h"
#include "riscv.h"
#include "sbi.h"

void
printf(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	format(sbi_console_putchar, fmt, args);
	va_end(args);
}

noreturn void
panic(const char *fmt, ...)
{
	va_list args;

	csr_clear(sstatus, SSTATUS_SIE);	/* the watchdog has had its say */
	va_start(args, fmt);
	printf("panic: ");
	format(sbi_console_putchar, fmt, args);
	printf("\n");
	va_end(args);
	sbi_shutdown(1);
}

noreturn void
shutdown(void)
{
	sbi_shutdown(0);
}
