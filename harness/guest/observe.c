/*
 * What /proc says of a process: its maps and smaps, which pages are where (pagemap, kpageflags), and the
 * bytes of its data and code segments. Done in a child: reading any of these takes locks that a bug in a
 * module may have left held.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

#define PAGE 4096ULL
#define PRESENT (1ULL << 63)
#define SWAPPED (1ULL << 62)
#define PFN_MASK ((1ULL << 55) - 1)
#define ENTRIES 8192U
#define PAIRS 4096U
#define TEXT_BYTES (16U << 20)

static pid_t subject;
static const char* label;

static const char* place(const char* file) {
  static char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)subject, file);
  return path;
}

/* Pairs of u64, handed on in parts. */
struct pairs {
  const char* kind;
  uint64_t held[PAIRS][2];
  size_t count;
};
static struct pairs pairs;

static void add_pair(uint64_t first, uint64_t second) {
  pairs.held[pairs.count][0] = first;
  pairs.held[pairs.count++][1] = second;
  if (pairs.count < PAIRS) return;
  say(pairs.kind, label, pairs.held, sizeof pairs.held, RECORD_MORE);
  pairs.count = 0;
}

static void end_pairs(void) {
  say(pairs.kind, label, pairs.held, pairs.count * sizeof pairs.held[0], 0);
  pairs.count = 0;
}

/* Calls `each` for every entry of pagemap that is present or swapped, in the order of addresses. */
static int walk_range(int pagemap, uint64_t first, uint64_t end, void (*each)(uint64_t, uint64_t)) {
  static uint64_t entries[ENTRIES];
  while (first < end) {
    size_t wanted = (end - first) / PAGE < ENTRIES ? (size_t)((end - first) / PAGE) : ENTRIES;
    ssize_t got =
        pread(pagemap, entries, wanted * sizeof entries[0], (off_t)(first / PAGE * sizeof entries[0]));
    if (got < 0) return -1;
    if (got < (ssize_t)sizeof entries[0]) return 0;
    for (size_t i = 0; i < (size_t)got / sizeof entries[0]; i++, first += PAGE)
      if (entries[i] & (PRESENT | SWAPPED)) each(first, entries[i]);
  }
  return 0;
}

static int walk_pages(void (*each)(uint64_t, uint64_t)) {
  char* maps = slurp(place("maps"), NULL);
  int pagemap = open(place("pagemap"), O_RDONLY | O_CLOEXEC), failed = !maps || pagemap < 0;
  char* save = NULL;
  for (char* line = maps ? strtok_r(maps, "\n", &save) : NULL; line && !failed;
       line = strtok_r(NULL, "\n", &save)) {
    uint64_t first, end;
    /* [vsyscall] lies in the kernel's half and has no entry. */
    if (sscanf(line, "%lx-%lx", &first, &end) != 2 || first >> 63) continue;
    failed = walk_range(pagemap, first, end, each);
  }
  free(maps);
  if (pagemap >= 0) close(pagemap);
  return failed ? -1 : 0;
}

static int say_pages(void) {
  pairs.kind = "pages";
  int failed = walk_pages(add_pair);
  end_pairs();
  return failed;
}

static uint64_t* frames;
static size_t frame_count, frame_room;
static void add_frame(uint64_t address, uint64_t entry) {
  (void)address;
  if (!(entry & PRESENT)) return;
  if (frame_count == frame_room) {
    size_t room = frame_room ? frame_room * 2 : 4096;
    uint64_t* more = realloc(frames, room * sizeof *frames);
    if (!more) return;
    frames = more;
    frame_room = room;
  }
  frames[frame_count++] = entry & PFN_MASK;
}

static int by_number(const void* a, const void* b) {
  uint64_t x = *(const uint64_t*)a, y = *(const uint64_t*)b;
  return x < y ? -1 : x > y;
}

static int say_flags(void) {
  frame_count = 0;
  int failed = walk_pages(add_frame), file = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
  qsort(frames, frame_count, sizeof *frames, by_number);
  pairs.kind = "flags";
  for (size_t i = 0; i < frame_count && file >= 0; i++) {
    uint64_t flags;
    if (i > 0 && frames[i] == frames[i - 1]) continue;
    if (pread(file, &flags, sizeof flags, (off_t)(frames[i] * sizeof flags)) == sizeof flags)
      add_pair(frames[i], flags);
  }
  end_pairs();
  if (file < 0) return -1;
  close(file);
  return failed;
}

/* Fields are counted from 1 as in proc(5); the second is in parentheses and may hold anything. */
static uint64_t stat_field(const char* stat, int field) {
  const char* at = strrchr(stat, ')');
  for (int i = 2; at && i < field; i++) at = strchr(at + 1, ' ');
  return at ? strtoull(at + 1, NULL, 10) : 0;
}

static int say_segment(const char* kind, int first_field, int last_field) {
  static char part[RECORD_CHUNK];
  char* stat = slurp(place("stat"), NULL);
  if (!stat) return -1;
  uint64_t ends[2] = {stat_field(stat, first_field), stat_field(stat, last_field)};
  free(stat);
  int memory = open(place("mem"), O_RDONLY | O_CLOEXEC), failed = memory < 0;
  say(kind, label, ends, sizeof ends, RECORD_MORE);
  for (uint64_t at = ends[0]; at < ends[1] && !failed;) {
    size_t wanted = ends[1] - at < sizeof part ? (size_t)(ends[1] - at) : sizeof part;
    ssize_t got = pread(memory, part, wanted, (off_t)at);
    failed = got <= 0;
    if (failed) break;
    say(kind, label, part, (size_t)got, RECORD_MORE);
    at += (uint64_t)got;
  }
  int why = errno;
  say(kind, label, "", 0, failed ? RECORD_CUT : 0);
  if (memory >= 0) close(memory);
  errno = why;
  return failed ? -1 : 0;
}

static int look(const char* what) {
  static const char* const texts[] = {"maps", "smaps", "stat", "status"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    if (!strcmp(what, texts[i])) return say_file(what, label, place(what), TEXT_BYTES);
  if (!strcmp(what, "pages")) return say_pages();
  if (!strcmp(what, "flags")) return say_flags();
  if (!strcmp(what, "data")) return say_segment("data", 45, 46);
  if (!strcmp(what, "code")) return say_segment("code", 26, 27);
  errno = EINVAL;
  return -1;
}

int observe(const char* name, pid_t pid, char** what, int count) {
  int failed = 0, why = 0;
  label = name;
  subject = pid;
  for (int i = 0; i < count; i++) {
    if (look(what[i]) == 0) continue;
    failed = -1;
    why = errno;
  }
  errno = why;
  return failed;
}
