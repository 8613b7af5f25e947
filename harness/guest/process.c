/*
 * Processes that a job starts: their input is a pipe from us, what they print becomes records `out`, their
 * end a record `exit`. They are ordinary processes for the kernel's OOM killer, the agent is not.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"

#define MAX_PROCESSES 64
#define OUT_BYTES (4U << 20)      /* of one process, as records */
#define UNREAD_BYTES (256U << 10) /* of lines that nobody awaited yet */
#define ORDINARY_USER 1000
#define MAX_TASKS 256

struct process {
  char name[128];
  uint64_t order; /* of starting; 0: nobody is here */
  pid_t pid;
  int in, out;
  bool ended, silenced;
  uint64_t printed;
  char* unread; /* from the begin of a line */
  size_t unread_bytes;
};
static struct process processes[MAX_PROCESSES];

/* The newest of that name: a repeat starts it again. */
struct process* process_find(const char* name) {
  struct process* found = NULL;
  for (int i = 0; i < MAX_PROCESSES; i++) {
    struct process* process = &processes[i];
    if (process->order > 0 && !strcmp(process->name, name) && (!found || process->order > found->order))
      found = process;
  }
  return found;
}

pid_t process_pid(const struct process* process) {
  return process->pid;
}

static void remember(struct process* process, const char* bytes, size_t length) {
  if (process->unread_bytes + length > UNREAD_BYTES) {
    size_t drop = process->unread_bytes + length - UNREAD_BYTES;
    memmove(process->unread, process->unread + drop, process->unread_bytes - drop);
    process->unread_bytes -= drop;
  }
  memcpy(process->unread + process->unread_bytes, bytes, length);
  process->unread_bytes += length;
}

static void take_output(void* what) {
  static char part[16384];
  struct process* process = what;
  for (int i = 0; i < 16; i++) {
    ssize_t got = read(process->out, part, sizeof part);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      unwatch_fd(process->out);
      close(process->out);
      process->out = -1;
      return;
    }
    remember(process, part, (size_t)got);
    process->printed += (uint64_t)got;
    if (process->printed <= OUT_BYTES)
      record("out", process->name, part, (size_t)got, 0);
    else if (!process->silenced)
      process->silenced = true, record("out", process->name, "", 0, RECORD_CUT);
  }
}

bool process_ended(const struct process* process) {
  return process->ended;
}

void process_reaped(pid_t pid, int status) {
  for (int i = 0; i < MAX_PROCESSES; i++) {
    struct process* process = &processes[i];
    if (process->order == 0 || process->pid != pid || process->ended) continue;
    process->ended = true;
    if (process->out >= 0) take_output(process);
    record_text("exit", process->name, "{\"status\":%d,\"signal\":%d}",
                WIFEXITED(status) ? WEXITSTATUS(status) : 0, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  }
}

bool process_printed(struct process* process, const char* text) {
  size_t length = strlen(text);
  char* at = process->unread;
  char* end = process->unread + process->unread_bytes;
  for (char* newline; (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1) {
    if ((size_t)(newline - at) < length || memcmp(at, text, length) != 0) continue;
    process->unread_bytes = (size_t)(end - newline - 1);
    memmove(process->unread, newline + 1, process->unread_bytes);
    return true;
  }
  return false;
}

static _Noreturn void be_process(char** argv, bool root, int in, int out, int error) {
  static char* environment[] = {"PATH=/usr/bin:/bin:/sbin", "HOME=/tmp", "LANG=C.UTF-8", NULL};
  struct rlimit core = {0, 0}, tasks = {MAX_TASKS, MAX_TASKS};
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  write_to("/proc/self/oom_score_adj", "0");
  setsid();
  setrlimit(RLIMIT_CORE, &core);
  if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 || chdir("/tmp")) goto failed;
  if (!root && (setrlimit(RLIMIT_NPROC, &tasks) || setgroups(0, NULL) ||
                setresgid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER) ||
                setresuid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER)))
    goto failed;
  execve(argv[0], argv, environment);
failed:;
  int why = errno;
  while (write(error, &why, sizeof why) < 0 && errno == EINTR) continue;
  _exit(127);
}

/* Forks; the child's failure before its program runs comes back as an errno. */
static int spawn(struct process* process, char** argv, bool root) {
  int in[2], out[2], error[2], why = 0, status;
  if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(error, O_CLOEXEC)) return errno;
  process->pid = fork();
  if (process->pid < 0) return errno;
  if (process->pid == 0) be_process(argv, root, in[0], out[1], error[1]);
  close(in[0]);
  close(out[1]);
  close(error[1]);
  ssize_t got = read(error[0], &why, sizeof why);
  close(error[0]);
  process->in = in[1];
  process->out = out[0];
  if (got <= 0) return 0;
  close(process->in);
  close(process->out);
  waitpid(process->pid, &status, 0);
  return why;
}

/* A place that nobody uses, or somebody who is over. */
static struct process* find_place(void) {
  for (int i = 0; i < MAX_PROCESSES; i++) {
    struct process* process = &processes[i];
    if (process->order > 0 && (!process->ended || process->out >= 0)) continue;
    if (process->order > 0) close(process->in);
    free(process->unread);
    memset(process, 0, sizeof *process);
    return process;
  }
  return NULL;
}

int process_start(const char* name, char** argv, bool root) {
  static uint64_t started;
  struct process* process = find_place();
  if (!process) return EAGAIN;
  strncpy(process->name, name, sizeof process->name - 1);
  process->unread = malloc(UNREAD_BYTES);
  if (!process->unread) return ENOMEM;
  int why = spawn(process, argv, root);
  if (why) return why;
  process->order = ++started;
  fcntl(process->in, F_SETFL, O_NONBLOCK);
  fcntl(process->out, F_SETFL, O_NONBLOCK);
  watch_fd(process->out, TURN_MIDDLE, take_output, process);
  return 0;
}

int process_tell(struct process* process, const char* text) {
  char line[4096];
  size_t length = strlen(text);
  if (length + 1 > sizeof line) return EMSGSIZE;
  memcpy(line, text, length);
  line[length++] = '\n';
  ssize_t put = write(process->in, line, length);
  return put < 0 ? errno : (size_t)put < length ? EAGAIN : 0;
}

int process_signal(const struct process* process, int number) {
  if (process_ended(process)) return ESRCH;
  return kill(process->pid, number) ? errno : 0;
}

void process_kill_all(void) {
  for (int i = 0; i < MAX_PROCESSES; i++) {
    if (processes[i].order == 0) continue;
    if (processes[i].out >= 0) take_output(&processes[i]);
    if (processes[i].ended) continue;
    /* Its end is our doing, and no record. */
    processes[i].ended = true;
    kill(-processes[i].pid, SIGKILL);
  }
}
