#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sorts numbers on the heap by recursion and prints one of them. */
static void sort(int *from, int *to) {
    if (to - from < 2) {
        return;
    }
    int pivot = from[(to - from) / 2];
    int *low = from;
    int *high = to - 1;
    while (low <= high) {
        while (*low < pivot) {
            low++;
        }
        while (*high > pivot) {
            high--;
        }
        if (low <= high) {
            int was = *low;
            *low++ = *high;
            *high-- = was;
        }
    }
    sort(from, high + 1);
    sort(low, to);
}

int main(void) {
    enum { COUNT = 300 };
    int *numbers = malloc(COUNT * sizeof *numbers);
    unsigned state = 1;
    for (int i = 0; i < COUNT; i++) {
        state = state * 1103515245 + 12345;
        numbers[i] = (int) (state >> 8);
    }
    sort(numbers, numbers + COUNT);
    printf("%d\n", numbers[COUNT / 2]);
    free(numbers);
    return 0;
}
