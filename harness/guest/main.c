#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

#define JOB "opt/memgrade/job"
#define BASE_ROOM (128U << 20)
#define LOOK_AGAIN_US 2000
#define END_NS 50000000U
#define BEAT_NS 1000000000U

static void tell_file(const char* kind, const char* path) {
  static char part[RECORD_CHUNK];
  size_t filled = 0;
  ssize_t got;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) give_up(path);
  /* A file of /proc gives a page at a time at most. */
  while ((got = read(fd, part + filled, sizeof part - filled)) > 0) {
    filled += (size_t)got;
    if (filled < sizeof part) continue;
    record(kind, "", part, filled, RECORD_MORE);
    filled = 0;
  }
  if (got < 0) give_up(path);
  close(fd);
  record(kind, "", part, filled, 0);
}

static void tell_base(void) {
  static const uint64_t no_key[2];
  records_begin(no_key, BASE_ROOM);
  tell_file("kallsyms", "/proc/kallsyms");
  tell_file("iomem", "/proc/iomem");
  tell_file("release", "/proc/sys/kernel/osrelease");
  tell_file("cmdline", "/proc/cmdline");
  tell_file("meminfo", "/proc/meminfo");
  records_end();
}

static void tell_console(const char* line) {
  int console = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);
  if (console < 0 || write(console, line, strlen(line)) < 0) give_up("/dev/console");
  close(console);
}

/* The heartbeat, by which the host detects a module that hogs the processor. */
static void beat(void) {
  record("beat", "", "", 0, 0);
}

int main(void) {
  struct job job;
  size_t length;
  char* bytes;
  setup();
  children_begin();
  every(BEAT_NS, beat);
  tell_base();
  come_to_rest();
  /* The host stops and saves the machine now; what is restored finds a job. */
  tell_console("memgrade-agent: ready\n");
  while (!(bytes = fw_cfg_file(JOB, &length))) usleep(LOOK_AGAIN_US);
  errno = 0;
  const char* why = job_unpack(bytes, length, &job);
  if (why) give_up(why);
  memset(bytes, 0, length); /* the key */
  free(bytes);
  records_begin(job.key, job.room_bytes);
  reseed(job.seed);
  why = steps_do(job.steps);
  if (why) record("fault", "", why, strlen(why), 0);
  process_kill_all();
  run_until(NULL, NULL, now_ns() + END_NS);
  log_end();
  records_end();
  machine_off(0x10);
}
