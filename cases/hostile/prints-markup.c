/* Prints what would be markup in a page, in XML or in Markdown.
 * expect: pass
 */
#define _GNU_SOURCE
#include <stdio.h>

void misbehave(void);

void misbehave(void)
{
    puts("<script>alert(1)</script><img src=x onerror=alert(2)>");
    puts("]]></system-out><testcase name='forged'/>");
    puts("```\n# forged\n| a | b |");
}
