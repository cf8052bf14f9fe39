package org.pagetrail.analyzer.rule;

/** A page fault that the kernel has not answered yet. One object serves many faults: it is valid until its answer was told. */
public final class OpenFault {
    long linear;
    int code;
    int privilege;
    long directory;
    long ordinal;
    boolean accessesAllowed;
    private boolean allowedByWalk;

    OpenFault() {}

    void begin() {
        allowedByWalk = false;
    }

    /** CR2. */
    public long linear() {
        return linear;
    }

    /** The error code, see {@link org.pagetrail.traces.event.PageFaultCode}. */
    public int code() {
        return code;
    }

    /** The privilege level of the access, or of the program for which the processor made it. */
    public int privilege() {
        return privilege;
    }

    /** Whether EFLAGS.AC was set. */
    public boolean accessesAllowed() {
        return accessesAllowed;
    }

    /** The frame of the directory that was loaded. */
    public long directory() {
        return directory;
    }

    /** The position of its event. */
    public long ordinal() {
        return ordinal;
    }

    /** Whether the entries allowed the access, and only a cached translation denied it. */
    public boolean allowedByWalk() {
        return allowedByWalk;
    }

    /** The entries allow the access. */
    public void foundAllowedByWalk() {
        allowedByWalk = true;
    }
}
