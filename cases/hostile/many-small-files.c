/* Makes files without end.
 * expect: crash
 */
#define _GNU_SOURCE
#include <stdio.h>

void misbehave(void);

void misbehave(void)
{
    char name[32];
    long i;
    for (i = 0;; i++) {
        FILE *file;
        snprintf(name, sizeof(name), "f%ld", i);
        file = fopen(name, "w");
        if (file)
            fclose(file);
    }
}
