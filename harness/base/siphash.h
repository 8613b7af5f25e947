/*
 * SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012), over
 * bytes that come in parts: a keyed check value of 64 bits. It guards lines of a trace and records of a
 * guest; it is not meant to keep a secret for long.
 *
 * Freestanding C, because three programs compute it: the grader (siphash.hpp), the guest's agent, and the
 * RV64 driver, whose tree builds alone and therefore has the few lines again (riscv-kernel/driver/trace.h).
 */
#ifndef MEMGRADE_SIPHASH_H
#define MEMGRADE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct sip {
  uint64_t v[4], tail, length;
};

static inline uint64_t sip_rotate(uint64_t x, int by) {
  return x << by | x >> (64 - by);
}

static inline void sip_rounds(uint64_t* v, int count) {
  while (count-- > 0) {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = sip_rotate(v[1], 13) ^ v[0];
    v[3] = sip_rotate(v[3], 16) ^ v[2];
    v[0] = sip_rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = sip_rotate(v[1], 17) ^ v[2];
    v[3] = sip_rotate(v[3], 21) ^ v[0];
    v[2] = sip_rotate(v[2], 32);
  }
}

static inline void sip_take(struct sip* sip, uint64_t word) {
  sip->v[3] ^= word;
  sip_rounds(sip->v, 2);
  sip->v[0] ^= word;
}

static inline void sip_begin(struct sip* sip, const uint64_t key[2]) {
  sip->v[0] = key[0] ^ 0x736f6d6570736575U;
  sip->v[1] = key[1] ^ 0x646f72616e646f6dU;
  sip->v[2] = key[0] ^ 0x6c7967656e657261U;
  sip->v[3] = key[1] ^ 0x7465646279746573U;
  sip->tail = sip->length = 0;
}

static inline void sip_add(struct sip* sip, const void* bytes, size_t length) {
  const unsigned char* at = (const unsigned char*)bytes;
  for (; length > 0; at++, length--) {
    if (sip->length % 8 == 0 && length >= 8) {
      uint64_t word; /* of a little-endian machine, as all are here */
      __builtin_memcpy(&word, at, 8);
      sip_take(sip, word);
      sip->length += 8;
      at += 7;
      length -= 7;
      continue;
    }
    sip->tail |= (uint64_t)*at << 8 * (sip->length % 8);
    if (++sip->length % 8 == 0) {
      sip_take(sip, sip->tail);
      sip->tail = 0;
    }
  }
}

static inline uint64_t sip_end(struct sip* sip) {
  sip_take(sip, sip->tail | sip->length << 56);
  sip->v[2] ^= 0xFF;
  sip_rounds(sip->v, 4);
  return sip->v[0] ^ sip->v[1] ^ sip->v[2] ^ sip->v[3];
}

#endif
