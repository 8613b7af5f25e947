/* Makes processes without end.
 * expect: crash
 */
#define _GNU_SOURCE
#include <unistd.h>

void misbehave(void);

void misbehave(void)
{
    for (;;)
        fork();
}
