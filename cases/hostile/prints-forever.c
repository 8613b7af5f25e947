/* Prints without end.
 * expect: crash
 */
#define _GNU_SOURCE
#include <stdio.h>

void misbehave(void);

void misbehave(void)
{
    for (;;)
        puts("and on and on and on and on and on and on and on and on");
}
