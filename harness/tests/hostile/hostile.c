/* Programs that do their worst, for the tests of the sandbox: memgrade-hostile MODE [ARGUMENT]...
 *
 * Each mode is one attack. Where an attack should be refused, the mode exits with 0 when everything was
 * refused and says on standard error what was not. The modes that would harm the machine refuse to start
 * where process 1 is not memgrade-confine. One long file, because each attack is a few lines and has no other
 * home. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char** arguments;
static int got_through;

static void must_fail(int succeeded, const char* what) {
  if (!succeeded) return;
  fprintf(stderr, "NOT REFUSED: %s\n", what);
  got_through = 1;
}

static void only_in_a_sandbox(void) {
  char line[256] = "";
  const int file = open("/proc/1/cmdline", O_RDONLY);
  if (getppid() == 1 && file >= 0 && read(file, line, sizeof line - 1) > 0 &&
      strstr(line, "memgrade-confine"))
    return;
  fputs("refused: this is no sandbox\n", stderr);
  exit(97);
}

_Noreturn static void spin(void) {
  for (volatile unsigned long i = 0;; ++i) continue;
}

static void touch_memory(size_t bytes) {
  volatile char* memory = malloc(bytes);
  if (!memory) exit(40);
  for (size_t i = 0; i < bytes; i += 4096) memory[i] = 1;
}

static int exit_with(void) {
  return atoi(arguments[0]);
}

static int die_by(void) {
  const int number = atoi(arguments[0]);
  signal(number, SIG_DFL);
  raise(number);
  return 99;
}

static int kill_parent(void) {
  only_in_a_sandbox();
  kill(getppid(), SIGKILL);
  kill(1, SIGKILL);
  kill(1, SIGTERM);
  kill(1, SIGSTOP);
  return 7;
}

static int kill_group(void) {
  only_in_a_sandbox();
  kill(0, SIGKILL);
  return 99;
}

static int kill_all(void) {
  only_in_a_sandbox();
  if (fork() == 0) spin();
  kill(-1, SIGKILL);
  return 7;
}

/* A daemon with a new session, whose parent is gone. It writes a byte into `beat` every ten milliseconds. */
static int daemonize(void) {
  const int keep_streams = arguments[0] && strcmp(arguments[0], "keep") == 0;
  if (fork() == 0) {
    setsid();
    if (fork() != 0) _exit(0);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    if (!keep_streams) {
      for (int fd = 0; fd < 3; ++fd) close(fd);
    }
    const int beat = open("beat", O_WRONLY | O_CREAT | O_APPEND, 0644);
    for (;;) {
      if (write(beat, "x", 1) < 0) _exit(1);
      usleep(10000);
    }
  }
  while (access("beat", F_OK) != 0) usleep(1000);
  return 0;
}

_Noreturn static int fork_bomb(void) {
  only_in_a_sandbox();
  for (;;) fork();
}

static void* sleep_long(void* nothing) {
  sleep(100);
  return nothing;
}

_Noreturn static int thread_bomb(void) {
  only_in_a_sandbox();
  pthread_t thread;
  for (;;) {
    if (pthread_create(&thread, NULL, sleep_long, NULL) != 0) usleep(1000);
  }
}

_Noreturn static int eat_memory(void) {
  for (;;) touch_memory(1 << 20);
}

/* Children that share the work: none is large, all together are. */
static int eat_memory_together(void) {
  for (int i = 0; i < 8; ++i) {
    if (fork() == 0) {
      touch_memory((size_t)atoi(arguments[0]) << 20);
      sleep(100);
    }
  }
  sleep(100);
  return 0;
}

/* Children that share memory with their parent and take none of their own. */
static int share_memory(void) {
  touch_memory((size_t)atoi(arguments[0]) << 20);
  for (int i = 0; i < 8; ++i) {
    if (fork() == 0) {
      usleep(300000);
      _exit(0);
    }
  }
  while (wait(NULL) > 0) continue;
  return 0;
}

static int burst(void) {
  touch_memory((size_t)atoi(arguments[0]) << 20);
  return 0;
}

static int reserve(void) {
  const size_t bytes = (size_t)atoi(arguments[0]) << 30;
  return mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED ? 0
                                                                                                        : 3;
}

static int flood(void) {
  static char block[65536];
  memset(block, 'x', sizeof block);
  for (;;) {
    if (write(arguments[0] ? 2 : 1, block, sizeof block) < 0) return 3;
  }
}

