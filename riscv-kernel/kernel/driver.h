/*
 * Two places where a test driver can take over the kernel. Another object
 * file linked into the kernel may define either function; see README.md.
 */
#ifndef DRIVER_H
#define DRIVER_H

/* Paging is off, and nothing has been allocated yet. */
void driver_early(void);

/*
 * Paging is on and the tasks exist, but none has run: current is NULL. To
 * work for a task, set current and use_pgtbl(); set current back to NULL.
 */
void driver_late(void);

#endif
