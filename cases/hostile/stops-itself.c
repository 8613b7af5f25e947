/* Stops itself.
 * expect: timeout
 */
#define _GNU_SOURCE
#include <signal.h>

void misbehave(void);

void misbehave(void)
{
    raise(SIGSTOP);
}
