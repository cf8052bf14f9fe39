package org.pagetrail.analyzer.rule;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * Judges the events of one trace by rules, in one pass: folds each into the state, and tells each rule the facts that it asks for.
 *
 * <p>An event costs the words, placements and pages that it touches; nothing is looked through from end to end but once, when the
 * switch makes the plan binding.
 */
public final class Judge extends FlatEvents {
    private static final ControlRegister[] REGISTERS = ControlRegister.values();
    private static final EntryCause[] ENTRY_CAUSES = EntryCause.values();
    private static final FaultResolution[] RESOLUTIONS = FaultResolution.values();
    private static final FillCause[] FILL_CAUSES = FillCause.values();
    private static final FlushCause[] FLUSH_CAUSES = FlushCause.values();
    private static final Mode[] MODES = Mode.values();
    private static final Tlb[] TLBS = Tlb.values();

    private final StateBuilder builder;
    private final MachineState state;
    private final PagingMode mode;
    private final Scene scene;
    private final Findings findings = new Findings();
    private final EntryFact entry = new EntryFact();
    private final FillFact fill = new FillFact();
    private final String lastStep;

    private final Rule[] onPhaseBegan;
    private final Rule[] onPhaseEnded;
    private final Rule[] onControlWriting;
    private final Rule[] onControlWritten;
    private final Rule[] onDirectoryLoaded;
    private final Rule[] onSwitched;
    private final Rule[] onBooted;
    private final Rule[] onStackMoved;
    private final Rule[] onModeSwitched;
    private final Rule[] onSpaceCreating;
    private final Rule[] onEntryChanging;
    private final Rule[] onEntryChanged;
    private final Rule[] onTableSettled;
    private final Rule[] onPageChanged;
    private final Rule[] onFilled;
    private final Rule[] onInvalidated;
    private final Rule[] onFlushed;
    private final Rule[] onChangedEntryUsed;
    private final Rule[] onPageFaulted;
    private final Rule[] onDoubleFaulted;
    private final Rule[] onTripleFaulted;
    private final Rule[] onFramesAllocating;
    private final Rule[] onFramesFreeing;
    private final Rule[] onFramesLocking;
    private final Rule[] onFrameCleared;
    private final Rule[] onFrameCopied;
    private final Rule[] onSpaceRetiring;
    private final Rule[] onInvalidating;
    private final Rule[] onPageFaultResolved;
    private final Rule[] onFrameShared;
    private final Rule[] onFrameUnsharing;
    private final Rule[] onUserSegmentLoaded;
    private final Rule[] onLibraryMapped;
    private final Rule[] onProgramBreakMoved;
    private final Rule[] onProcessExiting;
    private final Rule[] onEventTold;
    private final Rule[] onTraceEnded;

    /** The rules that have to do with fills. */
    private final Rule[] aboutFills;

    private long ordinal = -1;

    /** A write of a control register whose became-live events are still to come: its event and fields. */
    private boolean unsettled;

    /** A reference to a table whose became-live events are still to come. */
    private boolean unsettledTable;

    private long unsettledOrdinal;
    private long unsettledTick;
    private String unsettledPhase;
    private int unsettledId;
    private final long[] control = new long[6];

