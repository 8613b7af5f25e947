/* Writes wherever it may.
 * expect: pass
 */
#define _GNU_SOURCE
#include <stdio.h>

void misbehave(void);

void misbehave(void)
{
    static const char *const places[] = {"/etc/memgrade-was-here", "/usr/memgrade-was-here",
                                         "/submission/memgrade-was-here", "/home/memgrade-was-here",
                                         "/var/tmp/memgrade-was-here", "/dev/shm/memgrade-was-here",
                                         "/tmp/memgrade-was-here", "../../memgrade-was-here"};
    unsigned i;
    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        FILE *file = fopen(places[i], "w");
        if (file)
            fclose(file);
    }
}
