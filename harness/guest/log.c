/*
 * The kernel's log as records `log`: lines of /dev/kmsg as they are. A flood does not fill the evidence: the
 * first 2 MiB go out as they come, of the rest the last 256 KiB at the end, and a record `lost` says what was
 * left out (lines that the kernel overwrote before they were read included).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

#define FIRST_BYTES (2U << 20)
#define LAST_BYTES (256U << 10)
#define BATCH_BYTES 32768U
#define LINE_BYTES 8192U
#define READS_AT_ONCE 512
#define OUR_LINE "memgrade-agent: end of the log"

static int kmsg = -1;
static uint64_t sent, lost_lines, lost_bytes, next_number;
static bool numbered;
static uint64_t lines; /* read so far */
static char batch[BATCH_BYTES + LINE_BYTES];
static size_t batched;
/* The last lines: a ring of bytes, of which whole lines are dropped at its begin. */
static char* ring;
static size_t ring_begin, ring_bytes;

uint64_t log_lines(void) {
  return lines;
}

static void send_batch(void) {
  if (batched > 0) record("log", "", batch, batched, 0);
  batched = 0;
}

static char ring_drop(void) {
  char byte = ring[ring_begin];
  ring_begin = (ring_begin + 1) % LAST_BYTES;
  ring_bytes--;
  return byte;
}

static void keep_last(const char* line, size_t length) {
  while (ring_bytes + length > LAST_BYTES) {
    size_t before = ring_bytes;
    /* A line and its continuation lines, which begin with a space. */
    do {
      while (ring_bytes > 0 && ring_drop() != '\n') continue;
    } while (ring_bytes > 0 && ring[ring_begin] == ' ');
    lost_lines++;
    lost_bytes += before - ring_bytes;
  }
  for (size_t i = 0; i < length; i++) ring[(ring_begin + ring_bytes++) % LAST_BYTES] = line[i];
}

/* "LEVEL,NUMBER,…": the numbers tell what was overwritten. */
static void look_at_number(const char* line) {
  const char* comma = strchr(line, ',');
  uint64_t is = comma ? strtoull(comma + 1, NULL, 10) : 0;
  if (!comma) return;
  if (numbered && is > next_number) lost_lines += is - next_number;
  numbered = true;
  next_number = is + 1;
}

static void take(void* unused) {
  (void)unused;
  for (int i = 0; i < READS_AT_ONCE; i++) {
    char* line = batch + batched;
    ssize_t got = read(kmsg, line, LINE_BYTES - 1);
    if (got < 0 && (errno == EPIPE || errno == EINTR)) continue;
    if (got <= 0) break;
    line[got] = '\0';
    look_at_number(line);
    if (strstr(line, ";" OUR_LINE "\n")) continue;
    lines++;
    if (sent + (uint64_t)got > FIRST_BYTES) {
      sent = FIRST_BYTES;
      keep_last(line, (size_t)got);
      continue;
    }
    sent += (uint64_t)got;
    batched += (size_t)got;
    if (batched >= BATCH_BYTES) send_batch();
  }
  send_batch();
}

int log_open(void) {
  kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ring = malloc(LAST_BYTES);
  if (kmsg < 0 || !ring) return -1;
  memset(ring, 0, LAST_BYTES); /* not in the middle of a job, when memory may be short */
  if (lseek(kmsg, 0, SEEK_END) < 0) return -1;
  watch_fd(kmsg, TURN_FIRST, take, NULL);
  return 0;
}

/* A line that the kernel printed without its end is held back until another one follows: ours. */
static void finish_last_line(void) {
  write_to("/dev/kmsg", "<7>" OUR_LINE "\n");
}

void log_end(void) {
  finish_last_line();
  for (int i = 0; i < 64; i++) take(NULL);
  if (lost_lines > 0)
    record_text("lost", "log", "{\"lines\":%llu,\"bytes\":%llu}", (unsigned long long)lost_lines,
                (unsigned long long)lost_bytes);
  while (ring_bytes > 0) {
    size_t part = LAST_BYTES - ring_begin;
    if (part > ring_bytes) part = ring_bytes;
    record("log", "", ring + ring_begin, part, ring_bytes > part ? RECORD_MORE : 0);
    ring_begin = (ring_begin + part) % LAST_BYTES;
    ring_bytes -= part;
  }
}
