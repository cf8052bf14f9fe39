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
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ACCESSES = 1 << 22, REGION = 64 << 20, BASE = 0x08000000, SETS1 = 16, WAYS1 = 4, SETS2 = 128, WAYS2 = 12 };
enum { PRESENT_WRITABLE_USER = 7, ACCESSED = 0x20, DIRTY = 0x40 };

static uint64_t first[SETS1 * WAYS1];
static uint64_t second[SETS2 * WAYS2];
static uint32_t table[1 << 20];
static uint32_t next_frame;
static uint64_t first_hits, second_hits, walks;

static void generate(uint32_t *accesses, int local)
{
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
}

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

static double processor_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "use: reference STREAM PASSES\n");
        return 2;
    }
    int passes = atoi(arguments[2]);
    uint32_t *accesses = malloc(ACCESSES * sizeof *accesses);
    generate(accesses, atoi(arguments[1]));
    char line[16];
    while (fgets(line, sizeof line, stdin)) {
        uint64_t sum = 0;
        memset(first, 0, sizeof first);
        memset(second, 0, sizeof second);
        first_hits = second_hits = walks = 0;
        double began = processor_time();
        for (int pass = 0; pass < passes; pass++)
            for (int i = 0; i < ACCESSES; i++)
                sum += translate(accesses[i] & ~7u, accesses[i] & 1);
        double took = processor_time() - began;
        printf("%.0f %llu %llu %llu %llu\n", took, (unsigned long long)sum, (unsigned long long)first_hits,
               (unsigned long long)second_hits, (unsigned long long)walks);
        fflush(stdout);
    }
    return 0;
}
