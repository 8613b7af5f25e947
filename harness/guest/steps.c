/* The steps of a job: one line each, done in order, answered by a record `step`. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent.h"

#define MAX_ROUNDS 100000UL
#define SHORT_SLEEP_MS 100U
#define TAINT_DIE 128UL
#define LONGEST_MS 100000000UL
#define MS 1000000U

struct step {
  char *name, **words; /* the words after the name */
  int count;
  uint64_t ms;
};

static const char* job_path(const char* path) {
  static char whole[512];
  if (path[0] == '/') return path;
  snprintf(whole, sizeof whole, "/job/%s", path);
  return whole;
}

/* `word` with every {pid:PROC} replaced, in a buffer of its own; NULL when there is no such process. */
static char* with_pids(const char* word) {
  char name[128], *made = malloc(strlen(word) * 2 + 64), *to = made;
  while (made && *word) {
    const char* end = strncmp(word, "{pid:", 5) == 0 ? strchr(word, '}') : NULL;
    if (!end || (size_t)(end - word) - 5 >= sizeof name) {
      *to++ = *word++;
      continue;
    }
    memcpy(name, word + 5, (size_t)(end - word) - 5);
    name[end - word - 5] = '\0';
    const struct process* process = process_find(name);
    if (!process) return free(made), errno = ESRCH, NULL;
    to += sprintf(to, "%d", (int)process_pid(process));
    word = end + 1;
  }
  if (made) *to = '\0';
  return made;
}

