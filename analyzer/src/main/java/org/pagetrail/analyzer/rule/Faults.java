package org.pagetrail.analyzer.rule;

import java.util.Arrays;

/** The page faults that the kernel has not answered yet: a handler that faults itself is answered first. */
public final class Faults {
    private OpenFault[] open = new OpenFault[4];
    private int size;

    /** How many. */
    public int size() {
        return size;
    }

    /** One of them, the oldest first. */
    public OpenFault get(int index) {
        return open[index];
    }

    /** The index of the youngest at this address; -1 when there is none. */
    public int indexOf(long linear) {
        int at = size - 1;
        while (at >= 0 && open[at].linear != linear) {
            at--;
        }
        return at;
    }

    OpenFault push() {
        if (size == open.length) {
            open = Arrays.copyOf(open, 2 * size);
        }
        if (open[size] == null) {
            open[size] = new OpenFault();
        }
        open[size].begin();
        return open[size++];
    }

    /** Forgets one and all that are younger: their handlers were left with its own. */
    void pop(int index) {
        size = index;
    }

    /** Forgets those of an address space. */
    public void drop(long directory) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            OpenFault fault = open[i];
            if (fault.directory != directory) {
                open[i] = open[kept];
                open[kept++] = fault;
            }
        }
        size = kept;
    }

    void clear() {
        size = 0;
    }
}
