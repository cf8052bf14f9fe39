/* What reference.c and pipeline.c have in common: the address streams, the room of two levels of translation lookaside buffer, and a
 * clock. Each looks up in its own way, as one counts hits and the other tells misses. */
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum { ACCESSES = 1 << 22, REGION = 64 << 20, BASE = 0x08000000, SETS1 = 16, WAYS1 = 4, SETS2 = 128, WAYS2 = 12 };

static uint64_t first[SETS1 * WAYS1];
static uint64_t second[SETS2 * WAYS2];

/* The accesses of stream 0, "mix", or 1, "local": linear addresses, the lowest bit set for a write. */
static uint32_t *generate(int local)
{
    uint32_t *accesses = malloc(ACCESSES * sizeof *accesses);
    uint64_t x = 88172645463325252ull;
    uint32_t sequential = 0, strided = 0;
    for (int i = 0; i < ACCESSES; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        uint32_t high = (uint32_t)(x >> 32), choice = high & 255, at;
        if (choice < 128) {
            at = sequential = (sequential + 8) & (REGION - 1);
        } else if (local && choice < 251) {
            at = (uint32_t)x & 0x7fff;
        } else if (choice < (local ? 254u : 192u)) {
            at = strided = (strided + 4096 + 64) & (REGION - 1);
        } else {
            at = (uint32_t)x & (REGION - 1);
        }
        accesses[i] = (BASE + (at & ~7u)) | ((high >> 8 & 7) == 0);
    }
    return accesses;
}

static double nanoseconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}
