/* Ignores every signal that it can, and loops.
 * expect: timeout
 */
#define _GNU_SOURCE
#include <signal.h>

void misbehave(void);

void misbehave(void)
{
    int i;
    for (i = 1; i < 32; i++)
        signal(i, SIG_IGN);
    for (;;)
        ;
}
