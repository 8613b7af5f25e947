/*
 * The agent's one loop: waits for descriptors and for the clock until something holds. It knows nothing of
 * what it waits for: the log, the pipes of processes and of children, and the signal that tells of their ends
 * come to it as descriptors, the heartbeat as a timer.
 */
#include <errno.h>
#include <poll.h>
#include <time.h>

#include "agent.h"

#define MAX_WATCHED 258
#define MAX_TIMERS 4
#define SECOND_NS 1000000000U

static struct {
  int fd;
  enum turn turn;
  void (*ready)(void*);
  void* what;
} watched[MAX_WATCHED];
static nfds_t watched_count;

static struct {
  uint64_t period_ns, next_ns;
  void (*tick)(void);
} timers[MAX_TIMERS];
static int timer_count;

uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

void watch_fd(int fd, enum turn turn, void (*ready)(void*), void* what) {
  if (watched_count == MAX_WATCHED) return;
  watched[watched_count].fd = fd;
  watched[watched_count].turn = turn;
  watched[watched_count].ready = ready;
  watched[watched_count++].what = what;
}

void unwatch_fd(int fd) {
  for (nfds_t i = 0; i < watched_count; i++)
    if (watched[i].fd == fd) watched[i--] = watched[--watched_count];
}

void every(uint64_t period_ns, void (*tick)(void)) {
  if (timer_count == MAX_TIMERS) give_up("a timer");
  timers[timer_count].period_ns = period_ns;
  timers[timer_count++].tick = tick;
}

/* Runs the timers that are due; until when one may sleep. */
static uint64_t run_timers(uint64_t now, uint64_t until) {
  for (int i = 0; i < timer_count; i++) {
    if (now >= timers[i].next_ns) {
      timers[i].tick();
      timers[i].next_ns = now + timers[i].period_ns;
    }
    if (timers[i].next_ns < until) until = timers[i].next_ns;
  }
  return until;
}

static void run_ready(const struct pollfd* polled, nfds_t count, enum turn turn) {
  for (nfds_t i = 0; i < count; i++) {
    const bool ready = polled[i].revents || turn == TURN_FIRST;
    /* By descriptor: what was watched when the wait began may be gone. */
    for (nfds_t w = 0; ready && w < watched_count; w++) {
      if (watched[w].fd != polled[i].fd || watched[w].turn != turn) continue;
      watched[w].ready(watched[w].what);
      break;
    }
  }
}

static void wait_once(uint64_t ns) {
  static struct pollfd polled[MAX_WATCHED];
  struct timespec wait = {.tv_sec = (time_t)(ns / SECOND_NS), .tv_nsec = (long)(ns % SECOND_NS)};
  nfds_t count = watched_count;
  for (nfds_t i = 0; i < count; i++) polled[i] = (struct pollfd){.fd = watched[i].fd, .events = POLLIN};
  if (ppoll(polled, count, &wait, NULL) < 0 && errno != EINTR) give_up("ppoll");
  for (enum turn turn = TURN_FIRST; turn <= TURN_LAST; turn++) run_ready(polled, count, turn);
}

bool run_until(bool (*holds)(void*), void* what, uint64_t deadline_ns) {
  for (;;) {
    if (holds && holds(what)) return true;
    uint64_t now = now_ns(), until = run_timers(now, deadline_ns);
    wait_once(until > now ? until - now : 0);
    if (until == deadline_ns && now_ns() >= deadline_ns) return holds && holds(what);
  }
}
