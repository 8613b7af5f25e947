/*
 * Services of the firmware (RISC-V Supervisor Binary Interface).
 */
#ifndef SBI_H
#define SBI_H

#include <stdint.h>
#include <stdnoreturn.h>

void sbi_console_putchar(char c);
void sbi_set_timer(uint64_t time);		/* absolute, in ticks of the time CSR */
noreturn void sbi_shutdown(int failed);

#endif
