/* Leaves links to files that are not its own, and a FIFO.
 * expect: pass
 */
#define _GNU_SOURCE
#include <sys/stat.h>
#include <unistd.h>

void misbehave(void);

void misbehave(void)
{
    symlink("/etc/passwd", "out.txt");
    symlink("/", "root");
    mkfifo("results.txt", 0666);
}
