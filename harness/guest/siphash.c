/*
 * SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012), over
 * bytes that come in parts.
 */
#include "agent.h"

static uint64_t turn(uint64_t x, int by) {
  return x << by | x >> (64 - by);
}

static void rounds(uint64_t* v, int count) {
  while (count-- > 0) {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = turn(v[1], 13) ^ v[0];
    v[3] = turn(v[3], 16) ^ v[2];
    v[0] = turn(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = turn(v[1], 17) ^ v[2];
    v[3] = turn(v[3], 21) ^ v[0];
    v[2] = turn(v[2], 32);
  }
}

static void take(struct sip* sip, uint64_t word) {
  sip->v[3] ^= word;
  rounds(sip->v, 2);
  sip->v[0] ^= word;
}

void sip_begin(struct sip* sip, const uint64_t key[2]) {
  sip->v[0] = key[0] ^ 0x736f6d6570736575U;
  sip->v[1] = key[1] ^ 0x646f72616e646f6dU;
  sip->v[2] = key[0] ^ 0x6c7967656e657261U;
  sip->v[3] = key[1] ^ 0x7465646279746573U;
  sip->tail = sip->length = 0;
}

void sip_add(struct sip* sip, const void* bytes, size_t length) {
  const uint8_t* at = bytes;
  for (; length > 0; at++, length--) {
    if (sip->length % 8 == 0 && length >= 8) {
      uint64_t word;
      __builtin_memcpy(&word, at, 8);
      take(sip, word);
      sip->length += 8;
      at += 7;
      length -= 7;
      continue;
    }
    sip->tail |= (uint64_t)*at << 8 * (sip->length % 8);
    if (++sip->length % 8 == 0) {
      take(sip, sip->tail);
      sip->tail = 0;
    }
  }
}

uint64_t sip_end(struct sip* sip) {
  take(sip, sip->tail | sip->length << 56);
  sip->v[2] ^= 0xFF;
  rounds(sip->v, 4);
  return sip->v[0] ^ sip->v[1] ^ sip->v[2] ^ sip->v[3];
}
