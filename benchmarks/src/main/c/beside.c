/* Drives the translation of a reference that lies beside the checkout (its file is REFERENCE) as reference.c drives its own, but for
 * the counts of hits and walks, which it does not keep: they are printed as zeros. */
#define main reference_main
#include REFERENCE
#undef main

static double processor_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int count, char **arguments)
{
    if (count != 3)
        return 2;
    int passes = atoi(arguments[2]);
    uint32_t *accesses = malloc(NACC * sizeof *accesses);
    gen(accesses, atoi(arguments[1]));
    char line[16];
    while (fgets(line, sizeof line, stdin)) {
        uint64_t sum = 0;
        memset(l1, 0, sizeof l1);
        memset(l2, 0, sizeof l2);
        double began = processor_time();
        for (int pass = 0; pass < passes; pass++)
            for (uint32_t i = 0; i < NACC; i++)
                sum += acc(accesses[i] & ~7u, accesses[i] & 1, (uint64_t)pass * NACC + i);
        printf("%.0f %llu 0 0 0\n", processor_time() - began, (unsigned long long)sum);
        fflush(stdout);
    }
    return 0;
}
