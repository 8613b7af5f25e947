/*
 * Calls into the firmware. Extension and function numbers are those of
 * the SBI specification 1.0: "legacy" console (1), TIME, SRST.
 */
#include "sbi.h"

#define EXT_CONSOLE_PUTCHAR	0x01
#define EXT_LEGACY_SHUTDOWN	0x08
#define EXT_TIME		0x54494d45	/* "TIME" */
#define EXT_SRST		0x53525354	/* "SRST" */

#define SRST_SHUTDOWN		0
#define SRST_NO_REASON		0
#define SRST_SYSTEM_FAILURE	1

static void
sbi_call(uint64_t ext, uint64_t fid, uint64_t arg0, uint64_t arg1)
{
	register uint64_t a0 __asm__("a0") = arg0;
	register uint64_t a1 __asm__("a1") = arg1;
	register uint64_t a6 __asm__("a6") = fid;
	register uint64_t a7 __asm__("a7") = ext;

	__asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a6), "r"(a7) : "memory");
}

void
sbi_console_putchar(char c)
{
	sbi_call(EXT_CONSOLE_PUTCHAR, 0, (unsigned char)c, 0);
}

void
sbi_set_timer(uint64_t time)
{
	sbi_call(EXT_TIME, 0, time, 0);
}

/* Switches the machine off. */
noreturn void
sbi_shutdown(int failed)
{
	sbi_call(EXT_SRST, 0, SRST_SHUTDOWN, failed ? SRST_SYSTEM_FAILURE : SRST_NO_REASON);
	sbi_call(EXT_LEGACY_SHUTDOWN, 0, 0, 0);		/* firmware without SRST */
	for (;;)
		__asm__ volatile("wfi");
}
