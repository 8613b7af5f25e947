/*
 * A job as it comes from the host (harness/vm/linux/job.cpp writes it). Little-endian:
 *
 *    0 "MGJ1"   4 number of files   8 u64[2] key   24 u64 room for evidence   32 seed, 32 bytes   64 u64
 * bytes of steps
 *
 * then the steps; for each file u32 bytes of name, u32 1 if executable, u64 bytes, name, bytes; and at the
 * end SipHash-2-4 by the key of all before it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent.h"

#define HEADER 72
#define FILE_HEADER 16

static uint64_t number(const char* at, size_t bytes) {
  uint64_t value = 0;
  memcpy(&value, at, bytes);
  return value;
}

static const char* put_file(const char* name, bool executable, const char* bytes, size_t length) {
  char path[300];
  snprintf(path, sizeof path, "/job/%s", name);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return "a file of the job cannot be made";
  while (length > 0) {
    ssize_t put = write(fd, bytes, length);
    if (put <= 0) return close(fd), "a file of the job does not fit into the guest";
    bytes += put;
    length -= (size_t)put;
  }
  if (fchmod(fd, executable ? 0755 : 0644)) return close(fd), "a file of the job cannot be made executable";
  close(fd);
  return NULL;
}

static const char* put_files(const char* at, const char* end, size_t count) {
  for (; count > 0; count--) {
    char name[256] = "";
    if ((size_t)(end - at) < FILE_HEADER) return "the job is cut";
    uint64_t name_bytes = number(at, 4), length = number(at + 8, 8);
    bool executable = number(at + 4, 4) == 1;
    at += FILE_HEADER;
    if (name_bytes >= sizeof name || name_bytes > (size_t)(end - at)) return "the job is cut";
    memcpy(name, at, name_bytes);
    at += name_bytes;
    if (length > (size_t)(end - at)) return "the job is cut";
    if (!name[0] || name[0] == '.' || strchr(name, '/')) return "a file of the job has no plain name";
    const char* why = put_file(name, executable, at, length);
    if (why) return why;
    at += length;
  }
  return at == end ? NULL : "the job is too long";
}

const char* job_unpack(char* bytes, size_t length, struct job* job) {
  struct sip sip;
  if (length < HEADER + 8 || memcmp(bytes, "MGJ1", 4) != 0) return "this is no job";
  memcpy(job->key, bytes + 8, sizeof job->key);
  job->room_bytes = number(bytes + 24, 8);
  memcpy(job->seed, bytes + 32, sizeof job->seed);
  length -= 8;
  sip_begin(&sip, job->key);
  sip_add(&sip, bytes, length);
  if (sip_end(&sip) != number(bytes + length, 8)) return "the job is damaged";
  uint64_t steps_bytes = number(bytes + 64, 8);
  if (steps_bytes > length - HEADER) return "the job is cut";
  job->steps = strndup(bytes + HEADER, steps_bytes);
  if (!job->steps) return "no memory for the job";
  return put_files(bytes + HEADER + steps_bytes, bytes + length, number(bytes + 4, 4));
}

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/* A NUL cannot be in a word: words become arguments and paths. */
static bool decode(char* word) {
  char* to = word;
  if (!strcmp(word, "%")) return *word = '\0', true;
  for (const char* at = word; *at; at++) {
    if (*at != '%') {
      *to++ = *at;
      continue;
    }
    int high = digit(at[1]), low = high < 0 ? -1 : digit(at[2]);
    if (low < 0 || (high == 0 && low == 0)) return false;
    *to++ = (char)(high * 16 + low);
    at += 2;
  }
  *to = '\0';
  return true;
}

int job_words(char* line, char** words, int most) {
  int count = 0;
  for (char* at = line; at;) {
    char* space = strchr(at, ' ');
    if (space) *space++ = '\0';
    if (count == most || *at == '\0' || !decode(at)) return -1;
    words[count++] = at;
    at = space;
  }
  return count;
}
