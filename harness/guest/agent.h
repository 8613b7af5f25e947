/*
 * memgrade-agent: process 1 of the Linux guest. It prepares the guest, waits until a job comes, does its
 * steps and answers with records (docs/guest.md says what steps and records there are).
 *
 * One thread, one loop (`run_until`): it takes in the kernel's log, what processes print, and the ends of
 * children, until something holds or a deadline has passed. Whatever may block, or be killed by a bug in a
 * student's module, is done in a child: the agent itself touches nothing that a module made.
 *
 * Nothing here waits on the emulator: the job comes through fw_cfg's DMA, the records go out through a virtio
 * port, and both are done when the instruction that asks for them is. So a run is reproducible when the
 * guest's clock counts instructions.
 */
#ifndef MEMGRADE_AGENT_H
#define MEMGRADE_AGENT_H

#include <harness/base/siphash.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MAX_WORDS 64
#define DEFAULT_MS 20000

/* files.c */
int write_to(const char* path, const char* text);
/* The whole file, with a NUL; to be freed. */
char* slurp(const char* path, size_t* length);
_Noreturn void give_up(const char* why);

/* ports.c: the job from fw_cfg, and the end of the machine. */
int ports_open(void);
/* The file's bytes, to be freed; NULL when there is no such file (yet). */
char* fw_cfg_file(const char* name, size_t* length);
_Noreturn void machine_off(int code);

/* records.c: the way out. What is written is on the host when the function returns. */
#define RECORD_CUT 1U  /* there was more */
#define RECORD_MORE 2U /* the next record of this kind and name goes on */
#define RECORD_CHUNK 65536
int records_open(void);
void records_begin(const uint64_t key[2], uint64_t room_bytes);
void record(const char* kind, const char* name, const void* bytes, size_t length, uint32_t flags);
void record_text(const char* kind, const char* name, const char* format, ...)
    __attribute__((format(printf, 3, 4)));
void records_end(void);

/* log.c: /dev/kmsg as records. */
int log_open(void);
uint64_t log_lines(void); /* read so far */
void log_end(void);

/* process.c: what the steps start. */
struct process;
struct process* process_find(const char* name);
pid_t process_pid(const struct process* process);
/* 0 or an errno. */
int process_start(const char* name, char** argv, bool root);
int process_tell(struct process* process, const char* text);
int process_signal(const struct process* process, int number);
bool process_ended(const struct process* process);
/* Somebody ended, with a status as wait(2) gives it; perhaps one of ours. */
void process_reaped(pid_t pid, int status);
/* Whether a line that begins with `text` has come since the last line that was awaited. */
bool process_printed(struct process* process, const char* text);
void process_kill_all(void);

/* loop.c: descriptors, timers, and waiting. */
uint64_t now_ns(void);
enum turn {
  TURN_FIRST, /* whenever the loop comes round, ready or not: the log, which explains the rest */
  TURN_MIDDLE,
  TURN_LAST /* the end of somebody, after what it said */
};
void watch_fd(int fd, enum turn turn, void (*ready)(void*), void* what);
void unwatch_fd(int fd);
/* Calls `tick` at once when the loop runs, and again each period that it runs. */
void every(uint64_t period_ns, void (*tick)(void));
/* Until `holds` does, or the deadline; true when it holds. Without `holds`: until the deadline. */
bool run_until(bool (*holds)(void*), void* what, uint64_t deadline_ns);

/* child.c: what is done beside the loop, because it may block. */
void children_begin(void);
struct outcome {
  int result, error;
  long bytes;
  bool timed_out;
  bool died; /* the child was killed in the middle: by the kernel, after an oops */
};
/* Runs `work` in a child. What it says with `say` becomes records. */
struct outcome in_child(int (*work)(void*), void* what, uint64_t ms);
/* In a child only. */
void say(const char* kind, const char* name, const void* bytes, size_t length, uint32_t flags);
void say_count(long bytes);

/* job.c */
struct job {
  char* steps;
  uint64_t key[2];
  uint64_t room_bytes;
  uint8_t seed[32];
};
/* Unpacks the files below /job. NULL, or what is wrong. */
const char* job_unpack(char* bytes, size_t length, struct job* job);
/* Splits a line into words and decodes them, in place; -1 when it is no line of words. */
int job_words(char* line, char** words, int most);

/* steps.c: NULL, or what is wrong with the steps. */
const char* steps_do(char* steps);

/* look.c: reads files of the guest; for children. 0 or -1 with errno. */
int say_file(const char* kind, const char* name, const char* path, size_t most);

/* observe.c, system.c */
int observe(const char* name, pid_t pid, char** what, int count);
int system_look(const char* name, char** what, int count);
int settle(void);

/* shell.c: a shell for a person on the console, until it ends; for children. 0 or -1 with errno. */
int shell(int rows, int columns);

/* setup.c: what has to hold before a job. */
void setup(void);
/* The last thing before the machine is saved. */
void come_to_rest(void);
void reseed(const uint8_t seed[32]);

#endif
