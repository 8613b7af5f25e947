/* Reading files of the guest and handing them on, in a child. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent.h"

int say_file(const char* kind, const char* name, const char* path, size_t most) {
  static char part[RECORD_CHUNK];
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  size_t said = 0;
  if (fd < 0) return -1;
  for (;;) {
    size_t wanted = most - said < sizeof part ? most - said : sizeof part;
    /* One byte too many tells that there is more. */
    ssize_t got = read(fd, part, wanted > 0 ? wanted : 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || wanted == 0) {
      int why = errno;
      say(kind, name, "", 0, got > 0 || (got < 0 && said > 0) ? RECORD_CUT : 0);
      close(fd);
      say_count((long)said);
      errno = why;
      return got < 0 ? -1 : 0;
    }
    say(kind, name, part, (size_t)got, RECORD_MORE);
    said += (size_t)got;
  }
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