static int fill(const char* path, int ignore_signal, int unlinked) {
  static char block[65536];
  if (ignore_signal) signal(SIGXFSZ, SIG_IGN);
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (unlinked) unlink(path);
  memset(block, 'x', sizeof block);
  for (;;) {
    if (write(file, block, sizeof block) < 0) return errno;
  }
}

static int fill_file(void) {
  return fill("big", 0, 0);
}
static int fill_file_on(void) {
  return fill("big", 1, 0);
}
static int fill_unlinked(void) {
  return fill("big", 0, 1);
}
static int fill_path(void) {
  return fill(arguments[0], 1, 0);
}

static int many_files(void) {
  only_in_a_sandbox();
  char name[32];
  for (int i = 0;; ++i) {
    snprintf(name, sizeof name, "file%d", i);
    const int file = open(name, O_WRONLY | O_CREAT, 0644);
    if (file < 0) return errno;
    close(file);
  }
}

static int deep(void) {
  only_in_a_sandbox();
  for (;;) {
    if (mkdir("deeper", 0755) != 0 || chdir("deeper") != 0) return errno;
  }
}

static int connects_to(int port, const char* address) {
  struct sockaddr_in to;
  memset(&to, 0, sizeof to);
  to.sin_family = AF_INET;
  to.sin_port = htons((unsigned short)port);
  inet_pton(AF_INET, address, &to.sin_addr);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  return fd >= 0 && connect(fd, (struct sockaddr*)&to, sizeof to) == 0;
}

/* ARGUMENTS: a port that listens on the host's loopback, and a name of an abstract socket of the host. */
static int network(void) {
  struct sockaddr_un name;
  struct sockaddr_in to;
  must_fail(connects_to(atoi(arguments[0]), "127.0.0.1"), "connecting to the host's loopback");
  must_fail(connects_to(53, "1.1.1.1"), "connecting to the internet");
  memset(&to, 0, sizeof to);
  to.sin_family = AF_INET;
  to.sin_port = htons(53);
  inet_pton(AF_INET, "8.8.8.8", &to.sin_addr);
  const int udp = socket(AF_INET, SOCK_DGRAM, 0);
  must_fail(udp >= 0 && sendto(udp, "x", 1, 0, (struct sockaddr*)&to, sizeof to) == 1, "sending a datagram");
  memset(&name, 0, sizeof name);
  name.sun_family = AF_UNIX;
  strncpy(name.sun_path + 1, arguments[1], sizeof name.sun_path - 2);
  const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(arguments[1]));
  const int local = socket(AF_UNIX, SOCK_STREAM, 0);
  must_fail(connect(local, (struct sockaddr*)&name, size) == 0,
            "connecting to an abstract socket of the host");
  must_fail(socket(AF_PACKET, SOCK_RAW, 0) >= 0, "a packet socket");
  return got_through;
}

static int trace(void) {
  char path[64];
  must_fail(ptrace(PTRACE_ATTACH, 1, NULL, NULL) == 0, "tracing process 1");
  must_fail(ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) == 0, "tracing the parent");
  must_fail(open("/proc/1/mem", O_RDWR) >= 0, "the memory of process 1");
  for (int fd = 0; fd < 10; ++fd) {
    snprintf(path, sizeof path, "/proc/1/fd/%d", fd);
    must_fail(open(path, O_RDWR) >= 0, path);
  }
  must_fail(chdir("/proc/1/root") == 0, "the root of process 1");
  return got_through;
}

/* A message of memgrade-confine, forged, on every descriptor there is. */
static int forge(void) {
  unsigned int words[64] = {4, 0};
  DIR* open_ones = opendir("/proc/self/fd");
  const struct dirent* entry;
  while (open_ones && (entry = readdir(open_ones))) {
    const int fd = atoi(entry->d_name);
    must_fail(fd > 2 && fd != dirfd(open_ones), "an inherited descriptor");
    if (fd > 2) must_fail(send(fd, words, 160, 0) > 0, "a forged report");
  }
  return got_through ? 1 : 5;
}

static int becomes_writable(const char* path) {
  const int file = open(path, O_WRONLY | O_CREAT, 0644);
  if (file >= 0) close(file);
  return file >= 0;
}

/* Places in which a run could leave word for a later one: files, objects of System V, queues, keys. */
enum { trace_key = 0x6d656d67, user_keyring = -4, user_session_keyring = -5, keyctl_search = 10 };
static const char* const trace_places[] = {"memgrade-trace", "/tmp/memgrade-trace",
                                           "/dev/shm/memgrade-trace"};

