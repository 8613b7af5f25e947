/* Takes memory without end, and uses it.
 * expect: crash
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

void misbehave(void);

void misbehave(void)
{
    for (;;) {
        char *more = malloc(1 << 20);
        if (more)
            memset(more, 1, 1 << 20);
    }
}
