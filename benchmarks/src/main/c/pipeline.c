/* What benchmarks/compare measures the journal against: the buffers of reference.c, which here tell every miss as an event, the events
 * delta-coded into blocks in a mapped file, and the file read back, folded and checked.
 *
 *   pipeline STREAM PASSES FILE    STREAM 0 is "mix", 1 is "local"
 *
 * For each line on standard input, one of
 *
 *   machine    the stream is passed PASSES times, nothing is told
 *   record     the same, with every fill written to FILE
 *   replay     FILE is read: blocks checked and decoded, both buffers and the tables kept, every fill checked against the tables
 *   digest     as machine, and the events are hashed, ticks since the first, to be compared with those of another machine
 *
 * a line says processor time and time of day in nanoseconds, fills by cause (walks, from the second level), fills that were wrong, a
 * hash of all fields, and the bytes of FILE.
 *
 * An event has the fields of tlb-filled: tick, TLB, set, way, way in the second level, page, both entries, rights, D, G, cause and
 * references of the walk. An entry of a buffer carries its way, as it moves: in the table entry's available bits, and in the second
 * level above the key, which is the page number plus one. A block begins anew, as in the journal, so that it can be read alone:
 *
 *   8 bytes length of payload and count, 8 first tick, 4 CRC32C of the payload; then for each event
 *   lead     cause 2 bits, TLB 2, the directory entry is not the region's last, the kind is not the cause's last; or LINKED, MAPPED
 *   ways     4 bits each
 *   ticks    LEB128 of the difference
 *   page     LEB128 zigzag of the difference to the last
 *   frame    LEB128 zigzag of the difference to the last
 *   kind     LEB128, if it differs: rights, D, G, references, the table entry's flags
 *   entry    LEB128, if it differs
 */
#include "streams.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__SSE4_2__)
#include <nmmintrin.h>
#endif

enum { PAGES = 1 << 20, SLOTS = 1 << 10, TABLES = 0x05001000, FLAGS = 0x63, DIRTY = 0x40, GLOBAL = 0x100, WAY_SHIFT = 9, WAY_BITS = 0x600 };
enum { MISS = 0, SECOND_LEVEL = 2, DATA_4K = 3, RIGHTS = 11, SECOND_LEVEL_CYCLES = 7, WALK_CYCLES = 12, WALK_REFERENCES = 2 };
enum { NEW_ENTRY = 0x10, NEW_KIND = 0x20, LINKED = 0x40, MAPPED = 0x80, BLOCK_EVENTS = 4096, HEAD = 20 };
enum { MACHINE, RECORD, DIGEST };
#define CAPACITY (512ull << 20)
#define KEY 0x0fffffffu

static uint32_t table[PAGES], directory[SLOTS];
static uint64_t by_cause[3], wrong, hash, bytes_written;
static uint64_t penalty, first_tick;

static uint8_t *out, *block;
static uint32_t in_block, last_entry[SLOTS], last_kind[4];
static int32_t last_page, last_frame;
static uint64_t last_tick;

/* Maps the pages of a stream to frames in the order of their first use. */
static void map(const uint32_t *accesses)
{
    uint32_t frames = 0;
    for (uint32_t slot = 0; slot < REGION >> 22; slot++)
        directory[(BASE >> 22) + slot] = (TABLES + slot * 4096) | FLAGS;
    for (int i = 0; i < ACCESSES; i++)
        if (!table[accesses[i] >> 12])
            table[accesses[i] >> 12] = frames++ << 12 | FLAGS;
}

static uint32_t crc32c(const uint8_t *from, size_t length)
{
    uint64_t crc = 0xffffffff;
#if defined(__SSE4_2__)
    for (; length >= 8; from += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, from, 8);
        crc = _mm_crc32_u64(crc, word);
    }
    for (; length; from++, length--)
        crc = _mm_crc32_u8((uint32_t)crc, *from);
#else
    for (; length; from++, length--) {
        crc ^= *from;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
    }
#endif
    return (uint32_t)crc ^ 0xffffffff;
}

/* Writing */

static inline uint8_t *put(uint8_t *to, uint64_t value)
{
    while (value & ~0x7full) {
        *to++ = value | 0x80;
        value >>= 7;
    }
    *to++ = value;
    return to;
}