static int leave_word(void) {
  for (int i = 0; i < 3; ++i) {
    if (!becomes_writable(trace_places[i])) return 30 + i;
  }
  shmget(trace_key, 4096, IPC_CREAT | 0666);
  semget(trace_key, 1, IPC_CREAT | 0666);
  msgget(trace_key, IPC_CREAT | 0666);
  close(mq_open("/memgrade-trace", O_CREAT | O_RDWR, 0666, NULL));
  syscall(SYS_add_key, "user", "memgrade-trace", "x", 1UL, user_keyring);
  syscall(SYS_add_key, "user", "memgrade-trace", "x", 1UL, user_session_keyring);
  return 0;
}

static int find_word(void) {
  for (int i = 0; i < 3; ++i) must_fail(access(trace_places[i], F_OK) == 0, trace_places[i]);
  must_fail(shmget(trace_key, 4096, 0) >= 0, "shared memory of another run");
  must_fail(semget(trace_key, 1, 0) >= 0, "semaphores of another run");
  must_fail(msgget(trace_key, 0) >= 0, "a message queue of another run");
  must_fail(mq_open("/memgrade-trace", O_RDWR) >= 0, "a POSIX message queue of another run");
  must_fail(syscall(SYS_keyctl, keyctl_search, user_keyring, "user", "memgrade-trace", 0) >= 0, "a key");
  must_fail(syscall(SYS_keyctl, keyctl_search, user_session_keyring, "user", "memgrade-trace", 0) >= 0,
            "a key of the session");
  /* Its folder holds what it was given, nothing else: ARGUMENT is the number of files. */
  DIR* here = opendir(".");
  int files = -2;
  while (here && readdir(here)) ++files;
  must_fail(files != atoi(arguments[0]), "files of another run");
  return got_through;
}

/* The runner of a batch stands above this run's process 1. ARGUMENT: where the folders of runs are mounted.
 */
static int attack_runner(void) {
  char path[64];
  only_in_a_sandbox();
  const struct dirent* entry;
  DIR* processes = opendir("/proc");
  while (processes && (entry = readdir(processes))) {
    const int pid = atoi(entry->d_name);
    must_fail(pid > 1 && pid != getpid(), "a process that is not ours");
  }
  must_fail(getppid() != 1, "a parent that is not process 1");
  for (int pid = 2; pid < 200; ++pid) {
    if (pid == getpid()) continue;
    must_fail(kill(pid, SIGKILL) == 0, "a signal to another process");
    must_fail(ptrace(PTRACE_ATTACH, pid, NULL, NULL) == 0, "tracing another process");
  }
  kill(-1, SIGKILL);
  kill(1, SIGKILL);
  static const char* const mounts[] = {"/proc", "/tmp", "/dev/shm", "/dev", "/"};
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5; ++i) must_fail(umount2(mounts[i], MNT_DETACH) == 0, mounts[i]);
    must_fail(access(arguments[0], F_OK) == 0, "the folders of runs");
    must_fail(mount("/usr", "/bin", NULL, MS_BIND, NULL) == 0 && round == 0, "mounting");
    /* In the second round with all rights in namespaces of its own, where these may be refused. */
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) break;
  }
  for (int fd = 3; fd < 1024; ++fd) {
    snprintf(path, sizeof path, "/proc/1/fd/%d", fd);
    must_fail(open(path, O_RDWR) >= 0, path);
    must_fail(write(fd, path, sizeof path) >= 0, "a descriptor that is not ours");
  }
  return got_through;
}

/* ARGUMENTS: paths of the host that must not be there. */
static int outside(void) {
  only_in_a_sandbox();
  static const char* const places[] = {"/x",
                                       "/etc/x",
                                       "/usr/x",
                                       "/usr/bin/x",
                                       "/run/x",
                                       "/dev/x",
                                       "/etc/passwd",
                                       "/bin/x",
                                       "/work/../x",
                                       "/proc/sys/kernel/hostname",
                                       "/proc/sysrq-trigger",
                                       "/run/memgrade-confine"};
  for (size_t i = 0; i < sizeof places / sizeof *places; ++i)
    must_fail(becomes_writable(places[i]), places[i]);
  for (char** path = arguments; *path; ++path) must_fail(access(*path, F_OK) == 0, *path);
  must_fail(mount("none", "/tmp", "tmpfs", 0, NULL) == 0, "mounting");
  must_fail(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) == 0, "remounting /");
  must_fail(umount2("/proc", MNT_DETACH) == 0, "unmounting /proc");
  must_fail(chroot("/tmp") == 0, "chroot");
  must_fail(setuid(0) == 0, "becoming root");
  must_fail(mknod("device", S_IFBLK | 0600, 0) == 0, "making a device");
  must_fail(sethostname("x", 1) == 0, "naming the host");
  must_fail(setpriority(PRIO_PROCESS, 0, -10) == 0, "a higher priority");
  return got_through;
}

