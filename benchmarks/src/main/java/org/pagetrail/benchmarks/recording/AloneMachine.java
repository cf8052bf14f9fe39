package org.pagetrail.benchmarks.recording;

import java.util.HashMap;
import java.util.Map;
import org.pagetrail.benchmarks.compare.Unheard;
import org.pagetrail.recorder.machine.Access;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.profile.MachineProfile;

/** A machine without a kernel that makes given accesses: every page of theirs is mapped, with A and D set, and nobody hears its events. */
final class AloneMachine {
    private static final long RAM = 1L << 30;
    private static final int DIRECTORY = 0x1000;
    private static final int ALL = Entries.PRESENT | Entries.WRITABLE | Entries.ACCESSED | Entries.DIRTY;
    private static final int CHUNK = 1024;

    private final Machine machine;
    private final long[] accesses;
    private int nextFrame = 2;

    AloneMachine(MachineProfile profile, long[] accesses) {
        this.accesses = accesses;
        machine = new Machine(profile, RAM, new Unheard());
        Map<Integer, Integer> tables = new HashMap<>();
        Map<Integer, Integer> pages = new HashMap<>();
        for (long access : accesses) {
            int linear = Access.linear(access);
            int page = LinearAddress.page(linear);
            if (!pages.containsKey(page)) {
                int slot = LinearAddress.directorySlot(linear);
                int table = tables.computeIfAbsent(slot, absent -> link(slot));
                pages.put(page, nextFrame);
                store(table, LinearAddress.tableSlot(linear), nextFrame++);
            }
        }
        machine.writeCr3(DIRECTORY);
        machine.writeCr0(ControlBits.CR0_PE | ControlBits.CR0_PG | ControlBits.CR0_WP);
    }

    private int link(int slot) {
        int table = nextFrame++;
        store(LinearAddress.page(DIRECTORY), slot, table);
        return table;
    }

    private void store(int frame, int slot, int to) {
        machine.store((frame << LinearAddress.PAGE_SHIFT) + slot * Integer.BYTES, to << LinearAddress.PAGE_SHIFT | ALL);
    }

    /** Makes the accesses, in chunks as a process does. */
    void pass() {
        for (int from = 0; from < accesses.length; from += CHUNK) {
            machine.touchAll(accesses, from, Math.min(accesses.length, from + CHUNK));
        }
    }
}
