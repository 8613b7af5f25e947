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
