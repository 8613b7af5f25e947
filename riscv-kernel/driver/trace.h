/*
 * Lines of the trace, each with a check value over itself and the line
 * before it:
 *
 *   @B 1 <nonce> <_end> <pages> <count> <phase> #<check>
 *   @T <operation> <name> <args> = <result> #<check>
 *   @E <operations done> <done|hang|fault> <nonce> #<check>
 *
 * check is the lower half of SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein,
 * 2012) of the line's bytes up to the blank before "#", with the key of the
 * file, its second word xored with the check (64 bits) of the line before.
 * Whoever does not know the key cannot make up a line, leave one out, or
 * say one again. The key stands in this memory: code that looks for it
 * finds it. So a check guards against printing what a trace looks like, not
 * against a program that reads the driver's data.
 *
 * A part of the driver: see driver.c for why its parts are headers.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdarg.h>
#include <stdint.h>

#include "kernel/sbi.h"
#include "lib/format.h"

static uint64_t trace_key[2], trace_last;
static char trace_line[2048];
static unsigned int trace_length;

static inline uint64_t
rotate(uint64_t v, int bits)
{
	return v << bits | v >> (64 - bits);
}

static void
sip_rounds(uint64_t v[4], int n)
{
	while (n-- > 0) {
		v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
		v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
		v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
		v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
	}
}

static uint64_t
siphash(const char *text, unsigned int n, uint64_t k0, uint64_t k1)
{
	uint64_t v[4] = {k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d,
			 k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573};
	uint64_t word = 0;

	for (unsigned int i = 0; i < n; i++) {
		word |= (uint64_t)(unsigned char)text[i] << 8 * (i % 8);
		if (i % 8 == 7) {
			v[3] ^= word, sip_rounds(v, 2), v[0] ^= word;
			word = 0;
		}
	}
	word |= (uint64_t)n << 56;
	v[3] ^= word, sip_rounds(v, 2), v[0] ^= word;
	v[2] ^= 0xff, sip_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void
trace_put(char c)
{
	if (trace_length < sizeof(trace_line))
		trace_line[trace_length++] = c;
}

/* Adds to the line that is being written. */
static void
say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	format(trace_put, fmt, args);
	va_end(args);
}

/* Puts the check behind the line and prints it. */
static void
say_end(void)
{
	uint64_t check = siphash(trace_line, trace_length, trace_key[0], trace_key[1] ^ trace_last);

	trace_last = check;
	if (trace_length > sizeof(trace_line) - 16)
		trace_length = sizeof(trace_line) - 16;	/* the check fails: a line too long is no line */
	say(" #%08x\n", (unsigned int)check);
	for (unsigned int i = 0; i < trace_length; i++)
		sbi_console_putchar(trace_line[i]);
	trace_length = 0;
}

#endif
