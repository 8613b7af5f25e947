/* Closes its streams and loops.
 * expect: timeout
 */
#define _GNU_SOURCE
#include <unistd.h>

void misbehave(void);

void misbehave(void)
{
    close(0);
    close(1);
    close(2);
    for (;;)
        ;
}
