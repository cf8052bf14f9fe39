/* A library: a little of what programs have in common. */

static const unsigned squares[1200] = {0, 1, 4, 9};
static volatile unsigned calls[64] = {1};

__attribute__((noinline)) void copy(char *to, const char *from, unsigned bytes) {
    while (bytes--) {
        *to++ = *from++;
    }
}

__attribute__((noinline)) int compare(const char *a, const char *b, unsigned bytes) {
    while (bytes-- && *a == *b) {
        a++;
        b++;
    }
    return *a - *b;
}

__attribute__((noinline)) void sort(unsigned *of, unsigned count) {
    for (unsigned i = 1; i < count; i++) {
        for (unsigned j = i; j && of[j] < of[j - 1]; j--) {
            unsigned t = of[j];
            of[j] = of[j - 1];
            of[j - 1] = t;
        }
    }
}

__attribute__((noinline)) unsigned square(unsigned of) {
    calls[of % 64]++;
    return squares[of % 1200];
}