static int stop_myself(void) {
  raise(SIGSTOP);
  return 99;
}

_Noreturn static int ignore_everything(void) {
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_IGN);
  for (;;) pause();
}

static int close_streams(void) {
  for (int fd = 0; fd < 3; ++fd) close(fd);
  spin();
  return 99;
}

static int lock_out(void) {
  if (mkdir("a", 0755) != 0 || mkdir("a/b", 0755) != 0) return 1;
  close(open("a/b/file", O_WRONLY | O_CREAT, 0));
  if (chmod("a/b", 0) != 0 || chmod("a", 0) != 0 || chmod(".", 0) != 0) return 2;
  return 0;
}

static int leave_traps(void) {
  if (symlink("/etc/passwd", "result.txt") != 0 || symlink("/", "root") != 0) return 1;
  if (mkfifo("output.txt", 0666) != 0 || symlink("loop", "loop") != 0) return 2;
  close(open("setuid", O_WRONLY | O_CREAT, 0755));
  return chmod("setuid", 04755) == 0 ? 0 : 3;
}

static int use_cpu(void) {
  spin();
  return 99;
}

static int use_cpu_together(void) {
  for (int i = 0; i < 3; ++i) {
    if (fork() == 0) spin();
  }
  sleep(100);
  return 0;
}

/* Many short children, each waited for: none uses much. */
static int use_cpu_in_turn(void) {
  for (;;) {
    if (fork() == 0) {
      for (volatile unsigned long i = 0; i < 3000000; ++i) continue;
      _exit(0);
    }
    wait(NULL);
  }
}

static int limit_parent(void) {
  only_in_a_sandbox();
  const struct rlimit nothing = {0, 0};
  prlimit(1, RLIMIT_NOFILE, &nothing, NULL);
  prlimit(1, RLIMIT_FSIZE, &nothing, NULL);
  prlimit(1, RLIMIT_AS, &nothing, NULL);
  prlimit(1, RLIMIT_CPU, &nothing, NULL);
  return 6;
}

static int dump_core(void) {
  struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_CORE, &all);
  abort();
}

static int quiet(void) {
  for (int i = 0; i < 5; ++i) {
    if (write(1, "tick\n", 5) < 0) return 1;
    usleep(100000);
  }
  sleep(100);
  return 99;
}

static const struct {
  const char* name;
  int (*attack)(void);
} modes[] = {
    {"exit", exit_with},
    {"signal", die_by},
    {"kill-parent", kill_parent},
    {"kill-group", kill_group},
    {"kill-all", kill_all},
    {"daemon", daemonize},
    {"fork-bomb", fork_bomb},
    {"thread-bomb", thread_bomb},
    {"memory", eat_memory},
    {"memory-together", eat_memory_together},
    {"memory-shared", share_memory},
    {"memory-burst", burst},
    {"reserve", reserve},
    {"flood", flood},
    {"fill-file", fill_file},
    {"fill-file-on", fill_file_on},
    {"fill-unlinked", fill_unlinked},
    {"fill-path", fill_path},
    {"many-files", many_files},
    {"deep", deep},
    {"network", network},
    {"trace", trace},
    {"forge", forge},
    {"leave-word", leave_word},
    {"find-word", find_word},
    {"attack-runner", attack_runner},
    {"outside", outside},
    {"stop", stop_myself},
    {"ignore", ignore_everything},
    {"close-streams", close_streams},
    {"lock-out", lock_out},
    {"traps", leave_traps},
    {"cpu", use_cpu},
    {"cpu-together", use_cpu_together},
    {"cpu-in-turn", use_cpu_in_turn},
    {"limit-parent", limit_parent},
    {"core", dump_core},
    {"quiet", quiet},
};

int main(int count, char** words) {
  arguments = words + 2;
  for (size_t i = 0; count > 1 && i < sizeof modes / sizeof *modes; ++i) {
    if (strcmp(words[1], modes[i].name) == 0) return modes[i].attack();
  }
  fputs("no such mode\n", stderr);
  return 98;
}
