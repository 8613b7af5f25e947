/*
 * What has to hold before a job: file systems with sizes that leave the kernel room, drivers, and a kernel
 * that speaks up early when something hangs.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "agent.h"

#define MODULES "/lib/memgrade/modules"
#define MIB (1UL << 20)
#define ROOT_ROOM_MIB 48UL /* for a job's files, beside what is there */
#define SCRUB_LEAVE_MIB 12UL

static void mount_or_give_up(const char* type, const char* at, const char* options) {
  mkdir(at, 0755);
  if (mount(type, at, type, MS_NOSUID, options) && errno != EBUSY) give_up(at);
}

static void mount_all(void) {
  struct statfs root;
  char options[64];
  mount_or_give_up("proc", "/proc", NULL);
  mount_or_give_up("sysfs", "/sys", NULL);
  mount_or_give_up("devtmpfs", "/dev", "size=1m,mode=0755");
  mount_or_give_up("tmpfs", "/tmp", "size=96m,nr_inodes=16k,mode=1777");
  mount_or_give_up("tmpfs", "/dev/shm", "size=16m,nr_inodes=1k,mode=1777");
  mount("debugfs", "/sys/kernel/debug", "debugfs", MS_NOSUID, NULL);
  mkdir("/job", 0755);
  /* The root is a tmpfs too, and a module may write there. (A ramfs has no size, and refuses.) */
  if (statfs("/", &root)) give_up("/");
  unsigned long used = (root.f_blocks - root.f_bfree) * (unsigned long)root.f_bsize;
  snprintf(options, sizeof options, "size=%lum", used / MIB + ROOT_ROOM_MIB);
  mount(NULL, "/", NULL, MS_REMOUNT, options);
  /* For programs that expect them. */
  symlink("/proc/self/fd", "/dev/fd");
  symlink("/proc/mounts", "/etc/mtab");
}

static void load_modules(void) {
  FILE* list = fopen(MODULES, "re");
  char path[512];
  while (list && fgets(path, sizeof path, list)) {
    path[strcspn(path, "\n")] = '\0';
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)) give_up(path);
    close(fd);
    unlink(path);
  }
  if (list) fclose(list);
}

/* Not every kernel has every one of them. */
static void set_parameters(void) {
  static const struct {
    const char *path, *value;
  } settings[] = {
      {"/sys/kernel/mm/transparent_hugepage/enabled", "never"},
      /* The multi-generational LRU takes Accessed bits of neighbouring pages away: what was used would not
         show. */
      {"/sys/kernel/mm/lru_gen/enabled", "0"},
      {"/proc/sys/kernel/kptr_restrict", "0"},
      {"/proc/sys/kernel/dmesg_restrict", "0"},
      /* On the console are warnings and what is worse; it is all that is left when the kernel dies. */
      {"/proc/sys/kernel/printk", "5 4 1 7"},
      /* A task that waits for a lock that nobody gives back, and a kernel that spins, are told of soon. */
      {"/proc/sys/kernel/hung_task_timeout_secs", "10"},
      {"/proc/sys/kernel/hung_task_warnings", "10"},
      {"/proc/sys/kernel/watchdog_thresh", "2"},
      /* When nothing comes from us any more, the host sends an NMI: the kernel says where it was, and is
         gone. */
      {"/proc/sys/kernel/unknown_nmi_panic", "1"},
      {"/proc/sys/kernel/panic_on_unrecovered_nmi", "1"},
      {"/proc/sys/kernel/panic_on_io_nmi", "1"},
      {"/proc/sys/kernel/panic_on_oops", "0"},
      {"/proc/sys/kernel/panic_on_warn", "0"},
      /* The pages by which we talk to devices stay where they are. */
      {"/proc/sys/vm/compact_unevictable_allowed", "0"},
      {"/proc/sys/vm/panic_on_oom", "0"},
      {"/proc/self/oom_score_adj", "-1000"},
  };
  for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
    write_to(settings[i].path, settings[i].value);
}

/* Free memory is filled with zeroes: what is zero is not saved, and not restored. */
static void scrub(void) {
  char *info = slurp("/proc/meminfo", NULL), *line = info ? strstr(info, "MemAvailable:") : NULL;
  unsigned long mib = line ? strtoul(line + 13, NULL, 10) / 1024 : 0;
  free(info);
  if (mib <= SCRUB_LEAVE_MIB) return;
  size_t bytes = (mib - SCRUB_LEAVE_MIB) * MIB;
  void* pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (pages != MAP_FAILED) munmap(pages, bytes);
}

void setup(void) {
  umask(022);
  mount_all();
  set_parameters();
  load_modules();
  if (ports_open()) give_up("the emulator's ports");
  if (records_open()) give_up("the port for records");
  mlockall(MCL_CURRENT);
}

void come_to_rest(void) {
  static const uint8_t seed[32];
  /* So that it is not a job that is told of the random numbers' readiness. */
  reseed(seed);
  sync();
  write_to("/proc/sys/vm/drop_caches", "3");
  /* From now on without a word of it in the log. */
  write_to("/proc/sys/vm/drop_caches", "4");
  scrub();
  if (log_open()) give_up("/dev/kmsg");
}

void reseed(const uint8_t seed[32]) {
  struct {
    struct rand_pool_info info;
    uint8_t bytes[32];
  } pool = {.info = {.entropy_count = 256, .buf_size = 32}};
  memcpy(pool.bytes, seed, 32);
  int fd = open("/dev/urandom", O_RDWR | O_CLOEXEC);
  if (fd < 0 || ioctl(fd, RNDADDENTROPY, &pool) || ioctl(fd, RNDRESEEDCRNG)) give_up("/dev/urandom");
  close(fd);
}
