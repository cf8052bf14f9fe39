/* A text editor without a screen: a buffer with a gap, a table of keys. */

static const unsigned short keys[1024] = {7, 1, 2};
static volatile unsigned marks[1500] = {1};
static volatile char text[65536];
static volatile unsigned gap, gapEnd = sizeof text;

__attribute__((noinline)) static void moveGap(unsigned to) {
    while (gap > to) {
        text[--gapEnd] = text[--gap];
    }
    while (gap < to) {
        text[gap++] = text[gapEnd++];
    }
}

__attribute__((noinline)) static void insert(char c) {
    if (gap < gapEnd) {
        text[gap++] = c;
    }
}

__attribute__((noinline)) static unsigned search(char c) {
    for (unsigned i = 0; i < sizeof text; i++) {
        if (text[i] == c) {
            return i;
        }
    }
    return 0;
}

__attribute__((noinline)) static void mark(unsigned key) {
    marks[key % 1500] = gap;
}

void _start(void) {
    for (unsigned i = 0;; i++) {
        mark(keys[i % 1024]);
        insert((char) i);
        moveGap(search((char) i));
    }
}
