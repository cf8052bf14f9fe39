package org.pagetrail.recorder.kernel;

import java.util.ArrayList;
import java.util.List;
import org.pagetrail.recorder.kernel.boot.BootFixture;
import org.pagetrail.recorder.kernel.boot.Booted;
import org.pagetrail.recorder.kernel.heap.KernelHeap;
import org.pagetrail.recorder.kernel.vmm.VirtualMemory;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.profile.MachineProfiles;

/** A kernel at the end of S6 with its memory managers, and the names of the events that it told. */
public final class BootedFixture {
    private static final int HEAP = 0xc040_0000;
    private static final int TEMPORARY_SLOT = 0xff3f_f000;

    public final List<String> events = new ArrayList<>();
    public final Machine machine;
    public final Booted booted;
    public final KernelCore core;
    public final VirtualMemory memory;

    /** With all kernel tables made at once, or as they are needed. */
    public BootedFixture(boolean preallocate) {
        FlatEvents log = new FlatEvents() {
            @Override
            protected void event(int id, long tick, long[] fields, int count, String text) {
                events.add(EventCatalog.get().byId(id).name());
            }
        };
        machine = BootFixture.machine(MachineProfiles.named("unit"), log);
        booted = BootFixture.kernel(machine, log, preallocate).bootForMore();
        core = booted.core();
        memory = new VirtualMemory(core, booted.directory(), TEMPORARY_SLOT, false);
        events.clear();
    }

    /** A heap without a page, of so many bytes at the most. */
    public KernelHeap heap(int bytes) {
        return new KernelHeap(core, memory, booted.heapFirst(), HEAP + bytes);
    }
}
