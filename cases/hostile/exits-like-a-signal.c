/* Ends with the exit status that a shell shows for SIGSEGV.
 * expect: fail
 */
#define _GNU_SOURCE
#include <stdlib.h>

void misbehave(void);

void misbehave(void)
{
    exit(139);
}
