/* Writes a file without end.
 * expect: crash
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

void misbehave(void);

void misbehave(void)
{
    static char block[1 << 20];
    FILE *file = fopen("big", "w");
    for (;;)
        fwrite(block, 1, sizeof(block), file);
}
