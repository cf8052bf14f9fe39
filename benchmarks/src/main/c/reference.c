/* Two levels of translation lookaside buffer kept by move-to-front, over two address streams: what benchmarks/compare measures the
 * machine against. 64 entries in 4 ways, then 1,536 in 12, then a table of 4-byte entries by page number; true LRU.
 *
 *   reference STREAM PASSES    STREAM 0 is "mix", 1 is "local"
 *
 * For each line on standard input the buffers are emptied and the stream is passed PASSES times; then a line says the processor time
 * in nanoseconds, the sum of the physical addresses, first-level hits, second-level hits and walks of all passes.
 *
 * An entry is the page number plus one above 32 bits of table entry, so that zero is no page's.
 */
#include "streams.h"
#include <stdio.h>
#include <string.h>

enum { PRESENT_WRITABLE_USER = 7, ACCESSED = 0x20, DIRTY = 0x40 };

static uint32_t table[1 << 20];
static uint32_t next_frame;
static uint64_t first_hits, second_hits, walks;

static uint64_t miss(uint32_t linear, uint32_t write, uint32_t key)
{
    uint64_t *set = second + ((linear >> 12) & (SETS2 - 1)) * WAYS2;
    int way = 0;
    while (way < WAYS2 && (uint32_t)(set[way] >> 32) != key)
        way++;
    uint64_t entry;
    if (way < WAYS2) {
        entry = set[way];
        second_hits++;
    } else {
        uint32_t *word = &table[linear >> 12];
        if (!(*word & 1))
            *word = next_frame++ << 12 | PRESENT_WRITABLE_USER;
        *word |= ACCESSED | (write ? DIRTY : 0);
        entry = (uint64_t)key << 32 | *word;
        way = WAYS2 - 1;
        walks++;
    }
    for (int i = way; i > 0; i--)
        set[i] = set[i - 1];
    set[0] = entry;
    return entry;
}

static inline uint32_t translate(uint32_t linear, uint32_t write)
{
    uint32_t key = (linear >> 12) + 1;
    uint64_t *set = first + ((linear >> 12) & (SETS1 - 1)) * WAYS1;
    uint64_t a = set[0], b = set[1], c = set[2], entry;
    if ((uint32_t)(a >> 32) == key) {
        first_hits++;
        return ((uint32_t)a & ~0xfffu) | (linear & 0xfff);
    }
    if ((uint32_t)(b >> 32) == key) {
        entry = b;
        first_hits++;
    } else {
        if ((uint32_t)(c >> 32) == key) {
            entry = c;
            first_hits++;
        } else {
            uint64_t d = set[3];
            if ((uint32_t)(d >> 32) == key) {
                entry = d;
                first_hits++;
            } else {
                entry = miss(linear, write, key);
            }
            set[3] = c;
        }
        set[2] = b;
    }
    set[1] = a;
    set[0] = entry;
    return ((uint32_t)entry & ~0xfffu) | (linear & 0xfff);
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "use: reference STREAM PASSES\n");
        return 2;
    }
    int passes = atoi(arguments[2]);
    uint32_t *accesses = generate(atoi(arguments[1]));
    char line[16];
    while (fgets(line, sizeof line, stdin)) {
        uint64_t sum = 0;
        memset(first, 0, sizeof first);
        memset(second, 0, sizeof second);
        first_hits = second_hits = walks = 0;
        double began = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
        for (int pass = 0; pass < passes; pass++)
            for (int i = 0; i < ACCESSES; i++)
                sum += translate(accesses[i] & ~7u, accesses[i] & 1);
        double took = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - began;
        printf("%.0f %llu %llu %llu %llu\n", took, (unsigned long long)sum, (unsigned long long)first_hits,
               (unsigned long long)second_hits, (unsigned long long)walks);
        fflush(stdout);
    }
    return 0;
}
