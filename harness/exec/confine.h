/* What the files of memgrade-confine share. */
#ifndef MEMGRADE_CONFINE_H
#define MEMGRADE_CONFINE_H

#include <sys/resource.h>
#include <sys/types.h>

#include "confine_protocol.h"

enum { limit_kinds = 6 };

/* A command line, or a request of a batch. */
struct plan {
  int reap;
  int batch;
  uid_t user; /* 0: stay who we are */
  gid_t group;
  const char* directory;
  const char* folder;    /* of a batch: its name; it is mounted on `directory` */
  const char* tmp_bytes; /* of a batch: of each file system in memory */
  int limited[limit_kinds];
  rlim_t limits[limit_kinds];
  char** command;
};

/* Whether `words` are a plan. What they point to must outlive it. A request sets its environment by this,
 * too. */
int parse(struct plan* plan, int count, char** words);

/* Sends a packet with the usage of the children that were waited for, or `used`. */
void tell(int socket, enum confine_kind kind, int value, const char* what, const struct rusage* used);
_Noreturn void fail(const char* what);

/* Takes the user of the plan, and no other groups. */
void become(uid_t user, gid_t group);
/* Starts the command as a child, waits for it, and tells how it ended. */
void start_and_witness(const struct plan* plan);

/* Serves requests until the socket is closed. */
_Noreturn void serve_batch(const struct plan* plan);

#endif
