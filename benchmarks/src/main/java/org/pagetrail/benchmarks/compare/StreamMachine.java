package org.pagetrail.benchmarks.compare;

import java.util.HashMap;
import java.util.Map;
import org.pagetrail.recorder.machine.Access;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.profile.MachineProfile;

/** A machine that makes the accesses of a stream: its pages are mapped, with A and D set, to frames in the order of their first use. */
final class StreamMachine {
    static final long RAM = 128L << 20;
    private static final int DIRECTORY = 0x0500_0000;
    private static final int TABLES = DIRECTORY + LinearAddress.PAGE_BYTES;
    private static final int ALL = Entries.PRESENT | Entries.WRITABLE | Entries.ACCESSED | Entries.DIRTY;

    private final Served served;
    private final Machine machine;
    private final long[] accesses = new long[Streams.ACCESSES];

    /** Begun, and nobody but itself hears its events. */
    StreamMachine(MachineProfile profile, Streams stream) {
        this(profile, stream, new Served());
        begin();
    }

    private StreamMachine(MachineProfile profile, Streams stream, Served served) {
        this(profile, stream, served, served);
    }

    /** One that tells its events, from {@link #begin} on. */
    StreamMachine(MachineProfile profile, Streams stream, TraceEvents events) {
        this(profile, stream, events, new Served());
    }

    private StreamMachine(MachineProfile profile, Streams stream, TraceEvents events, Served served) {
        this.served = served;
        machine = new Machine(profile, RAM, events);
        for (int table = 0; table < Streams.REGION >>> LinearAddress.LARGE_PAGE_SHIFT; table++) {
            int slot = LinearAddress.directorySlot(Streams.BASE) + table;
            machine.store(DIRECTORY + slot * Integer.BYTES, TABLES + table * LinearAddress.PAGE_BYTES | ALL);
        }
        Map<Integer, Integer> frames = new HashMap<>();
        int[] stretch = stream.accesses();
        for (int i = 0; i < stretch.length; i++) {
            int linear = stretch[i] & ~7;
            accesses[i] = Access.of(linear, (stretch[i] & 1) == 0 ? AccessKind.READ : AccessKind.WRITE);
            int page = linear - Streams.BASE >>> LinearAddress.PAGE_SHIFT;
            if (!frames.containsKey(page)) {
                machine.store(TABLES + page * Integer.BYTES, frames.size() << LinearAddress.PAGE_SHIFT | ALL);
                frames.put(page, frames.size());
            }
        }
    }

    /** Turns paging on: the tables become live, and are told. */
    void begin() {
        machine.writeCr3(DIRECTORY);
        machine.writeCr0(ControlBits.CR0_PE | ControlBits.CR0_PG | ControlBits.CR0_WP);
    }

    /** Empties the TLBs and counts anew. */
    void empty() {
        machine.writeCr3(machine.register(ControlRegister.CR3));
        machine.tellAccesses();
        served.clear();
    }

    /** Makes the accesses; returns the sum of the physical addresses that they reached. */
    long pass() {
        return machine.touchAll(accesses, 0, accesses.length);
    }

    /** First-level hits, second-level hits and walks since it was emptied. */
    long[] counts() {
        machine.tellAccesses();
        return served.counts();
    }

    /** Tells the accesses that were not told yet. */
    void tellAccesses() {
        machine.tellAccesses();
    }

    private static final class Served extends Unheard {
        private final long[] counts = new long[3];

        @Override
        public void accessesCounted(
                long tick, long reads, long writes, long fetches, long unpaged, long hits, long second, long walks) {
            counts[0] += hits;
            counts[1] += second;
            counts[2] += walks;
        }

        void clear() {
            java.util.Arrays.fill(counts, 0);
        }

        long[] counts() {
            return counts.clone();
        }
    }
}
