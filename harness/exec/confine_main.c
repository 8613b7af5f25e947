/* memgrade-confine: the last step into the sandbox, and the witness of how the command in it ended.
 *
 * bwrap tells of a death by a signal only as exit status 128 + n, which a program may also choose itself, and
 * as root it neither changes the user nor sets limits. So this program starts the command as its child, with
 * limits and under another user, waits for it, and tells the wait status on a socket that the command does
 * not get. It is linked statically: it must run whatever is mounted, and no LD_ variable of the command's
 * environment may reach into it.
 *
 * In a sandbox it is process 1 of its PID namespace: no signal from inside touches it, and with its end the
 * kernel ends everything else there. Without one (--reap) it adopts orphans, and kills all it has before it
 * ends. It cannot be traced, and reads nothing that the command could write.
 *
 *   memgrade-confine [--reap] [--user UID] [--group GID] [--directory DIR] [--LIMIT VALUE]... -- COMMAND
 * [ARGUMENT]...
 *   memgrade-confine --batch [--user UID] [--group GID]     (confine_batch.c)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"

static const struct {
  const char* name;
  __rlimit_resource_t resource;
} limit_names[limit_kinds] = {
    {"--tasks", RLIMIT_NPROC},     {"--file-bytes", RLIMIT_FSIZE},  {"--address-space", RLIMIT_AS},
    {"--cpu-seconds", RLIMIT_CPU}, {"--open-files", RLIMIT_NOFILE}, {"--core-bytes", RLIMIT_CORE},
};
void tell(int socket, enum confine_kind kind, int value, const char* what, const struct rusage* used) {
  struct confine_message message;
  struct timespec now;
  struct rusage children;
  memset(&message, 0, sizeof message);
  message.kind = kind;
  message.value = value;
  clock_gettime(CLOCK_MONOTONIC, &now);
  message.time_ns = (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
  if (!used && getrusage(RUSAGE_CHILDREN, &children) == 0) used = &children;
  if (used) {
    const uint64_t us = (uint64_t)(used->ru_utime.tv_usec + used->ru_stime.tv_usec);
    message.cpu_ns = (uint64_t)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1000000000U + us * 1000U;
    message.peak_bytes = (uint64_t)used->ru_maxrss * 1024U;
  }
  if (what) strncpy(message.what, what, sizeof message.what - 1);
  while (send(socket, &message, sizeof message, MSG_NOSIGNAL) < 0 && errno == EINTR) continue;
}

void fail(const char* what) {
  tell(CONFINE_REPORT_FD, CONFINE_FAILED, errno, what, NULL);
  _exit(125);
}

static int parse_limit(struct plan* plan, const char* name, const char* value) {
  for (int i = 0; i < limit_kinds; ++i) {
    if (strcmp(name, limit_names[i].name) != 0) continue;
    char* end = NULL;
    plan->limits[i] = strtoull(value, &end, 10);
    plan->limited[i] = 1;
    return *value != '\0' && *end == '\0';
  }
  return 0;
}

/* An option with a value. */
static int parse_option(struct plan* plan, const char* name, char* value) {
  if (strcmp(name, "--user") == 0) {
    plan->user = (uid_t)strtoul(value, NULL, 10);
  } else if (strcmp(name, "--group") == 0) {
    plan->group = (gid_t)strtoul(value, NULL, 10);
  } else if (strcmp(name, "--directory") == 0) {
    plan->directory = value;
  } else if (strcmp(name, "--folder") == 0) {
    plan->folder = value;
  } else if (strcmp(name, "--tmp-bytes") == 0) {
    plan->tmp_bytes = value;
  } else if (strcmp(name, "--set") == 0) {
    return putenv(value) == 0;
  } else {
    return parse_limit(plan, name, value);
  }
  return 1;
}

int parse(struct plan* plan, int count, char** words) {
  int i = 1;
  memset(plan, 0, sizeof *plan);
  for (; i < count && strcmp(words[i], "--") != 0; ++i) {
    if (strcmp(words[i], "--reap") == 0) {
      plan->reap = 1;
    } else if (strcmp(words[i], "--batch") == 0) {
      plan->batch = 1;
    } else if (i + 1 < count && parse_option(plan, words[i], words[i + 1])) {
      ++i;
    } else {
      return 0;
    }
  }
  plan->command = words + i + 1;
  return i + 1 < count || plan->batch;
}

static void set_limits(const struct plan* plan) {
  for (int i = 0; i < limit_kinds; ++i) {
    if (!plan->limited[i]) continue;
    struct rlimit now;
    const __rlimit_resource_t resource = limit_names[i].resource;
    struct rlimit wanted = {plan->limits[i], plan->limits[i]};
    /* The process sees SIGXCPU one second before the kernel kills it, so that the two can be told apart. */
    if (resource == RLIMIT_CPU) wanted.rlim_max += 1;
    if (getrlimit(resource, &now) != 0) fail("getrlimit");
    /* A limit that is already stricter stays: only a process with rights could raise it. */
    if (wanted.rlim_max > now.rlim_max) wanted.rlim_max = now.rlim_max;
    if (wanted.rlim_cur > wanted.rlim_max) wanted.rlim_cur = wanted.rlim_max;
    if (setrlimit(resource, &wanted) != 0) fail("setrlimit");
  }
}

