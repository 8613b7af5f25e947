/* What all parts use: small files as a whole, and the end when nothing else helps. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

int write_to(const char* path, const char* text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t put = write(fd, text, strlen(text));
  int why = errno;
  close(fd);
  errno = why;
  return put < 0 ? -1 : 0;
}

void give_up(const char* why) {
  char line[256];
  int length = snprintf(line, sizeof line, "\nmemgrade-agent: gives up: %s: %s\n", why, strerror(errno));
  int console = open("/dev/console", O_WRONLY | O_NOCTTY);
  if (console >= 0 && write(console, line, (size_t)length) < 0) close(console);
  /* Both ends of the machine are tried: the first needs its ports. */
  if (ports_open() == 0) machine_off(0x11);
  for (;;) pause();
}

char* slurp(const char* path, size_t* length) {
  size_t room = 16384, filled = 0;
  char* bytes = malloc(room + 1);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  while (bytes && fd >= 0) {
    ssize_t got = read(fd, bytes + filled, room - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    if (got == 0) {
      close(fd);
      bytes[filled] = '\0';
      if (length) *length = filled;
      return bytes;
    }
    filled += (size_t)got;
    if (filled < room) continue;
    char* more = realloc(bytes, room * 2 + 1);
    if (!more) break;
    bytes = more;
    room *= 2;
  }
  int why = errno;
  if (fd >= 0) close(fd);
  free(bytes);
  errno = why;
  return NULL;
}
