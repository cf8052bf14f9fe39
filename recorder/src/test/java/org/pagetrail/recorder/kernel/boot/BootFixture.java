package org.pagetrail.recorder.kernel.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.pagetrail.recorder.kernel.KernelLayout;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.traces.event.MemoryType;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.profile.MachineProfile;

/** A kernel of two segments, one module beyond 4 MB and a memory map of one range, without files. */
public final class BootFixture {
    private static final int INFORMATION = 0x9000;
    private static final long RAM = 64L << 20;
    private static final int MODULE = 5 << 20;
    private static final int MODULE_BYTES = 5000;

    private BootFixture() {}

    /** A machine with all that loaded. */
    public static Machine machine(MachineProfile profile, TraceEvents events) {
        Machine machine = new Machine(profile, RAM, events);
        ByteBuffer info = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        info.putInt(0, MultibootInformation.FLAG_MODULES | MultibootInformation.FLAG_MEMORY_MAP);
        info.putInt(20, 1).putInt(24, INFORMATION + 128);
        info.putInt(44, 24).putInt(48, INFORMATION + 160);
        info.putInt(128, MODULE).putInt(132, MODULE + MODULE_BYTES);
        info.putInt(160, 20).putLong(164, 1 << 20).putLong(172, RAM - (1 << 20)).putInt(180, 1);
        machine.memory().load(INFORMATION, info.array(), 0, 256);
        return machine;
    }

    /** The kernel, about to be started. */
    public static BootKernel kernel(Machine machine, TraceEvents events, boolean preallocate) {
        boolean[] writable = new boolean[1024];
        Arrays.fill(writable, true);
        Arrays.fill(writable, 256, 260, false);
        KernelLayout layout = new KernelLayout(
                0xc000_0000,
                1024,
                0xc040_0000,
                1008L << 20,
                0xffc0_0000,
                4 * 4096,
                List.of(1021, 1022),
                1023,
                preallocate,
                false,
                3L << 30,
                true,
                List.of(
                        new KernelLayout.BootMapping("B1", 0, 0, 3L << 30),
                        new KernelLayout.BootMapping("B2", 0xc000_0000, 0, 4 << 20)));
        BootEnvironment environment = new BootEnvironment(
                List.of(new BootEnvironment.Memory(1 << 20, RAM - (1 << 20), MemoryType.AVAILABLE)),
                List.of(new BootEnvironment.Segment(
                        0x10_0000, 0xc010_0000L, 0x4000, 0x4000, Rights.READ | Rights.EXECUTE)),
                List.of(new BootEnvironment.Module(MODULE, MODULE_BYTES, "initrd")),
                INFORMATION,
                256,
                0x200,
                0x10_0000,
                0x4000,
                0xc010_0000,
                0x4000,
                Map.of(),
                writable,
                layout);
        return new BootKernel(machine, events, environment);
    }

    /** Boots to the end and halts. */
    public static void run(MachineProfile profile, TraceEvents events, boolean preallocate) {
        Machine machine = machine(profile, events);
        kernel(machine, events, preallocate).boot();
        try {
            throw machine.stop(StopReason.HALT);
        } catch (org.pagetrail.recorder.machine.MachineStopped stopped) {
            // The end of every run.
        }
    }
}
