package org.pagetrail.replay.state;

import java.util.ArrayDeque;
import java.util.Deque;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.ia32.ControlBits;

/** The processor's registers, and where the recording is. */
final class Control {
    /** Paging is off, or the stack pointer has not been told. */
    static final long NONE = -1;

    private static final int REGISTERS = ControlRegister.values().length;

    final long[] registers = new long[REGISTERS];
    final boolean[] written = new boolean[REGISTERS];
    final DescriptorTableRegister[] tables = new DescriptorTableRegister[DescriptorTable.values().length];
    final Deque<String> phases = new ArrayDeque<>();
    String lastPhaseEnded;
    long cr2;
    long stackPage = NONE;
    Mode mode = Mode.SUPERVISOR;
    StopReason stopped;
    long tick;
    long events;
    long contradictions;
    long firstContradiction = NONE;

    Control copy() {
        Control copy = new Control();
        System.arraycopy(registers, 0, copy.registers, 0, registers.length);
        System.arraycopy(written, 0, copy.written, 0, written.length);
        System.arraycopy(tables, 0, copy.tables, 0, tables.length);
        copy.phases.addAll(phases);
        copy.lastPhaseEnded = lastPhaseEnded;
        copy.cr2 = cr2;
        copy.stackPage = stackPage;
        copy.mode = mode;
        copy.stopped = stopped;
        copy.tick = tick;
        copy.events = events;
        copy.contradictions = contradictions;
        copy.firstContradiction = firstContradiction;
        return copy;
    }

    void save(Packer out) {
        for (int i = 0; i < REGISTERS; i++) {
            out.number(registers[i]);
            out.flag(written[i]);
        }
        for (DescriptorTableRegister table : tables) {
            out.flag(table != null);
            if (table != null) {
                out.number(table.linear());
                out.number(table.limit());
                out.number(table.handler());
            }
        }
        out.number(phases.size());
        phases.forEach(out::text);
        out.text(lastPhaseEnded);
        out.number(cr2);
        out.near(stackPage, 0);
        out.number(mode.ordinal());
        out.number(stopped == null ? 0 : stopped.ordinal() + 1L);
        out.number(tick);
        out.number(events);
        out.number(contradictions);
        out.near(firstContradiction, 0);
    }

    void load(Unpacker in) {
        for (int i = 0; i < REGISTERS; i++) {
            registers[i] = in.number();
            written[i] = in.flag();
        }
        for (int i = 0; i < tables.length; i++) {
            tables[i] = in.flag() ? new DescriptorTableRegister(in.number(), in.number(), in.number()) : null;
        }
        for (int left = in.count(); left > 0; left--) {
            phases.add(in.some());
        }
        lastPhaseEnded = in.text();
        cr2 = in.number();
        stackPage = in.near(0);
        mode = Mode.values()[in.below(Mode.values().length)];
        int reason = in.below(StopReason.values().length + 1);
        stopped = reason == 0 ? null : StopReason.values()[reason - 1];
        tick = in.number();
        events = in.number();
        contradictions = in.number();
        firstContradiction = in.near(0);
    }

    long register(ControlRegister register) {
        return registers[register.ordinal()];
    }

    boolean paging() {
        return (register(ControlRegister.CR0) & ControlBits.CR0_PG) != 0;
    }

    boolean globalPages() {
        return (register(ControlRegister.CR4) & ControlBits.CR4_PGE) != 0;
    }

    /** The frame in CR3 while paging is on, else {@link #NONE}. */
    long root(int pageShift) {
        return paging() ? register(ControlRegister.CR3) >>> pageShift : NONE;
    }
}