void become(uid_t user, gid_t group) {
  if (user == 0) return;
  if (setgroups(0, NULL) != 0) fail("setgroups");
  if (setresgid(group, group, group) != 0) fail("setresgid");
  if (setresuid(user, user, user) != 0) fail("setresuid");
}

/* Root's capabilities are for the change of user alone, those of a batch's run for its mounts. */
static void drop_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2];
  memset(none, 0, sizeof none);
  syscall(SYS_capset, &header, none);
}

/* Like execvp, but what is no program is not handed to a shell. */
static void execute(char** command) {
  extern char** environ;
  if (strchr(command[0], '/')) {
    execve(command[0], command, environ);
    return;
  }
  const char* path = getenv("PATH");
  int found = ENOENT;
  while (path && *path) {
    char candidate[4096];
    const char* end = strchrnul(path, ':');
    const int length = snprintf(candidate, sizeof candidate, "%.*s/%s", (int)(end - path), path, command[0]);
    if (length < (int)sizeof candidate) execve(candidate, command, environ);
    if (errno != ENOENT && errno != ENOTDIR) found = errno;
    path = *end ? end + 1 : end;
  }
  errno = found;
}

static void start(const struct plan* plan) {
  sigset_t none;
  setsid();
  umask(022);
  set_limits(plan);
  become(plan->user, plan->group);
  if (plan->user != 0 || plan->folder) drop_capabilities();
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* a change of user would have undone it */
  /* Only now: the directory may be closed to everybody but that user. */
  if (plan->directory && chdir(plan->directory) != 0) fail(plan->directory);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no_new_privs");
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execute(plan->command);
  tell(CONFINE_REPORT_FD, CONFINE_NOT_EXECUTED, errno, NULL, NULL);
  _exit(127);
}

/* Kills what is left, by the lists of our children. Orphans become our children, so each round gets further.
 */
static void kill_children(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
  FILE* list = fopen(path, "re");
  if (!list) return;
  long child = 0;
  while (fscanf(list, "%ld", &child) == 1) kill((pid_t)child, SIGKILL);
  fclose(list);
}

static void kill_and_reap_all(void) {
  for (;;) {
    kill_children();
    /* The pause is for a child that came into being after its parent was listed, and is killed a round later.
     */
    const struct timespec pause = {0, 1000000};
    pid_t gone = 0;
    while ((gone = waitpid(-1, NULL, WNOHANG)) > 0) continue;
    if (gone < 0 && errno == ECHILD) return;
    nanosleep(&pause, NULL);
  }
}

static void witness(pid_t command, int reap) {
  sigset_t awaited;
  int status = 0;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGCHLD);
  if (reap) sigaddset(&awaited, SIGTERM);
  for (;;) {
    const pid_t gone = waitpid(-1, &status, WNOHANG);
    if (gone == command) break;
    if (gone > 0) continue;
    if (sigwaitinfo(&awaited, NULL) == SIGTERM) kill(command, SIGKILL);
  }
  if (reap) kill_and_reap_all();
  /* Orphans in a namespace of our own are our children. */
  int of_others = 0;
  pid_t left = 0;
  while ((left = waitpid(-1, &of_others, WNOHANG)) > 0) continue;
  const char* const alone = left < 0 && errno == ECHILD ? CONFINE_ALONE : NULL;
  if (WIFSIGNALED(status))
    tell(CONFINE_REPORT_FD, CONFINE_SIGNALED, WTERMSIG(status), alone, NULL);
  else
    tell(CONFINE_REPORT_FD, CONFINE_EXITED, WEXITSTATUS(status), alone, NULL);
}

void start_and_witness(const struct plan* plan) {
  tell(CONFINE_REPORT_FD, CONFINE_READY, 0, NULL, NULL);
  const pid_t command = fork();
  if (command < 0) fail("fork");
  if (command == 0) start(plan);
  /* So that the end of the run's streams is the command's. */
  for (int i = 0; plan->folder && i < CONFINE_REPORT_FD; ++i) close(i);
  /* Without them, in a sandbox, it could not kill what it adopted; there the kernel does. */
  if (!plan->reap) drop_capabilities();
  witness(command, plan->reap);
}

static void prefer_for_oom_killer(void) {
  const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  if (write(file, "1000", 4) < 0) errno = 0; /* a preference only */
  close(file);
}

int main(int count, char** words) {
  struct plan plan;
  sigset_t all;
  if (fcntl(CONFINE_REPORT_FD, F_SETFD, FD_CLOEXEC) != 0 || !parse(&plan, count, words)) {
    fputs("memgrade-confine is started by memgrade, not by hand\n", stderr);
    return 125;
  }
  if (plan.reap && prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) fail("subreaper");
  prefer_for_oom_killer();
  if (prctl(PR_SET_DUMPABLE, 0) != 0) fail("dumpable");
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  if (plan.batch) serve_batch(&plan);
  start_and_witness(&plan);
  return 0;
}
