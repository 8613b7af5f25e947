/* Kills its parent, its group and everything else that it may.
 * expect: crash
 */
#define _GNU_SOURCE
#include <signal.h>
#include <unistd.h>

void misbehave(void);

void misbehave(void)
{
    kill(getppid(), SIGKILL);
    kill(-1, SIGKILL);
    kill(0, SIGKILL);
}
