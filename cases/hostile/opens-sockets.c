/* Says something wrong when the network can be reached.
 * expect: pass
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void misbehave(void);

void misbehave(void)
{
    struct sockaddr_in host;
    int port;
    for (port = 1; port < 1024; port++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        memset(&host, 0, sizeof(host));
        host.sin_family = AF_INET;
        host.sin_port = htons((unsigned short)port);
        host.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (fd >= 0 && connect(fd, (struct sockaddr *)&host, sizeof(host)) == 0)
            exit(1);
        close(fd);
    }
}
