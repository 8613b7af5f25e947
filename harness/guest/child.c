/*
 * Work in children. A child hands its records over a pipe, in frames; it ends with a frame that holds its
 * result. A child without that frame was killed in the middle; one that does not come back in time is killed,
 * and left behind when it cannot be (it sleeps uninterruptibly, or hangs in a lock that a bug left).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"

#define KILL_NS 200000000ULL
#define FRAME_ROOM (RECORD_CHUNK + 1024)

struct frame {
  uint32_t flags, kind_bytes, name_bytes, length;
  int32_t last, result, error;
  int32_t count;
};

static int signals = -1;

/* The child whose frames come now. */
static struct {
  int pipe, say;
  char bytes[FRAME_ROOM];
  size_t filled;
  bool open, done;
  char kind[64], name[256]; /* of a record that is not whole yet */
  struct outcome outcome;
} child = {.pipe = -1, .say = -1};

static void reap(void* unused) {
  struct signalfd_siginfo ignored;
  int status;
  pid_t pid;
  (void)unused;
  while (read(signals, &ignored, sizeof ignored) > 0) continue;
  /* Children that worked for us and orphans of processes end here too. */
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) process_reaped(pid, status);
}

void children_begin(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  signal(SIGPIPE, SIG_IGN);
  /* After the pipes: what it said last comes before its end. */
  watch_fd(signals, TURN_LAST, reap, NULL);
}

static void take_frame(const struct frame* frame, const char* rest) {
  char kind[64] = "", name[256] = "";
  if (frame->last) {
    child.done = true;
    child.outcome.result = frame->result;
    child.outcome.error = frame->error;
    child.outcome.bytes = frame->count;
    return;
  }
  memcpy(kind, rest, frame->kind_bytes < sizeof kind ? frame->kind_bytes : sizeof kind - 1);
  memcpy(name, rest + frame->kind_bytes,
         frame->name_bytes < sizeof name ? frame->name_bytes : sizeof name - 1);
  record(kind, name, rest + frame->kind_bytes + frame->name_bytes, frame->length, frame->flags);
  child.kind[0] = '\0';
  if (!(frame->flags & RECORD_MORE)) return;
  strcpy(child.kind, kind);
  strcpy(child.name, name);
}

static void child_ready(void* unused) {
  struct frame frame;
  (void)unused;
  for (;;) {
    ssize_t got = read(child.pipe, child.bytes + child.filled, sizeof child.bytes - child.filled);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      child.open = false;
      unwatch_fd(child.pipe);
      return;
    }
    child.filled += (size_t)got;
    while (child.filled >= sizeof frame) {
      memcpy(&frame, child.bytes, sizeof frame);
      size_t whole = sizeof frame + frame.kind_bytes + frame.name_bytes + frame.length;
      if (whole > sizeof child.bytes) give_up("a child's frame");
      if (child.filled < whole) break;
      take_frame(&frame, child.bytes + sizeof frame);
      child.filled -= whole;
      memmove(child.bytes, child.bytes + whole, child.filled);
    }
  }
}

static void hand_over(const void* bytes, size_t length) {
  const char* at = bytes;
  while (length > 0) {
    ssize_t put = write(child.say, at, length);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) _exit(1);
    at += put;
    length -= (size_t)put;
  }
}

void say(const char* kind, const char* name, const void* bytes, size_t length, uint32_t flags) {
  const char* at = bytes;
  do {
    size_t part = length < RECORD_CHUNK ? length : RECORD_CHUNK;
    length -= part;
    struct frame frame = {.flags = length > 0 ? flags | RECORD_MORE : flags,
                          .kind_bytes = (uint32_t)strlen(kind),
                          .name_bytes = (uint32_t)strnlen(name, 255),
                          .length = (uint32_t)part};
    hand_over(&frame, sizeof frame);
    hand_over(kind, frame.kind_bytes);
    hand_over(name, frame.name_bytes);
    hand_over(at, part);
    at += part;
  } while (length > 0);
}

static long counted;
void say_count(long bytes) {
  counted = bytes;
}

static _Noreturn void be_child(int (*work)(void*), void* what) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  /* When memory runs out because of what it does, it goes, and not the agent or the workload. */
  write_to("/proc/self/oom_score_adj", "1000");
  errno = 0;
  counted = 0;
  int result = work(what);
  struct frame frame = {.last = 1, .result = result, .error = result ? errno : 0, .count = (int32_t)counted};
  hand_over(&frame, sizeof frame);
  _exit(0);
}

static bool child_is_over(void* unused) {
  (void)unused;
  return !child.open;
}

struct outcome in_child(int (*work)(void*), void* what, uint64_t ms) {
  struct outcome failed = {.result = -1};
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) return failed.error = errno, failed;
  pid_t pid = fork();
  if (pid < 0) return failed.error = errno, close(ends[0]), close(ends[1]), failed;
  if (pid == 0) {
    child.say = ends[1];
    be_child(work, what);
  }
  close(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  child.pipe = ends[0];
  child.filled = 0;
  child.open = true;
  child.done = false;
  child.kind[0] = '\0';
  child.outcome = (struct outcome){.result = -1};
  watch_fd(child.pipe, TURN_MIDDLE, child_ready, NULL);
  bool over = run_until(child_is_over, NULL, now_ns() + ms * 1000000U);
  /* Its end is not waited for when its word is there. */
  if (!over) {
    kill(pid, SIGKILL);
    run_until(child_is_over, NULL, now_ns() + KILL_NS);
  }
  unwatch_fd(child.pipe);
  close(child.pipe);
  child.outcome.timed_out = !child.done && !over;
  child.outcome.died = !child.done && over;
  if (child.outcome.timed_out) child.outcome.error = ETIMEDOUT;
  if (child.kind[0]) record(child.kind, child.name, "", 0, RECORD_CUT);
  run_until(NULL, NULL, 0);
  return child.outcome;
}