    /** Before the first event of a trace with this header; each rule serves one judge. */
    public Judge(TraceHeader header, List<Rule> rules) {
        builder = new StateBuilder(header);
        state = builder.state();
        mode = state.pagingMode();
        scene = new Scene(header, state, this::page);
        int steps = scene.plan().steps().size();
        lastStep = steps == 0 ? null : scene.plan().steps().get(steps - 1).id();
        rules.forEach(rule -> rule.begin(scene, findings));
        onPhaseBegan = that(rules, "phaseBegan");
        onPhaseEnded = that(rules, "phaseEnded");
        onControlWriting = that(rules, "controlWriting");
        onControlWritten = that(rules, "controlWritten");
        onDirectoryLoaded = that(rules, "directoryLoaded");
        onSwitched = that(rules, "switched");
        onBooted = that(rules, "booted");
        onStackMoved = that(rules, "stackMoved");
        onModeSwitched = that(rules, "modeSwitched");
        onSpaceCreating = that(rules, "spaceCreating");
        onEntryChanging = that(rules, "entryChanging");
        onEntryChanged = that(rules, "entryChanged");
        onTableSettled = that(rules, "tableSettled");
        onPageChanged = that(rules, "pageChanged");
        onFilled = that(rules, "filled");
        onInvalidated = that(rules, "invalidated");
        onFlushed = that(rules, "flushed");
        onChangedEntryUsed = that(rules, "changedEntryUsed");
        onPageFaulted = that(rules, "pageFaulted");
        onDoubleFaulted = that(rules, "doubleFaulted");
        onTripleFaulted = that(rules, "tripleFaulted");
        onFramesAllocating = that(rules, "framesAllocating");
        onFramesFreeing = that(rules, "framesFreeing");
        onFramesLocking = that(rules, "framesLocking");
        onFrameCleared = that(rules, "frameCleared");
        onFrameCopied = that(rules, "frameCopied");
        onSpaceRetiring = that(rules, "spaceRetiring");
        onInvalidating = that(rules, "invalidating");
        onPageFaultResolved = that(rules, "pageFaultResolved");
        onFrameShared = that(rules, "frameShared");
        onFrameUnsharing = that(rules, "frameUnsharing");
        onUserSegmentLoaded = that(rules, "userSegmentLoaded");
        onLibraryMapped = that(rules, "libraryMapped");
        onProgramBreakMoved = that(rules, "programBreakMoved");
        onProcessExiting = that(rules, "processExiting");
        onEventTold = that(rules, "eventTold");
        onTraceEnded = that(rules, "traceEnded");
        aboutFills = Stream.concat(Arrays.stream(onFilled), Arrays.stream(onEventTold))
                .distinct()
                .toArray(Rule[]::new);
    }

    /** The rules that override a fact. */
    private static Rule[] that(List<Rule> rules, String fact) {
        Method told = Arrays.stream(Rule.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(fact))
                .findFirst()
                .orElseThrow();
        return rules.stream().filter(rule -> overrides(rule.getClass(), told)).toArray(Rule[]::new);
    }

