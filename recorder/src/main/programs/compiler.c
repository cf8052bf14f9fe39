/* A compiler without a language: tokens, a table of symbols, a table of instructions. */

static const unsigned instructions[1400] = {0x90, 0xc3, 0xe8};
static volatile unsigned registers[1100] = {1, 2, 3, 4};
static volatile unsigned symbols[8192];
static volatile unsigned output[16384];

__attribute__((noinline)) static unsigned token(unsigned at) {
    return instructions[at % 1400] ^ at;
}

__attribute__((noinline)) static unsigned symbol(unsigned name) {
    unsigned at = name * 2654435761u % 8192;
    while (symbols[at] && symbols[at] != name) {
        at = (at + 1) % 8192;
    }
    symbols[at] = name;
    return at;
}

__attribute__((noinline)) static unsigned allocate(unsigned value) {
    for (unsigned i = 0; i < 1100; i++) {
        if (!registers[i]) {
            registers[i] = value;
            return i;
        }
    }
    return 0;
}

__attribute__((noinline)) static void emit(unsigned at, unsigned word) {
    output[at % 16384] = word;
}

__attribute__((noinline)) static unsigned parse(unsigned depth) {
    return depth ? parse(depth - 1) + token(depth) : 0;
}

void _start(void) {
    for (unsigned i = 0;; i++) {
        emit(i, allocate(symbol(parse(i % 64))));
    }
}
