/* Follows a null pointer.
 * expect: crash
 */
#define _GNU_SOURCE
#include <stddef.h>

void misbehave(void);

void misbehave(void)
{
    *(volatile int *)NULL = 1;
}