/* What is done in children. */
static int do_insmod(void* what) {
  const struct step* step = what;
  int fd = open(job_path(step->words[0]), O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -1 : (int)syscall(SYS_finit_module, fd, step->words[1], 0);
}
static int do_rmmod(void* what) {
  const struct step* step = what;
  return (int)syscall(SYS_delete_module, step->words[0], O_NONBLOCK);
}
static int do_write(void* what) {
  const struct step* step = what;
  int fd = open(step->words[0], O_WRONLY | O_TRUNC | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t put = write(fd, step->words[1], strlen(step->words[1]));
  say_count(put);
  int why = errno;
  close(fd);
  errno = why;
  return put < 0 ? -1 : 0;
}
static int do_read(void* what) {
  const struct step* step = what;
  return say_file("text", step->name, step->words[0], strtoul(step->words[1], NULL, 10));
}
static int do_take(void* what) {
  const struct step* step = what;
  return say_file("file", step->name, job_path(step->words[0]), strtoul(step->words[1], NULL, 10));
}
static int do_remove(void* what) {
  const struct step* step = what;
  return unlink(job_path(step->words[0]));
}
static int do_system(void* what) {
  const struct step* step = what;
  return system_look(step->name, step->words, step->count);
}
static int do_settle(void* unused) {
  (void)unused;
  return settle();
}
static pid_t observed;
static int do_observe(void* what) {
  const struct step* step = what;
  return observe(step->name, observed, step->words + 1, step->count - 1);
}

static struct outcome from_error(int why) {
  return (struct outcome){.result = why ? -1 : 0, .error = why};
}

static struct outcome step_insmod(struct step* step) {
  return in_child(do_insmod, step, step->ms);
}
static struct outcome step_rmmod(struct step* step) {
  return in_child(do_rmmod, step, step->ms);
}
static struct outcome step_read(struct step* step) {
  return in_child(do_read, step, step->ms);
}
static struct outcome step_take(struct step* step) {
  return in_child(do_take, step, DEFAULT_MS);
}
static struct outcome step_remove(struct step* step) {
  return in_child(do_remove, step, DEFAULT_MS);
}
static struct outcome step_system(struct step* step) {
  return in_child(do_system, step, DEFAULT_MS);
}
static struct outcome step_settle(struct step* step) {
  return in_child(do_settle, step, DEFAULT_MS);
}

static int do_shell(void* what) {
  const struct step* step = what;
  return shell(atoi(step->words[0]), atoi(step->words[1]));
}
static struct outcome step_shell(struct step* step) {
  return in_child(do_shell, step, LONGEST_MS);
}

static struct outcome step_write(struct step* step) {
  step->words[1] = with_pids(step->words[1]);
  if (!step->words[1]) return from_error(errno);
  struct outcome outcome = in_child(do_write, step, step->ms);
  free(step->words[1]);
  return outcome;
}

static struct outcome start(struct step* step, bool root) {
  char* argv[MAX_WORDS + 1] = {NULL};
  int why = 0;
  argv[0] = strdup(job_path(step->words[0]));
  for (int i = 1; i < step->count && !why; i++)
    if (!(argv[i] = with_pids(step->words[i]))) why = errno;
  if (!why) why = process_start(step->name, argv, root);
  for (int i = 0; i < step->count; i++) free(argv[i]);
  return from_error(why);
}
static struct outcome step_start(struct step* step) {
  return start(step, false);
}
static struct outcome step_startroot(struct step* step) {
  return start(step, true);
}

struct awaited {
  struct process* process;
  const char* text;
  bool found;
};
static bool printed_or_ended(void* what) {
  struct awaited* awaited = what;
  awaited->found = process_printed(awaited->process, awaited->text);
  return awaited->found || process_ended(awaited->process);
}
static struct outcome step_await(struct step* step) {
  struct awaited awaited = {.process = process_find(step->words[0]), .text = step->words[1]};
  if (!awaited.process) return from_error(ESRCH);
  bool over = run_until(printed_or_ended, &awaited, now_ns() + step->ms * MS);
  /* What it printed last came with its end. */
  if (awaited.found || process_printed(awaited.process, awaited.text)) return from_error(0);
  struct outcome outcome = from_error(over ? ESRCH : ETIMEDOUT);
  outcome.timed_out = !over;
  return outcome;
}

static bool has_ended(void* what) {
  return process_ended(what);
}
static struct outcome step_join(struct step* step) {
  struct process* process = process_find(step->words[0]);
  if (!process) return from_error(ESRCH);
  bool over = run_until(has_ended, process, now_ns() + step->ms * MS);
  struct outcome outcome = from_error(over ? 0 : ETIMEDOUT);
  outcome.timed_out = !over;
  return outcome;
}

static struct outcome step_tell(struct step* step) {
  struct process* process = process_find(step->words[0]);
  return from_error(process ? process_tell(process, step->words[1]) : ESRCH);
}

static struct outcome step_signal(struct step* step) {
  struct process* process = process_find(step->words[0]);
  return from_error(process ? process_signal(process, atoi(step->words[1])) : ESRCH);
}

/*
 * After an oops the rest is done for what it may show, but nobody waits for the student's module any more. An
 * oops speaks in the log, so only then is it looked for: a sleeping guest costs nothing.
 */
static bool kernel_died(void* seen) {
  uint64_t lines = log_lines();
  if (*(uint64_t*)seen == lines) return false;
  *(uint64_t*)seen = lines;
  char* tainted = slurp("/proc/sys/kernel/tainted", NULL);
  bool died = tainted && (strtoul(tainted, NULL, 10) & TAINT_DIE);
  free(tainted);
  return died;
}

static struct outcome step_sleep(struct step* step) {
  uint64_t seen = UINT64_MAX;
  run_until(step->ms > SHORT_SLEEP_MS ? kernel_died : NULL, &seen, now_ns() + step->ms * MS);
  return from_error(0);
}

static struct outcome step_mark(struct step* step) {
  record("mark", step->name, "", 0, 0);
  return from_error(0);
}

static char state_of(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  char *stat = slurp(path, NULL), *end = stat ? strrchr(stat, ')') : NULL;
  char state = end && end[1] == ' ' ? end[2] : '\0';
  free(stat);
  return state;
}
static bool is_stopped(void* what) {
  char state = state_of(*(pid_t*)what);
  return state == 'T' || state == 't' || state == 'Z' || state == '\0';
}

static struct outcome step_observe(struct step* step) {
  const char* who = step->words[0];
  const struct process* process = process_find(who);
  observed = process ? process_pid(process) : !strcmp(who, "self") ? getpid() : atoi(who);
  if (observed <= 0) return from_error(ESRCH);
  bool stop = observed != getpid() && !is_stopped(&observed) && kill(observed, SIGSTOP) == 0;
  for (int i = 0; stop && i < 1000 && !is_stopped(&observed); i++) run_until(NULL, NULL, now_ns() + MS);
  struct outcome outcome = in_child(do_observe, step, DEFAULT_MS);
  if (stop) kill(observed, SIGCONT);
  return outcome;
}

static const struct {
  const char *verb, *arguments;
  struct outcome (*run)(struct step*);
} verbs[] = {
#define STEP(verb, arguments, does, shell, facts) {#verb, arguments, step_##verb},
#define JOB_STEP STEP
#define LINE_STEP(verb, arguments, does, shell, facts)
#include "steps.def"
};
#define VERBS (sizeof verbs / sizeof verbs[0])

/* Whether so many words fit the verb's arguments, NAME included. */
static bool fits(const char* arguments, int count) {
  int least = 0;
  bool many = strstr(arguments, "…") != NULL;
  for (const char* at = arguments; at; at = strchr(at, ' ')) {
    at += *at == ' ';
    least += *at != '[';
  }
  return count == least || (many && count > least);
}

/* Whether the last word is a deadline. */
static bool is_timed(const char* arguments) {
  size_t length = strlen(arguments);
  return length >= 3 && !strcmp(arguments + length - 3, " MS");
}

static void tell_outcome(const char* verb, const char* name, const struct outcome* outcome,
                         uint64_t took_ns) {
  record_text("step", name,
              "{\"verb\":\"%s\",\"result\":%d,\"errno\":%d,\"bytes\":%ld,\"ms\":%llu.%03u,\"timed_out\":%s,"
              "\"died\":%s}",
              verb, outcome->result, outcome->error, outcome->bytes, (unsigned long long)(took_ns / MS),
              (unsigned)(took_ns / 1000 % 1000), outcome->timed_out ? "true" : "false",
              outcome->died ? "true" : "false");
}

static const char* do_step(const char* line) {
  char *words[MAX_WORDS + 2], *copy = strdup(line);
  int count = copy ? job_words(copy, words, MAX_WORDS + 2) : -1;
  size_t i = 0;
  while (count > 0 && i < VERBS && strcmp(verbs[i].verb, words[0]) != 0) i++;
  if (count < 2 || i == VERBS) return "no such step";
  struct step step = {.name = words[1], .words = words + 2, .count = count - 2};
  if (!fits(verbs[i].arguments, count - 1)) return "a step with too few or too many words";
  if (is_timed(verbs[i].arguments)) step.ms = strtoul(words[count - 1], NULL, 10);
  if (step.ms > LONGEST_MS) return "a step with too long a deadline";
  run_until(NULL, NULL, 0);
  uint64_t begin = now_ns();
  struct outcome outcome = verbs[i].run(&step);
  uint64_t took = now_ns() - begin;
  run_until(NULL, NULL, 0);
  tell_outcome(verbs[i].verb, step.name, &outcome, took);
  free(copy);
  return NULL;
}

static char** split_lines(char* text, size_t* count) {
  char **lines = NULL, *save = NULL;
  *count = 0;
  for (char* line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
    lines = realloc(lines, (*count + 1) * sizeof *lines);
    if (!lines) give_up("memory for the steps");
    lines[(*count)++] = line;
  }
  return lines;
}

const char* steps_do(char* steps) {
  size_t count, again = 0;
  unsigned long rounds = 0;
  char** lines = split_lines(steps, &count);
  for (size_t i = 0; i < count; i++) {
    if (!strncmp(lines[i], "repeat ", 7)) {
      if (rounds > 0) return "a repeat in a repeat";
      rounds = strtoul(lines[i] + 7, NULL, 10);
      if (rounds == 0 || rounds > MAX_ROUNDS) return "a repeat of too few or too many rounds";
      again = i;
    } else if (!strcmp(lines[i], "done")) {
      if (rounds == 0) return "a done without a repeat";
      if (--rounds > 0) i = again;
    } else {
      const char* why = do_step(lines[i]);
      if (why) return why;
    }
  }
  return rounds > 0 ? "a repeat without a done" : NULL;
}