static inline uint32_t zigzag(int32_t value)
{
    return (uint32_t)value << 1 ^ (uint32_t)(value >> 31);
}

static void begin_block(uint64_t tick)
{
    block = out;
    out += HEAD;
    in_block = 0;
    last_page = last_frame = 0;
    last_tick = tick;
    memset(last_entry, 0, sizeof last_entry);
    memset(last_kind, 0, sizeof last_kind);
}

static void end_block(void)
{
    uint32_t length = out - block - HEAD, crc = crc32c(block + HEAD, length);
    memcpy(block, &length, 4);
    memcpy(block + 4, &in_block, 4);
    memcpy(block + 16, &crc, 4);
}

static inline void begin_event(uint64_t tick)
{
    if (in_block == BLOCK_EVENTS) {
        end_block();
        begin_block(tick);
    }
    if (in_block++ == 0)
        memcpy(block + 8, &tick, 8);
}

static void put_entry(int lead, uint32_t slot, uint32_t entry)
{
    begin_event(0);
    *out++ = lead;
    out = put(out, slot);
    out = put(out, entry);
}

static inline void put_fill(uint64_t tick, int way, int second_way, uint32_t page, uint32_t pde, uint32_t pte, int cause,
                            uint32_t references)
{
    begin_event(tick);
    uint32_t kind = RIGHTS | (pte & DIRTY ? 16 : 0) | (pte & GLOBAL ? 32 : 0) | references << 6 | (pte & 0xfff) << 10;
    int32_t frame = pte >> 12;
    uint8_t *lead = out, *to = out + 2;
    lead[0] = cause | DATA_4K << 2;
    lead[1] = way | (second_way + 1) << 4;
    to = put(to, tick - last_tick);
    to = put(to, zigzag((int32_t)page - last_page));
    to = put(to, zigzag(frame - last_frame));
    if (kind != last_kind[cause]) {
        lead[0] |= NEW_KIND;
        to = put(to, last_kind[cause] = kind);
    }
    if (pde != last_entry[page >> 10]) {
        lead[0] |= NEW_ENTRY;
        to = put(to, last_entry[page >> 10] = pde);
    }
    last_tick = tick;
    last_page = page;
    last_frame = frame;
    out = to;
}

static inline void mix(uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 29;
}

static inline void tell(int mode, uint64_t tick, int way, int second_way, uint32_t page, uint32_t pde, uint32_t pte, int cause,
                        int references)
{
    by_cause[cause]++;
    if (mode == RECORD) {
        put_fill(tick, way, second_way, page, pde, pte, cause, references);
    } else if (mode == DIGEST) {
        if (hash == 0)
            first_tick = tick;
        mix(tick - first_tick);
        mix(page);
        mix(pde);
        mix(pte);
        mix(DATA_4K | (uint64_t)(page & (SETS1 - 1)) << 4 | (uint64_t)way << 20 | (uint64_t)(second_way + 1) << 36 |
            (uint64_t)RIGHTS << 52 | (uint64_t)(pte & DIRTY ? 1 : 0) << 56 | (uint64_t)(pte & GLOBAL ? 1 : 0) << 57 |
            (uint64_t)cause << 58 | (uint64_t)references << 60);
    }
}

/* The machine */

static inline __attribute__((always_inline)) uint64_t miss(int mode, uint64_t clock, uint32_t page, uint64_t victim)
{
    uint32_t key = page + 1;
    uint64_t *set = second + (page & (SETS2 - 1)) * WAYS2, moved, entry;
    uint32_t way1 = (uint32_t)victim & WAY_BITS, pde;
    int way = 0;
    while (way < WAYS2 && ((uint32_t)(set[way] >> 32) & KEY) != key)
        way++;
    pde = directory[page >> 10];
    if (way < WAYS2) {
        moved = set[way];
        penalty += SECOND_LEVEL_CYCLES;
        tell(mode, clock + penalty, way1 >> WAY_SHIFT, moved >> 60, page, pde, (uint32_t)moved, SECOND_LEVEL, 0);
    } else {
        way = WAYS2 - 1;
        moved = (set[way] & 0xf000000000000000ull) | (uint64_t)key << 32 | table[page];
        penalty += WALK_CYCLES;
        tell(mode, clock + penalty, way1 >> WAY_SHIFT, moved >> 60, page, pde, (uint32_t)moved, MISS, WALK_REFERENCES);
    }
    entry = (uint64_t)key << 32 | (uint32_t)moved | way1;
    for (int i = way; i > 0; i--)
        set[i] = set[i - 1];
    set[0] = moved;
    return entry;
}

