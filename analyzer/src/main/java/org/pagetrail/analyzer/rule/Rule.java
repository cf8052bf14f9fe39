package org.pagetrail.analyzer.rule;

import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceClosing;

/**
 * One invariant, and how it is judged.
 *
 * <p>A rule overrides the facts that it depends on, and is told only those. Facts are told after the state has taken the event in,
 * but those that end in -ing: they are told before, so that a rule sees what was. A rule looks at the plan and at the replayed
 * state; it never learns what recorded the trace.
 */
public abstract class Rule {
    private final Invariant invariant;
    private Scene scene;
    private Findings findings;

    /** A rule that judges this invariant, for one trace. */
    protected Rule(Invariant invariant) {
        this.invariant = invariant;
    }

    /** What it judges. */
    public final Invariant invariant() {
        return invariant;
    }

    final void begin(Scene itsScene, Findings itsFindings) {
        scene = itsScene;
        findings = itsFindings;
    }

    /** The state, the plan, and how far the boot has come. */
    protected final Scene scene() {
        return scene;
    }

    /** Begins to report that the invariant does not hold here. */
    protected final Finding violated() {
        return new Finding(invariant, scene, findings);
    }

    /** A phase began. */
    protected void phaseBegan(String phase) {}

    /** A phase ended. */
    protected void phaseEnded(String phase) {}

    /** A control register is about to be written. */
    protected void controlWriting(ControlRegister register, long was, long now, long ip, long sp) {}

    /** A control register was written, and all that became live by it has been told. */
    protected void controlWritten(ControlRegister register, long was, long now, long ip, long sp) {}

    /** The directory was loaded, and all that became live by it has been told. */
    protected void directoryLoaded(long directory) {}

    /** The step that builds the structure for good has gone over to it: see {@link Scene#switched}. */
    protected void switched() {}

    /** The last step of the plan ended: see {@link Scene#booted}. */
    protected void booted() {}

    /** The stack pointer moved to another page. */
    protected void stackMoved(long page) {}

    /** The processor changed between supervisor and user mode. */
    protected void modeSwitched(Mode to) {}

    /** A directory is about to become the root of an address space. */
    protected void spaceCreating(long directory) {}

    /** A directory is about to stop being the root of the address space of a process, 0 for the kernel. */
    protected void spaceRetiring(long directory, long pid) {}

    /** A word is about to change in another bit than A and D. */
    protected void entryChanging(EntryFact entry) {}

    /** A word changed in another bit than A and D. */
    protected void entryChanged(EntryFact entry) {}

    /** All that a new reference to a table made live has been told. */
    protected void tableSettled() {}

    /** A page came to be or changed; told again for all pages when {@link #switched}. */
    protected void pageChanged(PageFact page) {}

    /** A TLB took a translation. */
    protected void filled(FillFact fill) {}

    /**
     * The first fill of a run that a rule has to be told, when all of them are what the paging structures and the second level say; {@code
     * to} when none has. Only rules that are told {@link #filled} or {@link #eventTold} are asked. What a rule need not be told is
     * counted by {@link #filledPlainly} alone.
     *
     * @param from the first fill
     * @param to behind the last
     */
    protected int firstToTell(TlbFills fills, int from, int to) {
        return from;
    }

    /** So many fills of a run were folded that no rule had to be told; the state is that after the last. */
    protected void filledPlainly(int count) {}

    /** The translations of one page are about to be dropped. */
    protected void invalidating(long linear, FlushCause cause) {}

    /** The translations of one page were dropped. */
    protected void invalidated(long linear, FlushCause cause) {}

    /** The translations of all pages were dropped, but the global ones for a write of CR3. */
    protected void flushed(FlushCause cause) {}

    /** A cached translation was used after an entry that it derives from had changed. */
    protected void changedEntryUsed(Tlb tlb, int set, int way, long linear, int kind, int privilege) {}

    /** An access raised #PF; it is the youngest of {@link Scene#faults}. */
    protected void pageFaulted(OpenFault fault, long ip, long sp) {}

    /** The kernel answered a page fault, which is still among {@link Scene#faults}; null when none is open at this address. */
    protected void pageFaultResolved(OpenFault fault, long linear, FaultResolution how) {}

    /** Delivering a fault raised another. */
    protected void doubleFaulted(long linear, long ip, long sp) {}

    /** Delivering a double fault raised a fault. */
    protected void tripleFaulted(long linear, long ip, long sp) {}

    /** Frames are about to be allocated. */
    protected void framesAllocating(long first, long count, String use) {}

    /** Frames are about to be freed. */
    protected void framesFreeing(long first, long count) {}

    /** Frames are about to be locked. */
    protected void framesLocking(long first, long count, String use) {}

    /** A frame got one more user. */
    protected void frameShared(long frame, long references) {}

    /** A frame is about to lose one of its users. */
    protected void frameUnsharing(long frame, long references) {}

    /** A frame was filled with zeros. */
    protected void frameCleared(long frame) {}

    /** A frame got the contents of another. */
    protected void frameCopied(long source, long destination) {}

    /** A segment of a program was placed in a process. */
    protected void userSegmentLoaded(long pid, long linear, long bytes) {}

    /** A shared library was mapped into a process. */
    protected void libraryMapped(long pid, long linear, long bytes) {}

    /** The end of a process's heap moved. */
    protected void programBreakMoved(long pid, long was, long now) {}

    /** A process is about to end. */
    protected void processExiting(long pid) {}

    /** Any event was told, and all that follows from it. */
    protected void eventTold() {}

    /** The trace ended. */
    protected void traceEnded(TraceClosing closing) {}
}
