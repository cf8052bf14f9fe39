package org.pagetrail.replay.state;

import java.util.ArrayList;
import java.util.List;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.MemoryType;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.PagingModes;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.paging.PagingMode;

/**
 * The fold of all events into a machine's memory state, from the events alone.
 *
 * <p>Each event says what changed, and is believed. Where it also says what was before (the old word, the old register) and
 * the fold knows better, the state counts a contradiction and goes on with the event's word. An event that names what the
 * machine cannot have (a way beyond the TLB, a slot beyond the table) is damage: a {@link TraceException}.
 */
public final class StateBuilder implements TraceEvents {
    private static final ControlRegister[] REGISTERS = ControlRegister.values();
    private static final DescriptorTable[] TABLES = DescriptorTable.values();
    private static final EntryCause[] ENTRY_CAUSES = EntryCause.values();
    private static final FillCause[] FILL_CAUSES = FillCause.values();
    private static final FlushCause[] FLUSH_CAUSES = FlushCause.values();
    private static final MemoryType[] MEMORY_TYPES = MemoryType.values();
    private static final Mode[] MODES = Mode.values();
    private static final StopReason[] STOP_REASONS = StopReason.values();
    private static final Tlb[] TLBS = Tlb.values();
    private static final int ALL_RIGHTS = Rights.READ | Rights.WRITE | Rights.USER | Rights.EXECUTE;

    private final MachineState state;
    private final int slots;
    private final int pageShift;
    private final FillRuns runs;

    /**
     * Before the first event of a trace with this header.
     *
     * @throws TraceException when the header names a paging mode or holds a machine profile that this version does not know
     */
    public StateBuilder(TraceHeader header) {
        this(mode(header), CacheShape.of(header.profile()));
    }

    StateBuilder(PagingMode mode, CacheShape shape) {
        this(new MachineState(mode, shape));
    }

    private StateBuilder(MachineState state) {
        this.state = state;
        this.slots = state.pagingMode().slots();
        this.pageShift = state.pagingMode().shift(1);
        this.runs = new FillRuns(state);
    }

    /** A builder that goes on from a state, which stays as it is. */
    public static StateBuilder from(MachineState state) {
        return new StateBuilder(state.copy());
    }

    private static PagingMode mode(TraceHeader header) {
        try {
            return PagingModes.named(header.mode());
        } catch (IllegalArgumentException e) {
            throw new TraceException("the trace's header: " + e.getMessage(), e);
        }
    }

    /** The state after the events so far; it changes with the next. */
    public MachineState state() {
        return state;
    }

    /** The state after the events so far, for good. */
    public MachineState snapshot() {
        return state.copy();
    }

    static TraceException damaged(String what) {
        return new TraceException(what + "; the trace is damaged");
    }

    private void event(long tick) {
        state.control.tick = tick;
        state.control.events++;
    }

    private void contradiction() {
        Control control = state.control;
        if (control.contradictions++ == 0) {
            control.firstContradiction = control.events - 1;
        }
    }

    private static <T> T code(T[] constants, int code, String field) {
        if (code < 0 || code >= constants.length) {
            throw damaged("an event has the " + field + " " + code + ", which this version does not know");
        }
        return constants[code];
    }

    // Structure

    @Override
    public void symbolDefined(long tick, int id, String text) {
        event(tick);
        state.symbols.define(id, text);
    }

    @Override
    public void phaseBegan(long tick, int symbol) {
        event(tick);
        state.control.phases.push(state.symbols.text(symbol));
    }

    @Override
    public void phaseEnded(long tick, int symbol) {
        event(tick);
        String name = state.symbols.text(symbol);
        Control control = state.control;
        if (!name.equals(control.phases.peek())) {
            contradiction();
        }
        if (control.phases.contains(name)) {
            while (!control.phases.pop().equals(name)) {}
        }
        control.lastPhaseEnded = name;
    }

