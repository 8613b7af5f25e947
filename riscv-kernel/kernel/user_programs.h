/*
 * The user tests, as ELF files inside the kernel's image.
 */
#ifndef USER_PROGRAMS_H
#define USER_PROGRAMS_H

#include <stdint.h>

/*
 * Loads test n (0 ... 4) and a stack into the page table. Returns the
 * program's entry. Panics when that is not possible.
 */
uint64_t load_user_program(int n, uint64_t *pgtbl);

#endif
