/* The runner of a batch: one sandbox for many commands, which see nothing of one another.
 *
 * A sandbox takes some ten milliseconds to set up, more than most students' programs run. So bwrap sets up
 * one, this is process 1 in it, and each run gets new namespaces of its own inside: of users (so that its
 * limits of processes and its keyrings are its own), processes, mounts and System V objects. The folder of
 * the run is mounted on the command's directory; /tmp, /dev/shm and /proc are new. A process of ours is
 * process 1 of the run, and the witness of how the command ended:
 *
 *     bwrap ── memgrade-confine --batch ─┬─ first process of a run ── command ── ...
 *                                        └─ first process of the next one, which waits for its request
 *
 * The first process of the next run is started, and has set up all but the folder, while a run goes on: what
 * that takes is not waited for, nor what the kernel takes to clear away the namespaces of the run before. It
 * reads its request itself, and hands the runner the socket on which that run is told of.
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

/* All but the folder. The folders of all runs stay where we are, and have no name any more. */
static void set_up_mounts(void) {
  if (chdir(CONFINE_FOLDERS) != 0) fail(CONFINE_FOLDERS);
  mount_new("tmpfs", "/tmp", 0, "mode=1777");
  mount_new("tmpfs", "/dev/shm", 0, "mode=1777");
  mount_new("proc", "/proc", MS_NOEXEC, NULL);
}

static void mount_folder(const struct plan* plan) {
  char text[128];
  if (mount(plan->folder, plan->directory, NULL, MS_BIND, NULL) != 0) fail(plan->directory);
  snprintf(text, sizeof text, "mode=1777,size=%s", plan->tmp_bytes);
  mount_new("tmpfs", "/tmp", MS_REMOUNT, text);
  mount_new("tmpfs", "/dev/shm", MS_REMOUNT, text);
  if (chdir("/") != 0) fail("/");
}

static void take_descriptors(const int* descriptors) {
  /* They stand above the places that they go to: all of those are taken. */
  for (int i = 0; i < CONFINE_REQUEST_FDS; ++i) {
    if (dup2(descriptors[i], i) < 0) _exit(125);
  }
  syscall(SYS_close_range, (unsigned)CONFINE_REQUEST_FDS, ~0U, 0U);
  fcntl(CONFINE_REPORT_FD, F_SETFD, FD_CLOEXEC);
}

/* A run, or the first process that waits for one. */
struct run {
  pid_t first;
  int pidfd;
  int report; /* where it is told of; -1 before its request */
  int link;   /* to the first process, until then */
};
enum { most_runs = 8, link_fd = CONFINE_REPORT_FD + 1 };

static struct msghdr message_of(struct iovec* part, void* control, size_t control_bytes) {
  struct msghdr header;
  memset(&header, 0, sizeof header);
  header.msg_iov = part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = control_bytes;
  return header;
}

/* The size of the next request; 0 at the end. */
static size_t receive(char* packet, int* descriptors) {
  char control[CMSG_SPACE(CONFINE_REQUEST_FDS * sizeof(int))];
  struct iovec part = {packet, CONFINE_REQUEST_BYTES};
  struct msghdr header = message_of(&part, control, sizeof control);
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

/* Tells the runner that all is set up, or hands it the report's socket of the request. */
static void tell_runner(int report) {
  char control[CMSG_SPACE(sizeof(int))];
  char word = 0;
  struct iovec part = {&word, 1};
  struct msghdr header = message_of(&part, report >= 0 ? control : NULL, report >= 0 ? sizeof control : 0);
  if (report >= 0) {
    memset(control, 0, sizeof control);
    struct cmsghdr* passed = CMSG_FIRSTHDR(&header);
    passed->cmsg_level = SOL_SOCKET;
    passed->cmsg_type = SCM_RIGHTS;
    passed->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(passed), &report, sizeof report);
  }
  ssize_t sent = 0;
  do sent = sendmsg(link_fd, &header, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent != 1) _exit(125);
}

