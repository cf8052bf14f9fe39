package org.pagetrail.recorder.kernel.process;

import org.pagetrail.traces.event.Rights;

/** A range of a process's address space with a purpose. */
final class Area {
    enum Kind {
        SEGMENT,
        HEAP,
        LIBRARY,
        STACK
    }

    final Kind kind;
    final long first;
    long end;
    final int rights;

    /**
     * A range.
     *
     * @param first its first address, of a page
     * @param end the address after it
     */
    Area(Kind kind, long first, long end, int rights) {
        this.kind = kind;
        this.first = first;
        this.end = end;
        this.rights = rights;
    }

    Area copy() {
        return new Area(kind, first, end, rights);
    }

    boolean contains(long linear) {
        return linear >= first && linear < end;
    }

    boolean writable() {
        return Rights.has(rights, Rights.WRITE);
    }
}
