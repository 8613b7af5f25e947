/* What memgrade-confine tells the grader: packets of this shape on a SOCK_SEQPACKET socket, in the byte order
 * of the machine that both run on. First `ready` or `failed`; then one of the others, the last packet. */
#ifndef MEMGRADE_CONFINE_PROTOCOL_H
#define MEMGRADE_CONFINE_PROTOCOL_H

#include <stdint.h>

enum confine_kind {
  CONFINE_READY = 1,        /* set up; the command is about to be started */
  CONFINE_FAILED = 2,       /* could not be set up: `what` failed with errno `value` */
  CONFINE_NOT_EXECUTED = 3, /* execve of the command failed with errno `value` */
  CONFINE_EXITED = 4,       /* with status `value` */
  CONFINE_SIGNALED = 5,     /* by signal `value` */
};

struct confine_message {
  uint32_t kind;
  int32_t value;
  uint64_t time_ns;    /* CLOCK_MONOTONIC */
  uint64_t cpu_ns;     /* of the command and of all its descendants that were waited for */
  uint64_t peak_bytes; /* resident, of the largest of them */
  char what[128];
};

/* The descriptor on which memgrade-confine finds the socket. */
#define CONFINE_REPORT_FD 3

#endif
