/* A command interpreter without the commands: tables of words, a line buffer, a history. Its segments are what matters. */

static const char words[64][32] = {"cd", "cp", "echo", "exit", "ls", "mv", "rm", "run"};
static volatile unsigned history[512] = {1, 2, 3};
static char line[8192];
static volatile unsigned variables[2048];

__attribute__((noinline)) static unsigned hash(const char *text) {
    unsigned h = 5381;
    while (*text) {
        h = h * 33 ^ (unsigned char) *text++;
    }
    return h;
}

__attribute__((noinline)) static int find(const char *word) {
    for (int i = 0; i < 64; i++) {
        const char *a = words[i];
        const char *b = word;
        while (*a && *a == *b) {
            a++;
            b++;
        }
        if (*a == *b) {
            return i;
        }
    }
    return -1;
}

__attribute__((noinline)) static void remember(unsigned command) {
    for (int i = 511; i > 0; i--) {
        history[i] = history[i - 1];
    }
    history[0] = command;
}

__attribute__((noinline)) static void expand(void) {
    for (unsigned i = 0; i < sizeof line - 1; i++) {
        if (line[i] == '$') {
            line[i] = (char) variables[hash(line + i) % 2048];
        }
    }
}

void _start(void) {
    for (;;) {
        expand();
        remember(hash(line) + (unsigned) find(line));
    }
}
