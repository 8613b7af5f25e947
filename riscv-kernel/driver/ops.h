/*
 * The operations that the driver reads, and where it finds them.
 *
 * QEMU puts a file into memory before the machine starts:
 *
 *   -device loader,file=ops.bin,addr=0x84000000,force-raw=on
 *
 * 0x84000000 is 64 MiB above the bottom of RAM: behind the 16 MiB after
 * _end, and before the device tree at the top of 128 MiB. The file is one
 * header, then `count` records of 32 bytes; all little-endian.
 *
 *   header  0  magic      "MGRVOPS1"
 *           8  nonce      printed in the first and the last line
 *          16  key        two words, for the check values; never printed
 *          32  count      operations, at most OPS_MAX
 *          36  phase      0: driver_early, 1: driver_late
 *          40  limit_ms   longest time of one operation, by the time CSR
 *          44  reserved   0
 *   record  0  code       OP_...
 *           4  ref        an earlier operation, counted from 0; or -1
 *           8  a, b, c    arguments
 *
 * `result(ref)` below is what operation ref returned; a ref that names no
 * earlier operation counts as 0. A ref to 0 frees nothing: the function
 * is not called.
 */
#ifndef OPS_H
#define OPS_H

#include <stdint.h>

#define OPS_ADDR	0x84000000UL
#define OPS_MAX		8192
#define OPS_MAGIC	0x3153504f5652474dUL	/* "MGRVOPS1" */

struct ops_header {
	uint64_t magic, nonce, key[2];
	uint32_t count, phase, limit_ms, reserved;
};

struct op {
	uint32_t code;
	int32_t ref;
	uint64_t a, b, c;
};

_Static_assert(sizeof(struct ops_header) == 48 && sizeof(struct op) == 32, "the file's layout");

/*
 *   code name            does                                     prints after "="
 */
enum {
	OP_ALLOC_PAGES = 1, /* alloc_pages(a), then fills it         pa, Z      */
	OP_ALLOC_PAGE,	/* alloc_page(), then fills it               pa, Z      */
	OP_FREE,	/* free_pages(result(ref) + a)               pa, V      */
	OP_FREE_AT,	/* free_pages(_end + a)                      pa         */
	OP_FREE_RAW,	/* free_pages(a)                             pa         */
	OP_SLUB_INIT,	/* slub_init()                               -          */
	OP_KMALLOC,	/* kmalloc(a), then fills it                 addr, P    */
	OP_KFREE,	/* kfree(result(ref) + a)                    addr, V    */
	OP_KFREE_RAW,	/* kfree(a)                                  addr       */
	OP_CACHE_ALLOC,	/* kmem_cache_alloc(cache a), then fills it  addr, P    */
	OP_CACHE_FREE,	/* kmem_cache_free(result(ref))              addr, V    */
	OP_VERIFY,	/* looks at the bytes of result(ref)         addr, V    */
	OP_CENSUS,	/* takes all free blocks, and gives them back: how many
			   of 1, 2, 4 ... 4096 pages, "c0,c1 ... c12"           */
	OP_HOG,		/* takes all free pages but a                pages      */
	OP_UNHOG,	/* gives them back                           pages      */
	OP_MMAP,	/* do_mmap(a, b, c)                          result     */
	OP_MUNMAP,	/* do_munmap(a, b)                           result     */
	OP_LOAD,	/* user mode: reads b bytes (1 or 4) at a    A          */
	OP_STORE,	/* user mode: writes c, b bytes, at a        A          */
	OP_FETCH,	/* user mode: runs the instruction at a      A          */
	OP_AREAS,	/* the task's VMAs, "start-end:flags:mapped", or "-"   */
	OP_PTES,	/* PTEs of [a, a + b), "pte,pte ...", at most 32        */
};

/*
 * Z  z<n>[@<at>]  n words of 8 bytes were not 0, the first at this offset
 * V  v<n>[@<at>]  n bytes are not those that the driver wrote there
 *                 ("u": nothing is known of these bytes)
 * P  the page's flags: "s<cache>", "b", or "f<flags>"
 *    "out" in place of Z, V and P: not all of it lies in the 16 MiB; the
 *    driver does not touch it
 * A  ok <value> f<n>          after n page faults, each answered by do_page_fault
 *    skip f<n> s<scause>      do_page_fault moved sepc
 *    endless f<n> s<scause>   the same fault came back
 *    trap f<n> s<scause>      another trap came
 *    hang f<n>                time ran out in user mode
 *
 * Any operation may end the run instead: "!hang <where> <sepc> <ra>" or
 * "!fault <where> <scause> <sepc> <stval> <ra>"; where is "call" (the
 * function that is tested) or "probe" (the driver itself).
 */

#endif
