/* Leaves a child in a session of its own.
 * expect: pass
 */
#define _GNU_SOURCE
#include <unistd.h>

void misbehave(void);

void misbehave(void)
{
    if (fork() == 0) {
        setsid();
        if (fork() == 0)
            sleep(1000);
        _exit(0);
    }
}
