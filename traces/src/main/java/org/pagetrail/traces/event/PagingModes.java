package org.pagetrail.traces.event;

import org.pagetrail.traces.ia32.Ia32Paging;
import org.pagetrail.traces.paging.PagingMode;

/** The paging modes that a trace can name in its header. */
public final class PagingModes {
    private PagingModes() {}

    /**
     * The mode of this name.
     *
     * @throws IllegalArgumentException when this version knows none of that name
     */
    public static PagingMode named(String name) {
        if (Ia32Paging.NAME.equals(name)) {
            return Ia32Paging.MODE;
        }
        throw new IllegalArgumentException("paging mode '" + name + "' is not known; known: " + Ia32Paging.NAME);
    }
}
