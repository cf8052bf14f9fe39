package org.pagetrail.recorder.machine;

import java.util.Arrays;
import java.util.List;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * A machine with paging on and a small address space: directory in frame 1, its slot 0 the table in frame 2, slot 1 the table in
 * frame 3, slot 2 a 4 MB page at 8 MB, slot 1023 the directory itself. Its events begin after that.
 */
final class Scene {
    static final int READ = AccessKind.READ.ordinal();
    static final int WRITE = AccessKind.WRITE.ordinal();
    static final int FETCH = AccessKind.FETCH.ordinal();
    static final int DIRECTORY = 1;
    static final int TABLE = 2;
    static final int OTHER_TABLE = 3;
    static final int LARGE = 0x80_0000;
    private static final int FRAMES = 64;

    final EventLog log = new EventLog();
    final Machine machine;

    Scene(MachineProfile profile) {
        machine = new Machine(profile, FRAMES << 12, log);
        machine.memory().write(DIRECTORY, 0, TABLE << 12 | 7);
        machine.memory().write(DIRECTORY, 1, OTHER_TABLE << 12 | 7);
        machine.memory().write(DIRECTORY, 2, LARGE | 0x87);
        machine.memory().write(DIRECTORY, 1023, DIRECTORY << 12 | 3);
        machine.writeCr4(Machine.supported(profile.features()) & (ControlBits.CR4_PSE | ControlBits.CR4_PGE));
        machine.writeCr3(DIRECTORY << 12);
        machine.writeCr0(ControlBits.CR0_PE | ControlBits.CR0_PG | ControlBits.CR0_WP);
        machine.tellAccesses();
        log.clear();
    }

    /** Writes a table's word as a store of the processor. */
    void entry(int table, int slot, int word) {
        machine.write(table, slot, word);
    }

    int read(int linear) {
        return machine.mmu().translate(linear, READ);
    }

    int write(int linear) {
        return machine.mmu().translate(linear, WRITE);
    }

    int fetch(int linear) {
        return machine.mmu().translate(linear, FETCH);
    }

    /** The raw word in memory. */
    int word(int frame, int slot) {
        return machine.memory().read(frame, slot);
    }

    /** How many translations a cache holds; none when there is no such cache. */
    int held(Tlb name) {
        CacheView view = machine.cache(name);
        int held = 0;
        for (int set = 0; view != null && set < view.sets(); set++) {
            for (int way = 0; way < view.ways(); way++) {
                held += view.valid(set, way) ? 1 : 0;
            }
        }
        return held;
    }

    /** How many events of this number the action tells. */
    int told(int id, Runnable action) {
        int before = log.count(id);
        action.run();
        return log.count(id) - before;
    }

    static List<Long> fields(EventLog.Told event) {
        return Arrays.stream(event.fields()).boxed().toList();
    }
}