static inline __attribute__((always_inline)) uint32_t translate(int mode, uint64_t clock, uint32_t linear)
{
    uint32_t key = (linear >> 12) + 1;
    uint64_t *set = first + ((linear >> 12) & (SETS1 - 1)) * WAYS1;
    uint64_t a = set[0], b = set[1], c = set[2], entry;
    if ((uint32_t)(a >> 32) == key)
        return ((uint32_t)a & ~0xfffu) | (linear & 0xfff);
    if ((uint32_t)(b >> 32) == key) {
        entry = b;
    } else {
        if ((uint32_t)(c >> 32) == key) {
            entry = c;
        } else {
            uint64_t d = set[3];
            entry = (uint32_t)(d >> 32) == key ? d : miss(mode, clock, linear >> 12, d);
            set[3] = c;
        }
        set[2] = b;
    }
    set[1] = a;
    set[0] = entry;
    return ((uint32_t)entry & ~0xfffu) | (linear & 0xfff);
}

/* Empty ways are filled from the first on: the last to be replaced stands first. */
static void empty(void)
{
    for (int i = 0; i < SETS1 * WAYS1; i++)
        first[i] = (uint64_t)(WAYS1 - 1 - i % WAYS1) << WAY_SHIFT;
    for (int i = 0; i < SETS2 * WAYS2; i++)
        second[i] = (uint64_t)(WAYS2 - 1 - i % WAYS2) << 60;
    memset(by_cause, 0, sizeof by_cause);
    penalty = wrong = hash = 0;
}

static uint64_t sum;

static inline __attribute__((always_inline)) void pass(int mode, const uint32_t *accesses, int passes)
{
    for (int turn = 0; turn < passes; turn++)
        for (uint32_t i = 0; i < ACCESSES; i++)
            sum += translate(mode, (uint64_t)turn * ACCESSES + i, accesses[i] & ~7u);
}

static __attribute__((noinline)) void machine(const uint32_t *accesses, int passes)
{
    pass(MACHINE, accesses, passes);
}

static __attribute__((noinline)) void digest(const uint32_t *accesses, int passes)
{
    pass(DIGEST, accesses, passes);
}

