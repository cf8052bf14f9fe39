package org.pagetrail.analyzer.rule;

/** A violation being put together, then reported. */
public final class Finding {
    private final Invariant invariant;
    private final Scene scene;
    private final Findings findings;
    private long directory = Violation.NONE;
    private long linear = Violation.NONE;
    private long bytes;
    private Violation.Cause cause;
    private String missing;

    Finding(Invariant invariant, Scene scene, Findings findings) {
        this.invariant = invariant;
        this.scene = scene;
        this.findings = findings;
        this.cause = scene.event();
    }

    /** About this linear address. */
    public Finding at(long address) {
        linear = address;
        return this;
    }

    /** About so many bytes from this linear address. */
    public Finding at(long address, long size) {
        linear = address;
        bytes = size;
        return this;
    }

    /** In the address space of this directory. */
    public Finding in(long frame) {
        directory = frame;
        return this;
    }

    /** About this page, brought about by the last change of a word on the way to it. */
    public Finding at(PageFact page) {
        cause = scene.lastChange(page);
        return at(page.linear(), page.bytes()).in(page.directory());
    }

    /** Brought about by this event, where it is not the one being told; null when by none. */
    public Finding because(Violation.Cause event) {
        cause = event;
        return this;
    }

    /** For want of this. */
    public Finding missing(String what) {
        missing = what;
        return this;
    }

    /** Reports it. */
    public void report(String expected, String found) {
        Violation violation = new Violation(
                invariant,
                scene.ordinal(),
                scene.tick(),
                scene.phase(),
                directory,
                linear,
                bytes,
                scene.region(linear, directory),
                expected,
                found,
                cause,
                missing,
                1);
        // Kernel space is the same in all of them.
        findings.add(violation, linear == Violation.NONE || scene.kernel(linear) ? Violation.NONE : directory);
    }
}
