/* The runner of a batch: one sandbox for many commands, which see nothing of one another.
 *
 * A sandbox takes some ten milliseconds to set up, more than most students' programs run. So bwrap sets up
 * one, this is process 1 in it, and each run gets new namespaces of its own inside: of users (so that its
 * limits of processes and its keyrings are its own), processes, mounts and System V objects. The folder of
 * the run is mounted on the command's directory; /tmp, /dev/shm and /proc are new. A process of ours is
 * process 1 of the run, and the witness of how the command ended:
 *
 *     bwrap ── memgrade-confine --batch ─┬─ first process of a run ── command ── ...
 *              (waits for requests)      └─ (one run at a time)
 *
 * A run has no name for the runner: it is in an outer PID namespace, its sockets are closed before the
 * command starts, and the folders of other runs lie below the new /tmp. The runner itself has no rights: as
 * root, it became the user of the runs; those that mounting takes are the first process's in its own user
 * namespace, which gives them up before the command starts. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"

enum { most_words = 4096 };

static void write_own(const char* file, const char* text) {
  const int fd = open(file, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) fail(file);
  close(fd);
}

/* User and group keep their numbers; all others are nobody's. */
static void map_user(uid_t user, gid_t group) {
  char map[64];
  write_own("/proc/self/setgroups", "deny");
  snprintf(map, sizeof map, "%u %u 1", user, user);
  write_own("/proc/self/uid_map", map);
  snprintf(map, sizeof map, "%u %u 1", group, group);
  write_own("/proc/self/gid_map", map);
}

static void mount_new(const char* type, const char* place, unsigned long flags, const char* options) {
  if (mount(type, place, type, flags | MS_NOSUID | MS_NODEV, options) != 0) fail(place);
}

static void set_up_mounts(const struct plan* plan) {
  char text[512];
  snprintf(text, sizeof text, "%s/%s", CONFINE_FOLDERS, plan->folder);
  if (mount(text, plan->directory, NULL, MS_BIND, NULL) != 0) fail(plan->directory);
  snprintf(text, sizeof text, "mode=1777,size=%s", plan->tmp_bytes);
  mount_new("tmpfs", "/tmp", 0, text);
  mount_new("tmpfs", "/dev/shm", 0, text);
  mount_new("proc", "/proc", MS_NOEXEC, NULL);
}

static void take_descriptors(const int* descriptors) {
  /* They stand above the places that they go to: the runner holds all of those. */
  for (int i = 0; i < CONFINE_REQUEST_FDS; ++i) {
    if (dup2(descriptors[i], i) < 0) _exit(125);
  }
  syscall(SYS_close_range, (unsigned)CONFINE_REQUEST_FDS, ~0U, 0U);
  fcntl(CONFINE_REPORT_FD, F_SETFD, FD_CLOEXEC);
}

/* Process 1 of a run. */
_Noreturn static void first_process(const struct plan* plan, uid_t user, gid_t group,
                                    const int* descriptors) {
  take_descriptors(descriptors);
  map_user(user, group);
  set_up_mounts(plan);
  if (prctl(PR_SET_DUMPABLE, 0) != 0) fail("dumpable");
  start_and_witness(plan);
  _exit(0);
}

/* Waits for the run's end, or ends it when the grader is gone: bwrap, which would end with it, may not kill
 * us when we have become another user. */
static int wait_for(pid_t first, int pidfd, struct rusage* used) {
  struct pollfd waited[] = {{pidfd, POLLIN, 0}, {CONFINE_REPORT_FD, 0, 0}};
  int status = 0;
  while (poll(waited, 2, -1) < 0 && errno == EINTR) continue;
  if (waited[1].revents != 0) kill(first, SIGKILL);
  while (wait4(first, &status, 0, used) < 0 && errno == EINTR) continue;
  close(pidfd);
  return status;
}

static void run_one(const struct plan* plan, const int* descriptors) {
  const uid_t user = getuid();
  const gid_t group = getgid();
  const int report = descriptors[CONFINE_REPORT];
  const unsigned long flags =
      CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_PIDFD | SIGCHLD;
  struct rusage used;
  int pidfd = -1;
  int status = 0;
  memset(&used, 0, sizeof used);
  const pid_t first = (pid_t)syscall(SYS_clone, flags, 0, &pidfd, 0, 0);
  const int error = errno;
  if (first == 0) first_process(plan, user, group, descriptors);
  /* So that the run alone holds the streams, and their end is its end. */
  for (int i = CONFINE_INPUT; i <= CONFINE_ERRORS; ++i) close(descriptors[i]);
  if (first < 0)
    tell(report, CONFINE_FAILED, error, "new namespaces", &used);
  else
    status = wait_for(first, pidfd, &used);
  tell(report, CONFINE_GONE, status, NULL, &used);
  close(report);
}

/* The size of the next request; 0 at the end. */
static size_t receive(char* packet, int* descriptors) {
  char control[CMSG_SPACE(CONFINE_REQUEST_FDS * sizeof(int))];
  struct iovec part = {packet, CONFINE_REQUEST_BYTES};
  struct msghdr header;
  memset(&header, 0, sizeof header);
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  ssize_t got = 0;
  do got = recvmsg(CONFINE_REPORT_FD, &header, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  const struct cmsghdr* first = CMSG_FIRSTHDR(&header);
  if (got <= 0 || !first || first->cmsg_type != SCM_RIGHTS ||
      first->cmsg_len != CMSG_LEN(CONFINE_REQUEST_FDS * sizeof(int)))
    return 0;
  memcpy(descriptors, CMSG_DATA(first), CONFINE_REQUEST_FDS * sizeof(int));
  return packet[got - 1] == '\0' ? (size_t)got : 0;
}

static int split(char* packet, size_t size, char** words) {
  int count = 0;
  for (size_t at = 0; at < size && count < most_words; at += strlen(packet + at) + 1)
    words[count++] = packet + at;
  words[count] = NULL;
  return count;
}

/* bwrap covers parts of /proc where root could write to them, and the kernel refuses a new one to a namespace
 * that sees only a part. The user that root becomes can write to none of them. */
static void uncover_proc(void) {
  mount_new("proc", "/proc", MS_NOEXEC, NULL);
}

void serve_batch(const struct plan* plan) {
  static char packet[CONFINE_REQUEST_BYTES];
  static char* words[most_words + 1];
  int descriptors[CONFINE_REQUEST_FDS];
  if (plan->user != 0) uncover_proc();
  become(plan->user, plan->group);
  /* Else the files in /proc/self were root's, and the first process of a run could not write its maps. */
  if (prctl(PR_SET_DUMPABLE, 1) != 0) fail("dumpable");
  tell(CONFINE_REPORT_FD, CONFINE_READY, 0, NULL, NULL);
  for (size_t size = 0; (size = receive(packet, descriptors)) > 0;) {
    struct plan request;
    clearenv();
    if (!parse(&request, split(packet, size, words), words) || !request.folder || !request.directory ||
        !request.tmp_bytes)
      break;
    run_one(&request, descriptors);
  }
  _exit(0);
}
