package org.pagetrail.recorder.kernel.firmware;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.pagetrail.recorder.kernel.elf.KernelImage;
import org.pagetrail.recorder.kernel.elf.Segment;
import org.pagetrail.recorder.kernel.firmware.BootLayout.PlacedModule;
import org.pagetrail.traces.event.MemoryType;

/**
 * What a multiboot loader does before it jumps to the kernel: finds a place for everything.
 *
 * <p>The kernel's segments go where the image says. The pages for its early data follow them, or take the first gap below the end of
 * the kernel region. Modules follow, each at the next page, in available memory. The multiboot information is in low memory.
 */
public final class BootLoader {
    private static final long PAGE = 4096;
    private static final long MEGABYTE = 1 << 20;

    /** The first page is left alone: null pointers and the real-mode interrupt table are there. */
    private static final long LOWEST = PAGE;

    private final FirmwareMemoryMap memory;
    private final List<Range> taken = new ArrayList<>();

    private record Range(long first, long end) {}

    private BootLoader(FirmwareMemoryMap memory) {
        this.memory = memory;
    }

    /**
     * Finds the places.
     *
     * @param regionBytes how far the kernel region reaches in physical memory
     * @param bootDataBytes bytes of early data, whole pages
     * @param commandLine the kernel's
     * @throws BootLoaderException when something has no place
     */
    public static BootLayout load(
            KernelImage kernel,
            FirmwareMemoryMap memory,
            List<ModuleFile> modules,
            long regionBytes,
            long bootDataBytes,
            String commandLine) {
        BootLoader loader = new BootLoader(memory);
        for (Segment segment : kernel.elf().segments()) {
            if (!memory.isAvailable(segment.physical(), segment.memorySize())) {
                throw new BootLoaderException(String.format(
                        "%s: segment %d needs physical 0x%08x-0x%08x, which is not available memory; link it elsewhere, from"
                                + " 0x00100000 on",
                        kernel.elf().name(), segment.index(), segment.physical(), segment.physicalEnd() - 1));
            }
            loader.take(segment.physical(), segment.memorySize());
        }
        int informationSize = MultibootInformationWriter.size(memory, modules, commandLine);
        long information = loader.place(LOWEST, MEGABYTE, informationSize);
        if (information < 0) {
            throw new BootLoaderException("no room in low memory for the boot information; use fewer modules");
        }
        long bootData = loader.place(up(kernel.end()), regionBytes, bootDataBytes);
        if (bootData < 0) {
            bootData = loader.place(LOWEST, regionBytes, bootDataBytes);
        }
        if (bootData < 0) {
            throw new BootLoaderException(
                    kernel.elf().name() + " leaves no " + bootDataBytes / 1024 + " KB in one piece below "
                            + regionBytes / MEGABYTE + " MB for the kernel's early data; make it smaller");
        }
        List<PlacedModule> placed = new ArrayList<>();
        for (ModuleFile module : modules) {
            long at = loader.place(up(kernel.end()), 1L << 32, module.size());
            if (at < 0) {
                throw new BootLoaderException("module " + module.file() + " of " + module.size()
                        + " bytes does not fit into memory; give the machine more with --ram");
            }
            placed.add(new PlacedModule(module, at));
        }
        byte[] bytes = MultibootInformationWriter.write(information, memory, placed, commandLine);
        return new BootLayout(information, bytes, bootData, List.copyOf(placed));
    }

    private static long up(long address) {
        return (address + PAGE - 1) / PAGE * PAGE;
    }

    private void take(long physical, long size) {
        taken.add(new Range(physical / PAGE * PAGE, up(physical + size)));
        taken.sort(Comparator.comparingLong(Range::first));
    }

    /** Takes the first free run of pages between two addresses; -1 when there is none. */
    private long place(long from, long to, long size) {
        for (FirmwareMemoryMap.Range range : memory.ranges()) {
            if (range.type() != MemoryType.AVAILABLE) {
                continue;
            }
            long at = up(Math.max(from, range.physical()));
            long end = Math.min(to, range.end());
            for (Range other : taken) {
                if (other.end() > at && other.first() < at + up(size)) {
                    at = other.end();
                }
            }
            if (at + up(size) <= end) {
                take(at, size);
                return at;
            }
        }
        return -1;
    }
}