    // Firmware

    @Override
    public void memoryRegionReported(long tick, long physical, long size, int type) {
        event(tick);
        state.frames.regions.add(new MemoryRegion(physical, size, code(MEMORY_TYPES, type, "type")));
    }

    @Override
    public void moduleLoaded(long tick, long physical, long size, int name) {
        event(tick);
        state.frames.modules.add(new LoadedModule(physical, size, state.symbols.text(name)));
    }

    @Override
    public void kernelSegmentLoaded(long tick, long physical, long linear, long fileSize, long memorySize, int rights) {
        event(tick);
        state.frames.kernelSegments.add(new KernelSegment(physical, linear, fileSize, memorySize, rights(rights)));
    }

    // Control

    @Override
    public void controlRegisterWritten(long tick, int register, long was, long now, long ip, long sp, int cpl) {
        event(tick);
        Control control = state.control;
        ControlRegister which = code(REGISTERS, register, "register");
        if (control.written[register] && control.registers[register] != was) {
            contradiction();
        }
        state.structures.beginChange();
        long rootBefore = control.root(pageShift);
        control.registers[register] = now;
        control.written[register] = true;
        if (which == ControlRegister.CR4) {
            state.structures.controlChanged(now);
        }
        long rootAfter = control.root(pageShift);
        if (rootBefore != rootAfter) {
            if (rootAfter != Control.NONE) {
                state.structures.addRoot(rootAfter);
            }
            if (rootBefore != Control.NONE) {
                state.structures.dropRoot(rootBefore);
            }
        }
    }

    @Override
    public void descriptorTableLoaded(long tick, int table, long linear, long limit, long handler) {
        event(tick);
        code(TABLES, table, "table");
        state.control.tables[table] = new DescriptorTableRegister(linear, limit, handler);
    }

    @Override
    public void stackPointerMoved(long tick, long page) {
        event(tick);
        state.control.stackPage = page;
    }

    @Override
    public void modeSwitched(long tick, int from, int to) {
        event(tick);
        if (state.control.mode != code(MODES, from, "mode")) {
            contradiction();
        }
        state.control.mode = code(MODES, to, "mode");
    }

    @Override
    public void machineStopped(long tick, int reason) {
        event(tick);
        state.control.stopped = code(STOP_REASONS, reason, "reason");
    }

    // Address spaces

    @Override
    public void addressSpaceCreated(long tick, long directory, int pid, int symbol) {
        event(tick);
        state.structures.beginChange();
        Spaces.Space space = new Spaces.Space(pid, state.symbols.text(symbol));
        if (state.spaces.byDirectory.put(directory, space) == null) {
            state.structures.addRoot(directory);
        } else {
            contradiction();
        }
    }

    @Override
    public void addressSpaceRetired(long tick, long directory, int pid, int symbol) {
        event(tick);
        state.structures.beginChange();
        if (state.spaces.byDirectory.remove(directory) != null) {
            state.structures.dropRoot(directory);
        } else {
            contradiction();
        }
    }

    @Override
    public void addressSpaceSwitched(long tick, long directory, int pid, int symbol) {
        event(tick);
        state.spaces.current = directory;
    }

    // Paging entries

    private void entry(long tick, long table, int slot, long was, long now, int cause) {
        event(tick);
        if (slot < 0 || slot >= slots) {
            throw damaged("an event changes slot " + slot + " of a table that has " + slots);
        }
        boolean becameLive = code(ENTRY_CAUSES, cause, "cause") == EntryCause.BECAME_LIVE;
        if (!becameLive) {
            state.structures.beginChange();
        }
        long known = state.structures.word(table, slot);
        boolean toldAgain = becameLive && known == now;
        if (!state.structures.wordChanged(table, slot, now) || known != was && !toldAgain) {
            contradiction();
        }
    }

    @Override
    public void pageMapped(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        entry(tick, table, slot, was, now, cause);
    }