    private static boolean overrides(Class<?> type, Method told) {
        for (Class<?> at = type; at != Rule.class; at = at.getSuperclass()) {
            for (Method method : at.getDeclaredMethods()) {
                if (method.getName().equals(told.getName())
                        && Arrays.equals(method.getParameterTypes(), told.getParameterTypes())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The state after the events so far. */
    public MachineState state() {
        return state;
    }

    /** How much is kept in mind beside the state: entries of all maps and lists, and of them what was found. */
    int size() {
        return scene.size() + findings.size();
    }

    int foundSize() {
        return findings.size();
    }

    /** The tick of the last event, 0 before the first. */
    public long lastTick() {
        return scene.tick();
    }

    /**
     * The trace ended; what was found, by the ordinal at which it was first seen.
     *
     * @param closing null when the recording's rest is missing: then nothing is said of how it ends
     */
    public List<Violation> end(TraceClosing closing) {
        settle();
        if (closing != null) {
            for (Rule rule : onTraceEnded) {
                rule.traceEnded(closing);
            }
        }
        return findings.all();
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        if ((unsettled || unsettledTable) && !(entryEvent(id) && fields[7] == EntryCause.BECAME_LIVE.ordinal())) {
            settle();
        }
        ordinal++;
        scene.at(ordinal, tick, state.phase(), id);
        before(id, fields);
        EventDispatch.dispatch(id, tick, fields, text, builder);
        if (id == EventId.PHASE_BEGAN) {
            scene.at(ordinal, tick, state.phase(), id);
        }
        after(id, fields);
        for (Rule rule : onEventTold) {
            rule.eventTold();
        }
    }

    /** Folds at once what no rule has to be told, and tells the rest one by one. */
    @Override
    public void tlbFilled(TlbFills fills) {
        if (fills.count() > 0) {
            settle();
        }
        int to = -1;
        for (int at = 0; at < fills.count(); at++) {
            if (at > to) {
                to = fills.count();
                for (Rule rule : aboutFills) {
                    to = rule.firstToTell(fills, at, to);
                }
            }
            int first = at;
            at = builder.foldAsWalked(fills, first, to);
            if (at > first) {
                ordinal += at - first;
                scene.at(ordinal, state.tick(), state.phase(), EventId.TLB_FILLED);
                for (Rule rule : aboutFills) {
                    rule.filledPlainly(at - first);
                }
            }
            if (at < fills.count()) {
                fills.tell(at, this);
            }
        }
    }

    private static boolean entryEvent(int id) {
        return id >= EventId.PAGE_MAPPED && id <= EventId.ENTRY_MARKED;
    }

    // Before the state takes an event in

    private void before(int id, long[] f) {
        switch (id) {
            case EventId.CONTROL_REGISTER_WRITTEN -> {
                ControlRegister register = code(REGISTERS, f[0]);
                for (Rule rule : onControlWriting) {
                    rule.controlWriting(register, f[1], f[2], f[3], f[4]);
                }
            }
            case EventId.ADDRESS_SPACE_CREATED -> {
                for (Rule rule : onSpaceCreating) {
                    rule.spaceCreating(f[0]);
                }
            }
            case EventId.ADDRESS_SPACE_RETIRED -> {
                for (Rule rule : onSpaceRetiring) {
                    rule.spaceRetiring(f[0], f[1]);
                }
            }
            case EventId.TLB_INVALIDATED -> {
                for (Rule rule : onInvalidating) {
                    rule.invalidating(f[1], code(FLUSH_CAUSES, f[0]));
                }
            }
            case EventId.FRAME_UNSHARED -> {
                for (Rule rule : onFrameUnsharing) {
                    rule.frameUnsharing(f[0], f[1]);
                }
            }
            case EventId.PROCESS_EXITED -> {
                for (Rule rule : onProcessExiting) {
                    rule.processExiting(f[0]);
                }
            }
            case EventId.FRAMES_ALLOCATED -> {
                for (Rule rule : onFramesAllocating) {
                    rule.framesAllocating(f[0], f[1], state.symbol((int) f[2]));
                }
            }
            case EventId.FRAMES_FREED -> {
                for (Rule rule : onFramesFreeing) {
                    rule.framesFreeing(f[0], f[1]);
                }
            }
            case EventId.FRAMES_LOCKED -> {
                for (Rule rule : onFramesLocking) {
                    rule.framesLocking(f[0], f[1], state.symbol((int) f[2]));
                }
            }
            default -> {
                if (entryEvent(id) && id != EventId.ENTRY_MARKED && f[1] >= 0 && f[1] < mode.slots()) {
                    entryChanging(f);
                }
            }
        }
    }

    private void entryChanging(long[] f) {
        long cr4 = scene.cr4();
        entry.table = f[0];
        entry.slot = (int) f[1];
        // The state knows what was; should the event say otherwise, that is another invariant's matter.
        entry.was = state.word(f[0], entry.slot);
        entry.now = f[3];
        entry.linear = f[4];
        entry.level = level(f[0]);
        entry.directory = f[6];
        entry.cause = code(ENTRY_CAUSES, f[7]);
        entry.kindWas = mode.kind(entry.was, entry.level, cr4);
        entry.kindNow = mode.kind(entry.now, entry.level, cr4);
        entry.frameWas = entry.was == 0 ? Violation.NONE : mode.frame(entry.was, entry.level, cr4);
        entry.frameNow = entry.now == 0 ? Violation.NONE : mode.frame(entry.now, entry.level, cr4);
        for (Rule rule : onEntryChanging) {
            rule.entryChanging(entry);
        }
        scene.invalidations().entryChanging(entry, scene.event());
    }

    /** The highest level at which a walk comes to the structure. */
    private int level(long table) {
        for (int level = mode.levels(); level > 1; level--) {
            if (state.isLive(table, level)) {
                return level;
            }
        }
        return 1;
    }

    // After it

    private void after(int id, long[] f) {
        switch (id) {
            case EventId.PHASE_BEGAN -> {
                String name = state.symbol((int) f[0]);
                for (Rule rule : onPhaseBegan) {
                    rule.phaseBegan(name);
                }
            }
            case EventId.PHASE_ENDED -> phaseEnded(state.symbol((int) f[0]));
            case EventId.CONTROL_REGISTER_WRITTEN -> controlRegisterWritten(f);
            case EventId.STACK_POINTER_MOVED -> {
                for (Rule rule : onStackMoved) {
                    rule.stackMoved(f[0]);
                }
            }
            case EventId.MODE_SWITCHED -> {
                for (Rule rule : onModeSwitched) {
                    rule.modeSwitched(code(MODES, f[1]));
                }
            }
            case EventId.ADDRESS_SPACE_CREATED -> {
                scene.created = f[0];
                scene.processes().spaceCreated(f[0], f[1]);
                scene.structures().rootMayHaveChanged(f[0]);
            }
            case EventId.ADDRESS_SPACE_RETIRED -> {
                scene.structures().rootMayHaveChanged(f[0]);
                scene.retired(f[0]);
                scene.processes().spaceRetired(f[0]);
                scene.faults().drop(f[0]);
            }
            case EventId.TLB_FILLED -> filled(f);
            case EventId.TLB_INVALIDATED -> {
                FlushCause cause = code(FLUSH_CAUSES, f[0]);
                scene.invalidations().invalidated(f[1], cause);
                for (Rule rule : onInvalidated) {
                    rule.invalidated(f[1], cause);
                }
            }
            case EventId.TLB_FLUSHED -> {
                FlushCause cause = code(FLUSH_CAUSES, f[0]);
                boolean globalKept = cause == FlushCause.CR3_WRITE && mode.globalPagesEnabled(scene.cr4());
                scene.invalidations().flushed(globalKept);
                for (Rule rule : onFlushed) {
                    rule.flushed(cause);
                }
            }
            case EventId.CHANGED_ENTRY_USED -> {
                for (Rule rule : onChangedEntryUsed) {
                    rule.changedEntryUsed(code(TLBS, f[0]), (int) f[1], (int) f[2], f[3], (int) f[4], (int) f[5]);
                }
            }
            case EventId.PAGE_FAULTED -> pageFaulted(f);
            case EventId.PAGE_FAULT_RESOLVED -> pageFaultResolved(f[0], code(RESOLUTIONS, f[1]));
            case EventId.DOUBLE_FAULTED -> {
                // It is not answered: what was to answer it is not come to.
                scene.faults().clear();
                for (Rule rule : onDoubleFaulted) {
                    rule.doubleFaulted(f[0], f[2], f[3]);
                }
            }
            case EventId.TRIPLE_FAULTED -> {
                for (Rule rule : onTripleFaulted) {
                    rule.tripleFaulted(f[0], f[2], f[3]);
                }
            }
            case EventId.FRAMES_ALLOCATED, EventId.FRAMES_FREED ->
                scene.contents().forget(f[0], f[1]);
            case EventId.FRAME_SHARED -> {
                for (Rule rule : onFrameShared) {
                    rule.frameShared(f[0], f[1]);
                }
            }
            case EventId.FRAME_CLEARED -> {
                scene.contents().fill(f[0]);
                for (Rule rule : onFrameCleared) {
                    rule.frameCleared(f[0]);
                }
            }
            case EventId.FRAME_COPIED -> {
                scene.contents().fill(f[1]);
                for (Rule rule : onFrameCopied) {
                    rule.frameCopied(f[0], f[1]);
                }
            }
            default -> {
                if (entryEvent(id) && id != EventId.ENTRY_MARKED) {
                    entryChanged(id);
                } else {
                    process(id, f);
                }
            }
        }
    }

    private void process(int id, long[] f) {
        switch (id) {
            case EventId.PROCESS_CREATED -> scene.processes().created(f[0], f[1], f[2]);
            case EventId.USER_SEGMENT_LOADED -> {
                scene.processes().segmentLoaded(f[0], f[1], f[3], (int) f[4]);
                for (Rule rule : onUserSegmentLoaded) {
                    rule.userSegmentLoaded(f[0], f[1], f[3]);
                }
            }
            case EventId.LIBRARY_MAPPED -> {
                scene.processes().libraryMapped(f[0], f[1], f[2], (int) f[3]);
                for (Rule rule : onLibraryMapped) {
                    rule.libraryMapped(f[0], f[1], f[2]);
                }
            }
            case EventId.PROGRAM_BREAK_MOVED -> {
                scene.processes().breakMoved(f[0], f[1], f[2]);
                for (Rule rule : onProgramBreakMoved) {
                    rule.programBreakMoved(f[0], f[1], f[2]);
                }
            }
            case EventId.PROCESS_EXITED -> scene.processes().exited(f[0]);
            default -> {}
        }
    }

    private void pageFaulted(long[] f) {
        OpenFault fault = scene.faults().push();
        fault.linear = f[0];
        fault.code = (int) f[1];
        fault.privilege = (int) f[4];
        fault.accessesAllowed = f[5] != 0;
        fault.directory = scene.loadedDirectory();
        fault.ordinal = ordinal;
        for (Rule rule : onPageFaulted) {
            rule.pageFaulted(fault, f[2], f[3]);
        }
    }

    private void pageFaultResolved(long linear, FaultResolution how) {
        int index = scene.faults().indexOf(linear);
        OpenFault fault = index < 0 ? null : scene.faults().get(index);
        for (Rule rule : onPageFaultResolved) {
            rule.pageFaultResolved(fault, linear, how);
        }
        if (index >= 0) {
            scene.faults().pop(index);
        }
    }

    private void phaseEnded(String name) {
        for (Rule rule : onPhaseEnded) {
            rule.phaseEnded(name);
        }
        if (name.equals(Scene.REMAP_STEP) && !scene.switched) {
            switched(Violation.NONE);
        }
        if (name.equals(lastStep) && !scene.booted) {
            scene.booted = true;
            for (Rule rule : onBooted) {
                rule.booted();
            }
        }
    }

    private void controlRegisterWritten(long[] f) {
        unsettled = true;
        System.arraycopy(f, 0, control, 0, control.length);
        unsettledAt(EventId.CONTROL_REGISTER_WRITTEN);
        switch (code(REGISTERS, f[0])) {
            case CR0 -> scene.structures().rootMayHaveChanged(frame(state.register(ControlRegister.CR3)));
            case CR3 -> {
                scene.structures().rootMayHaveChanged(frame(f[2]));
                scene.structures().rootMayHaveChanged(frame(f[1]));
            }
            case CR4 -> scene.structures().cr4Written();
        }
    }

    private long frame(long cr3) {
        return cr3 >>> mode.shift(1);
    }

    private void unsettledAt(int id) {
        unsettledOrdinal = ordinal;
        unsettledTick = scene.tick();
        unsettledPhase = scene.phase();
        unsettledId = id;
    }

    /** What an event made live has been told: its consequences can be judged, as of it. */
    private void settle() {
        if (unsettled || unsettledTable) {
            scene.at(unsettledOrdinal, unsettledTick, unsettledPhase, unsettledId);
        }
        if (unsettledTable) {
            unsettledTable = false;
            for (Rule rule : onTableSettled) {
                rule.tableSettled();
            }
        }
        if (unsettled) {
            unsettled = false;
            settleControl();
        }
    }

    private void settleControl() {
        ControlRegister register = code(REGISTERS, control[0]);
        long was = control[1];
        long now = control[2];
        boolean loads = state.pagingEnabled()
                && (register == ControlRegister.CR3
                        || register == ControlRegister.CR0 && !mode.pagingEnabled(was) && mode.pagingEnabled(now));
        if (loads) {
            long directory = frame(state.register(ControlRegister.CR3));
            scene.loaded(directory);
            boolean goesOver = register == ControlRegister.CR3 && frame(was) != frame(now);
            if (!scene.switched && goesOver && Scene.REMAP_STEP.equals(unsettledPhase)) {
                scene.first = directory;
                switched(frame(was));
            } else if (scene.left() == directory) {
                // Gone back to, it counts like any other.
                scene.left(Violation.NONE);
                scene.structures().tellPages(directory);
            }
        }
        for (Rule rule : onControlWritten) {
            rule.controlWritten(register, was, now, control[3], control[4]);
        }
        if (loads) {
            for (Rule rule : onDirectoryLoaded) {
                rule.directoryLoaded(frame(state.register(ControlRegister.CR3)));
            }
        }
    }

    private void switched(long left) {
        scene.switched = true;
        scene.left(state.isRoot(left) ? left : Violation.NONE);
        for (long frame : state.liveFrames()) {
            if (state.isRoot(frame) && frame != scene.left()) {
                scene.structures().tellPages(frame);
            }
        }
        for (Rule rule : onSwitched) {
            rule.switched();
        }
    }

    private void entryChanged(int id) {
        scene.changes().changed(entry.table, entry.slot, ordinal, id);
        scene.structures().wordChanged(entry.table, entry.slot, entry.now);
        if (!scene.invalidations().isEmpty()) {
            scene.invalidations().entryChanged(entry, scene.event());
        }
        for (Rule rule : onEntryChanged) {
            rule.entryChanged(entry);
        }
        if (onTableSettled.length != 0 && entry.kindNow == EntryKind.TABLE && entry.cause != EntryCause.BECAME_LIVE) {
            unsettledTable = true;
            unsettledAt(id);
        }
    }

    private void page(PageFact page) {
        scene.owners().mapped(page);
        for (Rule rule : onPageChanged) {
            rule.pageChanged(page);
        }
    }

    private void filled(long[] f) {
        if (onFilled.length == 0) {
            return;
        }
        fill.tlb = code(TLBS, f[0]);
        fill.secondLevelWay = (int) f[3];
        fill.page = f[4];
        fill.pde = f[5];
        fill.pte = f[6];
        fill.rights = (int) f[7];
        fill.dirty = f[8] != 0;
        fill.global = f[9] != 0;
        fill.cause = code(FILL_CAUSES, f[10]);
        for (Rule rule : onFilled) {
            rule.filled(fill);
        }
    }

    private static <T> T code(T[] constants, long code) {
        // What is out of range the state refuses as damage; before it does, any will do.
        return constants[(int) Math.min(Math.max(code, 0), constants.length - 1)];
    }
}
