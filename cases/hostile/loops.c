/* Loops.
 * expect: timeout
 */

void misbehave(void);

void misbehave(void)
{
    for (;;)
        ;
}
