/*
 * What the kernel says of itself: memory, slab caches, modules, tasks, entries of sysfs and proc; and
 * bringing it to rest, so that numbers before and after something can be compared. All of it in a child.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

#define TEXT_BYTES (4U << 20)
#define SLABS "/sys/kernel/slab"

/* Lines that are made here, handed on in the end. */
static char* text;
static size_t text_bytes, text_room;

static void add_line(const char* format, ...) {
  va_list list;
  if (text_room < text_bytes + 8192) {
    char* more = realloc(text, text_room * 2 + 65536);
    if (!more) return;
    text = more;
    text_room = text_room * 2 + 65536;
  }
  va_start(list, format);
  int length = vsnprintf(text + text_bytes, 8192, format, list);
  va_end(list);
  if (length > 0) text_bytes += length < 8192 ? (size_t)length : 8191;
}

static int end_lines(const char* kind, const char* name) {
  say(kind, name, text ? text : "", text_bytes, 0);
  text_bytes = 0;
  return 0;
}

/* Calls `each` with every entry of the directory, in the order of names. */
static int each_entry(const char* path, void (*each)(const char* path, const char* name)) {
  struct dirent** entries;
  int count = scandir(path, &entries, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    if (strcmp(entries[i]->d_name, ".") && strcmp(entries[i]->d_name, "..")) each(path, entries[i]->d_name);
    free(entries[i]);
  }
  if (count >= 0) free(entries);
  return count < 0 ? -1 : 0;
}

static void shrink(const char* path, const char* name) {
  char file[512];
  snprintf(file, sizeof file, "%s/%s/shrink", path, name);
  write_to(file, "1");
}

static void add_slab(const char* path, const char* name) {
  char file[512];
  snprintf(file, sizeof file, "%s/%s/objects", path, name);
  char* objects = slurp(file, NULL);
  if (objects) add_line("%s %lu\n", name, strtoul(objects, NULL, 10));
  free(objects);
}

static int say_slabs(const char* name) {
  /* Shrunk, a cache has no free objects in slabs of a CPU's own: then the numbers are exact. */
  if (each_entry(SLABS, shrink) == 0) {
    each_entry(SLABS, add_slab);
    return end_lines("slabs", name);
  }
  char *info = slurp("/proc/slabinfo", NULL), *save = NULL, cache[128];
  unsigned long active;
  for (char* line = info ? strtok_r(info, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save))
    if (sscanf(line, "%127s %lu", cache, &active) == 2) add_line("%s %lu\n", cache, active);
  if (!info) return -1;
  free(info);
  return end_lines("slabs", name);
}

static int compare_numbers(const struct dirent** a, const struct dirent** b) {
  return atoi((*a)->d_name) - atoi((*b)->d_name);
}

static int say_tasks(const char* name) {
  struct dirent** entries;
  int count = scandir("/proc", &entries, NULL, compare_numbers);
  for (int i = 0; i < count; i++) {
    char path[300], state = '?';
    int pid = atoi(entries[i]->d_name), parent = 0;
    snprintf(path, sizeof path, "/proc/%s/stat", entries[i]->d_name);
    free(entries[i]);
    char* stat = pid > 0 && pid != getpid() ? slurp(path, NULL) : NULL;
    char *begin = stat ? strchr(stat, '(') : NULL, *end = begin ? strrchr(begin, ')') : NULL;
    if (end && sscanf(end + 1, " %c %d", &state, &parent) == 2)
      add_line("%d %d %c %.*s\n", pid, parent, state, (int)(end - begin - 1), begin + 1);
    free(stat);
  }
  if (count < 0) return -1;
  free(entries);
  return end_lines("tasks", name);
}

static void add_path(const char* path, const char* name) {
  add_line("%s/%s\n", path, name);
}

static void add_tree(const char* path, const char* name) {
  char below[512];
  struct dirent** entries;
  add_path(path, name);
  if (snprintf(below, sizeof below, "%s/%s", path, name) >= (int)sizeof below) return;
  int count = scandir(below, &entries, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    const char* entry = entries[i]->d_name;
    if (strcmp(entry, ".") && strcmp(entry, "..")) {
      if (entries[i]->d_type == DT_DIR)
        add_tree(below, entry);
      else
        add_path(below, entry);
    }
    free(entries[i]);
  }
  if (count >= 0) free(entries);
}

/* Other file systems are mounted in some, and slab caches have a place of their own. */
static void add_kernel_entry(const char* path, const char* name) {
  static const char* const others[] = {"debug", "tracing", "config", "cgroup", "security", "slab", "mm"};
  char below[512];
  add_path(path, name);
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    if (!strcmp(name, others[i])) return;
  snprintf(below, sizeof below, "%s/%s", path, name);
  each_entry(below, add_path);
}

static int say_sysfs(const char* name) {
  each_entry("/sys/kernel", add_kernel_entry);
  each_entry("/sys/kernel/mm", add_tree);
  each_entry("/sys/module", add_path);
  return end_lines("sysfs", name);
}

static void add_proc(const char* path, const char* name) {
  if (name[0] < '0' || name[0] > '9') add_path(path, name);
}

static int say_proc(const char* name) {
  each_entry("/proc", add_proc);
  each_entry("/proc/sys", add_path);
  return end_lines("proc", name);
}

/* Each processor keeps freed pages for itself, more or fewer by what was done last: a line of our own has
 * them, for MemFree has not. */
static int say_meminfo(const char* name) {
  char *info = slurp("/proc/meminfo", NULL), *zones = slurp("/proc/zoneinfo", NULL);
  unsigned long kept = 0;
  if (!info || !zones) return free(info), free(zones), -1;
  for (const char* at = zones; (at = strstr(at, " count:")); at++) kept += strtoul(at + 7, NULL, 10);
  for (char* line = strtok(info, "\n"); line; line = strtok(NULL, "\n")) add_line("%s\n", line);
  add_line("PerCpuFree: %lu kB\n", kept * 4);
  free(info);
  free(zones);
  return end_lines("meminfo", name);
}

static int look(const char* what, const char* name) {
  static const struct {
    const char *what, *path;
  } files[] = {{"vmstat", "/proc/vmstat"},
               {"modules", "/proc/modules"},
               {"taint", "/proc/sys/kernel/tainted"},
               {"mounts", "/proc/mounts"}};
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
    if (!strcmp(what, files[i].what)) return say_file(what, name, files[i].path, TEXT_BYTES);
  if (!strcmp(what, "meminfo")) return say_meminfo(name);
  if (!strcmp(what, "slabs")) return say_slabs(name);
  if (!strcmp(what, "tasks")) return say_tasks(name);
  if (!strcmp(what, "sysfs")) return say_sysfs(name);
  if (!strcmp(what, "proc")) return say_proc(name);
  errno = EINVAL;
  return -1;
}

int system_look(const char* name, char** what, int count) {
  int failed = 0, why = 0;
  for (int i = 0; i < count; i++) {
    if (look(what[i], name) == 0) continue;
    failed = -1;
    why = errno;
  }
  errno = why;
  return failed;
}

int settle(void) {
  /* What the first round frees may be freed in truth by RCU some time later, and free more. */
  for (int round = 0; round < 3; round++) {
    sync();
    write_to("/proc/sys/vm/drop_caches", "3");
    usleep(100000);
    each_entry(SLABS, shrink);
  }
  return write_to("/proc/sys/vm/stat_refresh", "1");
}
