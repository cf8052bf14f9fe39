package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.profile.MachineProfile;

/** The paging unit makes no garbage: not for hits, misses, fills of either level, faults, nor stores to tables. */
class AllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 50_000;
    private static final int TABLES = 8;

    /** Far below one byte an access: what the virtual machine itself may do meanwhile. */
    private static final long ALLOWED_BYTES = 2_048;

    /** Events that are heard and forgotten. */
    private static final class Nothing extends FlatEvents {
        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {}
    }

    @Test
    void anAccessAllocatesNothing() {
        assumeTrue(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean);
        for (MachineProfile profile : StaleTranslationsTest.profiles()) {
            Machine machine = machine(profile);
            Mmu mmu = machine.mmu();
            // A few pages, which are hits; then pages all over, which are misses; writes and fetches among them.
            assertNoGarbage(profile, i -> mmu.translate((i & 3) << 12, i % 3));
            assertNoGarbage(profile, i -> mmu.translate(i * 0x9e37 << 12, i % 3));
            long[] accesses = new long[64];
            for (int i = 0; i < accesses.length; i++) {
                accesses[i] = Access.of(1 + (i % 9 == 0 ? i * 0x9e37 & 3 : i & 1) << 12, i % 7 == 0 ? 1 : 0);
            }
            assertNoGarbage(profile, i -> machine.touchAll(accesses, 0, accesses.length));
            assertNoGarbage(profile, i -> mmu.translate((i & 3) << 12 | 0xffe, 4, i % 3));
            assertNoGarbage(profile, i -> {
                machine.write(2, i & 1023, i << 12 | 3);
                mmu.translate((i & 1023) << 12, i % 3);
                machine.invlpg(i << 12);
                machine.writeCr3(0x1000);
            });
        }
    }

    private static Machine machine(MachineProfile profile) {
        Machine machine = new Machine(profile, 32 << 12, new Nothing());
        for (int slot = 0; slot < TABLES; slot++) {
            machine.memory().write(1, slot, slot + 2 << 12 | 7);
            for (int page = 0; page < 1024; page++) {
                machine.memory().write(slot + 2, page, page % 7 == 0 ? 0 : page << 12 | 7);
            }
        }
        machine.memory().write(1, TABLES, 0x87);
        machine.writeCr4(Machine.supported(profile.features()) & (ControlBits.CR4_PSE | ControlBits.CR4_PGE));
        machine.writeCr3(0x1000);
        machine.writeCr0(ControlBits.CR0_PE | ControlBits.CR0_PG);
        return machine;
    }

    private static void assertNoGarbage(MachineProfile profile, IntConsumer access) {
        for (int i = 0; i < WARM_UP; i++) {
            access.accept(i);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < MEASURED; i++) {
            access.accept(i);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(
                allocated < ALLOWED_BYTES, profile.name() + ": " + allocated + " bytes in " + MEASURED + " accesses");
    }
}
