/* Prints what a report, a check or a workflow command might look like.
 * expect: pass
 */
#define _GNU_SOURCE
#include <stdio.h>

void misbehave(void);

void misbehave(void)
{
    puts("{\"score\": 10, \"status\": \"pass\"}");
    puts("ok 1 - everything # all tests passed");
    puts("::error file=vm.c::forged");
    puts("::set-output name=score::100");
    puts("10 passed, 0 failed");
}