    @Override
    public void pageUnmapped(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        entry(tick, table, slot, was, now, cause);
    }

    @Override
    public void pageRemapped(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        entry(tick, table, slot, was, now, cause);
    }

    @Override
    public void pageProtected(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        entry(tick, table, slot, was, now, cause);
    }

    @Override
    public void tableLinked(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        entry(tick, table, slot, was, now, cause);
    }

    @Override
    public void tableUnlinked(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        entry(tick, table, slot, was, now, cause);
    }

    @Override
    public void tableRelinked(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        entry(tick, table, slot, was, now, cause);
    }

    @Override
    public void tableProtected(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        entry(tick, table, slot, was, now, cause);
    }

    @Override
    public void pageSplit(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        entry(tick, table, slot, was, now, cause);
    }

    @Override
    public void pageMerged(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        entry(tick, table, slot, was, now, cause);
    }

    @Override
    public void entryMarked(
            long tick, long table, int slot, long was, long now, long linear, int level, long directory, int cause) {
        entry(tick, table, slot, was, now, cause);
    }

    // TLB

    @Override
    public void tlbFilled(
            long tick,
            int tlb,
            int set,
            int way,
            int secondLevelWay,
            long page,
            long pde,
            long pte,
            int rights,
            int dirty,
            int global,
            int cause,
            long walkReferences) {
        event(tick);
        state.caches.filled(
                code(TLBS, tlb, "tlb"),
                set,
                way,
                secondLevelWay,
                page,
                pde,
                pte,
                rights(rights),
                dirty != 0,
                global != 0,
                code(FILL_CAUSES, cause, "cause"),
                state.control.register(ControlRegister.CR4));
    }

    @Override
    public void tlbFilled(TlbFills fills) {
        for (int i = 0; i < fills.count(); i++) {
            i = runs.fold(fills, i);
            if (i < fills.count()) {
                // What is odd about it is said as of any single event.
                fills.tell(i, this);
            }
        }
    }

    /**
     * Folds the fills of a run as long as nothing can be said against them: their ticks do not go back, what a walk filled has the
     * entries, rights, G and D that the paging structures have, with A set, and D for a write; what came from the second level
     * equals what that holds.
     *
     * @param from the first
     * @param to behind the last
     * @return behind the last that was folded: at the first of which that is not sure, which may still be right
     */
    public int foldAsWalked(TlbFills fills, int from, int to) {
        return runs.foldAsWalked(fills, from, to);
    }

    @Override
    public void walkCacheFilled(long tick, int set, int way, long linear, long entry) {
        event(tick);
        state.caches.walkCacheFilled(set, way, linear, entry);
    }

    @Override
    public void tlbInvalidated(long tick, int cause, long linear, long dropped, long kept, long walkCacheDropped) {
        event(tick);
        state.caches.invalidate(linear, code(FLUSH_CAUSES, cause, "cause") != FlushCause.PAGE_FAULT);
    }

    @Override
    public void tlbFlushed(long tick, int cause, long dropped, long kept, long walkCacheDropped) {
        event(tick);
        boolean cr3 = code(FLUSH_CAUSES, cause, "cause") == FlushCause.CR3_WRITE;
        state.caches.flush(cr3 && state.control.globalPages());
    }

    @Override
    public void changedEntryUsed(long tick, int tlb, int set, int way, long linear, int kind, int cpl, long ip) {
        event(tick);
    }

    // Faults

    @Override
    public void pageFaulted(
            long tick, long linear, int errorCode, long ip, long sp, int cpl, int ac, long walkReferences) {
        event(tick);
        state.control.cr2 = linear;
    }

    @Override
    public void pageFaultResolved(long tick, long linear, int how) {
        event(tick);
    }

    @Override
    public void doubleFaulted(long tick, long linear, int errorCode, long ip, long sp, int cpl, int ac) {
        event(tick);
    }

