/* Prints bytes that are no UTF-8, NULs and escape sequences.
 * expect: pass
 */
#define _GNU_SOURCE
#include <stdio.h>

void misbehave(void);

void misbehave(void)
{
    fwrite("\xff\xfe\0\x1b[2J\x1b]0;title\a\xc3(\n", 1, 20, stdout);
}
