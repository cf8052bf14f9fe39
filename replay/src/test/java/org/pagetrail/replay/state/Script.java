package org.pagetrail.replay.state;

import java.util.EnumMap;
import java.util.Map;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.EntryChange;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.PagingModes;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Ia32Paging;
import org.pagetrail.traces.paging.PagingMode;

/** Events written by hand, told to a builder: fields that a test does not care for get a plain value. */
final class Script {
    static final PagingMode IA32 = PagingModes.named(Ia32Paging.NAME);
    static final long PAGE = 0x3; // P, R/W
    static final long TABLE = 0x7; // P, R/W, U/S
    static final long LARGE = 0x83; // P, R/W, PS
    static final long GLOBAL = 0x100;

    final StateBuilder builder;
    final MachineState state;
    private TraceEvents out;
    private long tick;
    private int symbols;

    Script() {
        this(IA32, shape());
    }

    Script(PagingMode mode, CacheShape shape) {
        builder = new StateBuilder(mode, shape);
        state = builder.state();
        out = builder;
    }

    /** Split first level, a second level that holds large pages whole, a walk cache. */
    static CacheShape shape() {
        return shape(true);
    }

    static CacheShape shape(boolean secondLevelHoldsLarge) {
        Map<Tlb, CacheShape.Ways> arrays = new EnumMap<>(Tlb.class);
        arrays.put(Tlb.INSTRUCTION_4K, new CacheShape.Ways(4, 2));
        arrays.put(Tlb.DATA_4K, new CacheShape.Ways(4, 2));
        arrays.put(Tlb.DATA_4M, new CacheShape.Ways(1, 4));
        arrays.put(Tlb.SECOND_LEVEL, new CacheShape.Ways(8, 4));
        arrays.put(Tlb.WALK_CACHE, new CacheShape.Ways(1, 4));
        return new CacheShape(arrays, secondLevelHoldsLarge);
    }

    /** Tells another the same events too. */
    void tee(TraceEvents other) {
        out = new EventTee(out, other);
    }

    TraceEvents tell() {
        return out;
    }

    long tick() {
        return tick++;
    }

    static long entry(long frame, long bits) {
        return frame << 12 | bits;
    }

    int symbol(String text) {
        out.symbolDefined(tick(), symbols, text);
        return symbols++;
    }

    void register(ControlRegister register, long now) {
        out.controlRegisterWritten(tick(), register.ordinal(), state.register(register), now, 0, 0, 0);
    }

    void cr3(long frame) {
        register(ControlRegister.CR3, frame << 12);
    }

    void paging(boolean on) {
        register(ControlRegister.CR0, on ? 0x80000011L : 0x11);
    }

    void pse(boolean on) {
        long others = state.register(ControlRegister.CR4) & ~(long) ControlBits.CR4_PSE;
        register(ControlRegister.CR4, others | (on ? ControlBits.CR4_PSE : 0));
    }

    void pge(boolean on) {
        long others = state.register(ControlRegister.CR4) & ~(long) ControlBits.CR4_PGE;
        register(ControlRegister.CR4, others | (on ? ControlBits.CR4_PGE : 0));
    }

    void create(long directory) {
        out.addressSpaceCreated(tick(), directory, 0, symbol("space-" + directory));
    }

    void retire(long directory) {
        out.addressSpaceRetired(tick(), directory, 0, 0);
    }

    /** A word of a live structure goes from what the state knows to {@code now}. */
    void store(long table, int slot, long now) {
        change(table, slot, state.word(table, slot), now, EntryCause.STORE);
    }

    void becameLive(long table, int slot, long now) {
        change(table, slot, 0, now, EntryCause.BECAME_LIVE);
    }

    void change(long table, int slot, long was, long now, EntryCause cause) {
        PagingMode mode = state.pagingMode();
        int level = state.isRoot(table) ? mode.levels() : 1;
        EntryChange.of(mode, level, state.register(ControlRegister.CR4), was, now)
                .tell(out, tick(), table, slot, was, now, 0, level, 0, cause);
    }

    void fill(Tlb tlb, int set, int way, int secondLevelWay, long page, long pde, long pte, FillCause cause) {
        boolean global = ((pte == 0 ? pde : pte) & GLOBAL) != 0;
        int rights = Rights.READ | Rights.WRITE | Rights.EXECUTE;
        int dirty = cause == FillCause.DIRTY ? 1 : 0;
        out.tlbFilled(
                tick(),
                tlb.ordinal(),
                set,
                way,
                secondLevelWay,
                page,
                pde,
                pte,
                rights,
                dirty,
                global ? 1 : 0,
                cause.ordinal(),
                2);
    }

    void invalidate(FlushCause cause, long linear) {
        out.tlbInvalidated(tick(), cause.ordinal(), linear, 0, 0, 0);
    }

    void flush(FlushCause cause) {
        out.tlbFlushed(tick(), cause.ordinal(), 0, 0, 0);
    }
}
