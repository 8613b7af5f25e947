/* What memgrade-confine tells the grader: packets of this shape on a SOCK_SEQPACKET socket, in the byte order
 * of the machine that both run on. First `ready` or `failed`; then one of the others, the last packet.
 *
 * With --batch it is the runner of many commands. It says `ready` or `failed` once, and then reads requests
 * from the same socket: the words of a command line of its own, each with a zero byte behind it, in one
 * packet with four descriptors (SCM_RIGHTS): the command's standard streams, and the socket on which that run
 * is told of. There the packets are as above, and behind them stands `gone` when nothing of the run is left.
 * Whoever has heard that the command ended alone need not wait for that.
 */
#ifndef MEMGRADE_CONFINE_PROTOCOL_H
#define MEMGRADE_CONFINE_PROTOCOL_H

#include <stdint.h>

enum confine_kind {
  CONFINE_READY = 1,        /* set up; the command is about to be started */
  CONFINE_FAILED = 2,       /* could not be set up: `what` failed with errno `value` */
  CONFINE_NOT_EXECUTED = 3, /* execve of the command failed with errno `value` */
  CONFINE_EXITED = 4,       /* with status `value` */
  CONFINE_SIGNALED = 5,     /* by signal `value` */
  CONFINE_GONE = 6, /* of a batch: the run's processes are gone, and the first had wait status `value` */
};

struct confine_message {
  uint32_t kind;
  int32_t value;
  uint64_t time_ns;    /* CLOCK_MONOTONIC */
  uint64_t cpu_ns;     /* of the command and of all its descendants that were waited for */
  uint64_t peak_bytes; /* resident, of the largest of them */
  char what[128];
};

/* `what` of CONFINE_EXITED and CONFINE_SIGNALED: the command has left no process. */
#define CONFINE_ALONE "alone"

/* The descriptor on which memgrade-confine finds the socket. */
#define CONFINE_REPORT_FD 3

/* A request is not longer. */
#define CONFINE_REQUEST_BYTES 65536
/* Its descriptors, in their order. */
enum { CONFINE_INPUT, CONFINE_OUTPUT, CONFINE_ERRORS, CONFINE_REPORT, CONFINE_REQUEST_FDS };
/* Where a runner finds the folders of its runs. Below /tmp, which every run covers with one of its own. */
#define CONFINE_FOLDERS "/tmp/runs"

#endif
