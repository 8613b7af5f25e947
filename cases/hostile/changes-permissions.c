/* Takes all rights from its directory.
 * expect: pass
 */
#define _GNU_SOURCE
#include <sys/stat.h>

void misbehave(void);

void misbehave(void)
{
    chmod(".", 0);
}
