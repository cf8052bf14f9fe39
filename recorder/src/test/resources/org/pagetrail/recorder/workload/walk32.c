/* Walks a large array by a stride and recurses deep, without a C library: a 32-bit program for which no 32-bit libraries are needed. */
static int numbers[200000];

static int __attribute__((noinline)) deep(int n) {
    volatile int frame[300];
    frame[n % 300] = n;
    return n == 0 ? 0 : frame[n % 300] + deep(n - 1);
}

void _start(void) {
    for (int i = 0; i < 6000; i++) {
        numbers[i * 7 % 200000] += i;
    }
    int status = deep(50) & 1;
    /* exit(status) */
    __asm__ volatile("int $0x80" : : "a"(1), "b"(status));
    for (;;) {
    }
}
