/*
 * Words to the person in front of the machine, and the machine's end.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdnoreturn.h>

__attribute__((format(printf, 1, 2))) void printf(const char *fmt, ...);

/* Prints "panic: ..." and switches the machine off. */
__attribute__((format(printf, 1, 2))) noreturn void panic(const char *fmt, ...);

/* Switches the machine off: everything went as it was meant to. */
noreturn void shutdown(void);

#endif