static __attribute__((noinline)) void record(const uint32_t *accesses, int passes, const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (file < 0 || ftruncate(file, CAPACITY) != 0)
        exit(1);
    uint8_t *base = mmap(NULL, CAPACITY, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (base == MAP_FAILED)
        exit(1);
    out = base;
    begin_block(0);
    for (uint32_t slot = 0; slot < SLOTS; slot++)
        if (directory[slot])
            put_entry(LINKED, slot, directory[slot]);
    for (uint32_t page = 0; page < PAGES; page++)
        if (table[page])
            put_entry(MAPPED, page, table[page]);
    pass(RECORD, accesses, passes);
    end_block();
    bytes_written = out - base;
    munmap(base, CAPACITY);
    if (ftruncate(file, bytes_written) != 0)
        exit(1);
    close(file);
}

/* Reading */

struct translation {
    uint32_t page, pde, pte, kind;
};

static struct translation kept1[SETS1 * WAYS1], kept2[SETS2 * WAYS2];
static uint32_t kept_table[PAGES], kept_directory[SLOTS];

static inline uint64_t get(const uint8_t **from)
{
    uint64_t value = 0;
    const uint8_t *at = *from;
    int shift = 0;
    uint8_t byte;
    do {
        byte = *at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    *from = at;
    return value;
}

static inline int32_t unzigzag(uint32_t value)
{
    return (int32_t)(value >> 1) ^ -(int32_t)(value & 1);
}

static uint64_t ticks;

static void replay_block(const uint8_t *head)
{
    uint32_t count, entries[SLOTS] = {0}, kinds[4] = {0};
    int32_t page = 0, frame = 0;
    uint64_t tick;
    memcpy(&count, head + 4, 4);
    memcpy(&tick, head + 8, 8);
    const uint8_t *at = head + HEAD;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t lead = *at++;
        if (lead & (LINKED | MAPPED)) {
            uint32_t slot = get(&at);
            (lead & MAPPED ? kept_table : kept_directory)[slot] = get(&at);
            continue;
        }
        uint8_t ways = *at++;
        uint64_t late = get(&at);
        tick += i == 0 ? 0 : late;
        page += unzigzag(get(&at));
        frame += unzigzag(get(&at));
        int cause = lead & 3, way = ways & 15, second_way = (ways >> 4) - 1;
        if (lead & NEW_KIND)
            kinds[cause] = get(&at);
        if (lead & NEW_ENTRY)
            entries[page >> 10] = get(&at);
        uint32_t kind = kinds[cause], pde = entries[page >> 10], pte = (uint32_t)frame << 12 | (kind >> 10 & 0xfff);
        struct translation fill = {page + 1, pde, pte, kind}, *other = &kept2[(page & (SETS2 - 1)) * WAYS2 + second_way];
        uint32_t rights = 1 | (pde & pte & 2) | (pde & pte & 4) | 8;
        wrong += pde != kept_directory[page >> 10] || pte != kept_table[page] || rights != (kind & 15) ||
                 (kind >> 4 & 1) != (pte & DIRTY ? 1 : 0) || (kind >> 5 & 1) != (pte & GLOBAL ? 1 : 0);
        kept1[(page & (SETS1 - 1)) * WAYS1 + way] = fill;
        if (cause == MISS)
            *other = fill;
        else
            wrong += other->page != fill.page || other->pte != fill.pte || other->pde != fill.pde;
        by_cause[cause]++;
    }
    ticks = tick;
}

static __attribute__((noinline)) void replay(const char *path)
{
    struct stat about;
    int file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &about) != 0)
        exit(1);
    memset(kept1, 0, sizeof kept1);
    memset(kept2, 0, sizeof kept2);
    memset(kept_table, 0, sizeof kept_table);
    memset(kept_directory, 0, sizeof kept_directory);
    uint8_t *base = mmap(NULL, about.st_size, PROT_READ, MAP_SHARED, file, 0);
    if (base == MAP_FAILED)
        exit(1);
    for (const uint8_t *at = base; at < base + about.st_size;) {
        uint32_t length, crc;
        memcpy(&length, at, 4);
        memcpy(&crc, at + 16, 4);
        wrong += crc != crc32c(at + HEAD, length);
        replay_block(at);
        at += HEAD + length;
    }
    munmap(base, about.st_size);
    close(file);
}

int main(int count, char **arguments)
{
    if (count != 4) {
        fprintf(stderr, "use: pipeline STREAM PASSES FILE\n");
        return 2;
    }
    int passes = atoi(arguments[2]);
    uint32_t *accesses = generate(atoi(arguments[1]));
    map(accesses);
    char line[16];
    while (fgets(line, sizeof line, stdin)) {
        empty();
        if (line[0] == 'r' && line[2] == 'c')
            unlink(arguments[3]);
        double cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID), day = nanoseconds(CLOCK_MONOTONIC);
        switch (line[0]) {
        case 'm':
            machine(accesses, passes);
            break;
        case 'd':
            digest(accesses, passes);
            break;
        case 'r':
            if (line[2] == 'p')
                replay(arguments[3]);
            else
                record(accesses, passes, arguments[3]);
            break;
        default:
            return 2;
        }
        cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
        day = nanoseconds(CLOCK_MONOTONIC) - day;
        printf("%.0f %.0f %llu %llu %llu %llu %llu\n", cpu, day, (unsigned long long)by_cause[MISS],
               (unsigned long long)by_cause[SECOND_LEVEL], (unsigned long long)wrong, (unsigned long long)hash,
               (unsigned long long)bytes_written);
        fflush(stdout);
    }
    return sum + ticks == 1;
}