/* Process 1 of a run. */
_Noreturn static void first_process(uid_t user, gid_t group, int link) {
  static char packet[CONFINE_REQUEST_BYTES];
  static char* words[most_words + 1];
  int descriptors[CONFINE_REQUEST_FDS];
  struct plan plan;
  if (link != link_fd && dup2(link, link_fd) < 0) _exit(125);
  /* What the runner holds of other runs. */
  syscall(SYS_close_range, (unsigned)link_fd + 1, ~0U, 0U);
  map_user(user, group);
  set_up_mounts();
  if (prctl(PR_SET_DUMPABLE, 0) != 0) fail("dumpable");
  tell_runner(-1);
  const size_t size = receive(packet, descriptors);
  if (size == 0) _exit(0);
  tell_runner(descriptors[CONFINE_REPORT]);
  take_descriptors(descriptors);
  clearenv();
  if (!parse(&plan, split(packet, size, words), words) || !plan.folder || !plan.directory || !plan.tmp_bytes) {
    errno = EINVAL;
    fail("a request");
  }
  mount_folder(&plan);
  start_and_witness(&plan);
  _exit(0);
}

static struct run start_first_process(void) {
  const unsigned long flags =
      CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_PIDFD | SIGCHLD;
  const uid_t user = getuid();
  const gid_t group = getgid();
  struct run run = {-1, -1, -1, -1};
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) fail("a socket");
  run.first = (pid_t)syscall(SYS_clone, flags, 0, &run.pidfd, 0, 0);
  if (run.first == 0) first_process(user, group, ends[1]);
  if (run.first < 0) fail("new namespaces");
  close(ends[1]);
  run.link = ends[0];
  return run;
}

/* What a first process says: 0 at its end, else 1, with the report's socket when it has a request. */
static int hear_first_process(struct run* run) {
  char control[CMSG_SPACE(sizeof(int))];
  char word = 0;
  struct iovec part = {&word, 1};
  struct msghdr header = message_of(&part, control, sizeof control);
  ssize_t got = 0;
  do got = recvmsg(run->link, &header, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got != 1) return 0;
  const struct cmsghdr* passed = CMSG_FIRSTHDR(&header);
  if (passed && passed->cmsg_type == SCM_RIGHTS) memcpy(&run->report, CMSG_DATA(passed), sizeof run->report);
  return 1;
}

/* Ends the run when the grader is gone: bwrap, which would end with it, may not kill us when we have become
 * another user. */
static void end_run(const struct run* run, int grader_gone) {
  struct rusage used;
  int status = 0;
  memset(&used, 0, sizeof used);
  if (grader_gone) kill(run->first, SIGKILL);
  while (wait4(run->first, &status, 0, &used) < 0 && errno == EINTR) continue;
  tell(run->report, CONFINE_GONE, status, NULL, &used);
  close(run->report);
  close(run->pidfd);
}

/* Ends the runs that are over; their number afterwards. */
static int end_runs(struct run* runs, int count, const struct pollfd* waited) {
  int left = 0;
  for (int i = 0; i < count; ++i) {
    if (waited[2 * i].revents != 0 || waited[2 * i + 1].revents != 0)
      end_run(&runs[i], waited[2 * i + 1].revents != 0);
    else
      runs[left++] = runs[i];
  }
  return left;
}

/* bwrap covers parts of /proc where root could write to them, and the kernel refuses a new one to a namespace
 * that sees only a part. The user that root becomes can write to none of them. */
static void uncover_proc(void) {
  mount_new("proc", "/proc", MS_NOEXEC, NULL);
}

void serve_batch(const struct plan* plan) {
  struct run runs[most_runs];
  int count = 0;
  if (plan->user != 0) uncover_proc();
  become(plan->user, plan->group);
  /* Else the files in /proc/self were root's, and the first process of a run could not write its maps. */
  if (prctl(PR_SET_DUMPABLE, 1) != 0) fail("dumpable");
  struct run next = start_first_process();
  if (!hear_first_process(&next)) _exit(125); /* which told why */
  tell(CONFINE_REPORT_FD, CONFINE_READY, 0, NULL, NULL);
  for (;;) {
    struct pollfd waited[2 * most_runs + 1];
    for (int i = 0; i < count; ++i) {
      waited[2 * i] = (struct pollfd){runs[i].pidfd, POLLIN, 0};
      waited[2 * i + 1] = (struct pollfd){runs[i].report, 0, 0};
    }
    waited[2 * count] = (struct pollfd){count < most_runs ? next.link : -1, POLLIN, 0};
    if (poll(waited, 2 * (nfds_t)count + 1, -1) < 0) continue;
    const int heard = waited[2 * count].revents != 0;
    count = end_runs(runs, count, waited);
    if (!heard) continue;
    /* Its end is that of the requests. */
    if (!hear_first_process(&next)) _exit(0);
    if (next.report < 0) continue;
    close(next.link);
    runs[count++] = next;
    next = start_first_process();
  }
}