    @Override
    public void tripleFaulted(long tick, long linear, int errorCode, long ip, long sp, int cpl, int ac) {
        event(tick);
    }

    @Override
    public void interruptTaken(long tick, int vector, long ip, long sp, int cpl, int ac) {
        event(tick);
    }

    @Override
    public void interruptReturned(long tick, long ip, int cpl, int ac) {
        event(tick);
    }

    @Override
    public void processorHalted(long tick, long cycles) {
        event(tick);
    }

    // Frames

    @Override
    public void framesAllocated(long tick, long frame, long count, int use) {
        event(tick);
        requireRun(frame, count);
        state.frames.allocated.set(frame, count, use);
    }

    @Override
    public void framesFreed(long tick, long frame, long count, int use) {
        event(tick);
        requireRun(frame, count);
        state.frames.freed(frame, count);
    }

    @Override
    public void framesLocked(long tick, long frame, long count, int use) {
        event(tick);
        requireRun(frame, count);
        state.frames.locked.set(frame, count, use);
    }

    @Override
    public void frameShared(long tick, long frame, long references) {
        event(tick);
        state.frames.shares.put(frame, references);
    }

    @Override
    public void frameUnshared(long tick, long frame, long references) {
        event(tick);
        state.frames.shares.put(frame, references);
    }

    @Override
    public void frameCleared(long tick, long frame) {
        event(tick);
    }

    @Override
    public void frameCopied(long tick, long source, long destination) {
        event(tick);
    }

    // Processes

    @Override
    public void processCreated(long tick, int pid, int parent, long directory, int name) {
        event(tick);
        put(ProcessState.created(pid, parent, directory, state.symbols.text(name)));
    }

    /** The process, or one without a name when no event has created it. */
    private ProcessState process(int pid) {
        ProcessState process = state.spaces.processes.get(pid);
        if (process == null) {
            contradiction();
            return ProcessState.created(pid, 0, 0, "");
        }
        return process;
    }

    private void put(ProcessState p) {
        state.spaces.processes.put(p.pid(), p);
    }

    @Override
    public void userSegmentLoaded(long tick, int pid, long linear, long fileSize, long memorySize, int rights) {
        event(tick);
        ProcessState p = process(pid);
        List<UserSegment> segments = new ArrayList<>(p.segments());
        segments.removeIf(segment -> segment.linear() == linear);
        segments.add(new UserSegment(linear, fileSize, memorySize, rights(rights)));
        put(p.withSegments(segments));
    }

    @Override
    public void programBreakMoved(long tick, int pid, long was, long now) {
        event(tick);
        put(process(pid).withProgramBreak(now));
    }

    @Override
    public void libraryMapped(long tick, int pid, long linear, long size, int rights, int name) {
        event(tick);
        ProcessState p = process(pid);
        List<MappedLibrary> libraries = new ArrayList<>(p.libraries());
        libraries.add(new MappedLibrary(linear, size, rights(rights), state.symbols.text(name)));
        put(p.withLibraries(libraries));
    }

    @Override
    public void processExited(long tick, int pid, long status) {
        event(tick);
        put(process(pid).ended(status));
    }

    // Accesses

    @Override
    public void accessesCounted(
            long tick,
            long reads,
            long writes,
            long fetches,
            long unpaged,
            long hits,
            long secondLevelHits,
            long walks) {
        event(tick);
    }

    @Override
    public void accessed(long tick, long linear, int kind, long size, int cpl, long ip) {
        event(tick);
    }

    private static void requireRun(long frame, long count) {
        if (frame < 0 || count < 0 || frame + count < 0) {
            throw damaged("an event names " + count + " frames from frame " + frame);
        }
    }

    private static int rights(int rights) {
        if ((rights & ~ALL_RIGHTS) != 0) {
            throw damaged("an event has the rights " + rights + ", which is no set of rights");
        }
        return rights;
    }
}
