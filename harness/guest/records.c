/*
 * Records: framed, numbered, with a check value by the job's key. The header (little-endian):
 *
 *    0 "MGR1"   4 flags   8 number (from 0)   16 ns of CLOCK_MONOTONIC   24 bytes of data
 *   32 u16 bytes of kind   34 u16 bytes of name   36 0   40 SipHash-2-4 of the first 40 bytes, kind, name,
 * data
 *
 * then kind, name and data. The last one is `end`, and holds the number of records before it. When the room
 * is used up, data is left out and the record flagged; a reserve stays for the log, the steps and the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

#define PORT "/dev/vport0p1"
#define RESERVE_BYTES (1U << 20)
#define HEADER 48
#define CHECK_AT 40

static int out = -1;
static uint64_t key[2], number, room;

int records_open(void) {
  /* The driver makes the port when the device has told of it, and opens when the other side is there. */
  for (int i = 0; i < 1000 && out < 0; i++) {
    out = open(PORT, O_WRONLY | O_CLOEXEC);
    if (out < 0) usleep(10000);
  }
  return out < 0 ? -1 : 0;
}

void records_begin(const uint64_t new_key[2], uint64_t room_bytes) {
  key[0] = new_key[0];
  key[1] = new_key[1];
  number = 0;
  room = room_bytes;
}

static void put(const void* bytes, size_t length) {
  const char* at = bytes;
  while (length > 0) {
    ssize_t written = write(out, at, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return; /* the port is gone: the host will miss the end */
    at += written;
    length -= (size_t)written;
  }
}

static void put_record(const char* kind, const char* name, const void* bytes, size_t length, uint32_t flags) {
  char frame[HEADER + 512];
  uint64_t time = now_ns(), size = length, check;
  uint16_t kind_bytes = (uint16_t)strnlen(kind, 128), name_bytes = (uint16_t)strnlen(name, 256);
  struct sip sip;
  memset(frame, 0, HEADER);
  memcpy(frame, "MGR1", 4);
  memcpy(frame + 4, &flags, 4);
  memcpy(frame + 8, &number, 8);
  memcpy(frame + 16, &time, 8);
  memcpy(frame + 24, &size, 8);
  memcpy(frame + 32, &kind_bytes, 2);
  memcpy(frame + 34, &name_bytes, 2);
  memcpy(frame + HEADER, kind, kind_bytes);
  memcpy(frame + HEADER + kind_bytes, name, name_bytes);
  sip_begin(&sip, key);
  sip_add(&sip, frame, CHECK_AT);
  sip_add(&sip, frame + HEADER, (size_t)kind_bytes + name_bytes);
  sip_add(&sip, bytes, length);
  check = sip_end(&sip);
  memcpy(frame + CHECK_AT, &check, 8);
  put(frame, HEADER + (size_t)kind_bytes + name_bytes);
  put(bytes, length);
  number++;
}

void record(const char* kind, const char* name, const void* bytes, size_t length, uint32_t flags) {
  bool ours = !strcmp(kind, "log") || !strcmp(kind, "step") || !strcmp(kind, "end") ||
              !strcmp(kind, "fault") || !strcmp(kind, "beat");
  const char* at = bytes;
  do {
    size_t part = length < RECORD_CHUNK ? length : RECORD_CHUNK;
    uint64_t needed = part + 512 + (ours ? 0 : RESERVE_BYTES);
    if (room < needed && !(ours && part < 512)) return put_record(kind, name, "", 0, RECORD_CUT);
    room -= room < part + 512 ? room : part + 512;
    length -= part;
    put_record(kind, name, at, part, length > 0 ? flags | RECORD_MORE : flags);
    at += part;
  } while (length > 0);
}

void record_text(const char* kind, const char* name, const char* format, ...) {
  char text[1024];
  va_list list;
  va_start(list, format);
  int length = vsnprintf(text, sizeof text, format, list);
  va_end(list);
  if (length < 0) length = 0;
  if ((size_t)length >= sizeof text) length = sizeof text - 1;
  record(kind, name, text, (size_t)length, 0);
}

void records_end(void) {
  record_text("end", "", "%llu", (unsigned long long)number);
}
