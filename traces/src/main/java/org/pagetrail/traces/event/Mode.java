package org.pagetrail.traces.event;

/** Who runs: what U/S of a page is compared with. */
public enum Mode {
    /** CPL 0 to 2. */
    SUPERVISOR,

    /** CPL 3. */
    USER
}
