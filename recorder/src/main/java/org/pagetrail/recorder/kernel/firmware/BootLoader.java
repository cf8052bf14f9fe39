package org.pagetrail.recorder.kernel.firmware;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.pagetrail.recorder.kernel.boot.BootEnvironment;
import org.pagetrail.recorder.kernel.elf.ElfImage.Segment;
import org.pagetrail.recorder.kernel.elf.KernelImage;
import org.pagetrail.recorder.kernel.firmware.BootLayout.PlacedModule;

/**
 * A multiboot boot loader as far as memory sees it: it decides where everything goes.
 *
 * <pre>
 *  0x00000000  page 0: the firmware's, never used
 *  0x00001000  boot information
 *  0x00100000  kernel image, where its program headers say
 *  image end   boot data: directory 1 page, stack 4, GDT 1, IDT 1, TSS 1, a bit for each frame of RAM
 *  after it    modules, each on a page boundary, in their order
 * </pre>
 *
 * <p>The boot data is the model kernel's own and has to lie where the kernel region shows it. Where there is no room for it after
 * the image it goes between the segments, else into low memory.
 */
public final class BootLoader {
    private static final long PAGE = 4096;

    private final KernelImage kernel;
    private final FirmwareMemoryMap memory;
    private final FreePages free;

    private BootLoader(KernelImage kernel, FirmwareMemoryMap memory) {
        this.kernel = kernel;
        this.memory = memory;
        free = new FreePages(memory);
    }

    /**
     * Decides where everything goes.
     *
     * @param commandLine what the kernel is told; without a zero character
     * @throws BootLoaderException when something has no room in available memory
     */
    public static BootLayout lay(
            KernelImage kernel, FirmwareMemoryMap memory, List<BootModule> modules, String commandLine) {
        return new BootLoader(kernel, memory).lay(modules, commandLine);
    }

    private BootLayout lay(List<BootModule> modules, String commandLine) {
        checkText("the kernel's command line", commandLine);
        modules.forEach(module -> checkText("a module's name", module.name()));
        free.take(0, PAGE);
        for (Segment segment : kernel.segments()) {
            checkAvailable(segment);
            free.take(segment.physical(), segment.memorySize());
        }
        MultibootInformationEncoder encoder = new MultibootInformationEncoder(memory, commandLine);
        long informationSize = encoder.size(modules);
        long informationAt = placeInformation(informationSize);
        long bootDataBytes = bootDataBytes();
        long bootData = placeBootData(bootDataBytes);
        List<PlacedModule> placed = placeModules(modules, Math.max(kernel.imageEnd(), bootData + bootDataBytes));
        byte[] information = encoder.encode(informationAt, (int) informationSize, placed);
        return new BootLayout(kernel, memory, placed, information, informationAt, bootData, bootDataBytes);
    }

    private static BootLoaderException wrong(String format, Object... arguments) {
        return new BootLoaderException(String.format(Locale.ROOT, format, arguments));
    }

    private static void checkText(String what, String text) {
        if (text.indexOf('\0') >= 0) {
            throw wrong("%s has a zero character in it; leave it out", what);
        }
    }

    private void checkAvailable(Segment segment) {
        if (memory.isAvailable(segment.physical(), segment.memorySize())) {
            return;
        }
        if (segment.physical() >= FirmwareMemoryMap.HIGH_MEMORY) {
            throw wrong(
                    "%s: %s does not lie within the available memory of a PC with %d KB of RAM; use more RAM",
                    kernel.elf().name(), segment, memory.ramBytes() >> 10);
        }
        throw wrong(
                "%s: %s reaches 0x%08x-0x%08x, which is the firmware's; link it from 1 MB up",
                kernel.elf().name(), segment, FirmwareMemoryMap.LOW_MEMORY_END, FirmwareMemoryMap.HIGH_MEMORY - 1);
    }

    private long placeInformation(long size) {
        return free.takeFirst(size, PAGE, FirmwareMemoryMap.LOW_MEMORY_END)
                .orElseThrow(() -> wrong(
                        "the boot information of %d bytes has no room in low memory;"
                                + " use fewer modules or a shorter command line",
                        size));
    }

    private long bootDataBytes() {
        long frames = memory.ramBytes() / PAGE;
        long bitmapBytes = (frames + Integer.SIZE - 1) / Integer.SIZE * Integer.BYTES;
        return BootEnvironment.BOOT_DATA_PAGES * PAGE + FreePages.up(bitmapBytes);
    }

    private long placeBootData(long bytes) {
        long shown = kernel.region().bytes();
        OptionalLong place = free.takeFirst(bytes, kernel.imageEnd(), shown);
        if (place.isEmpty()) {
            place = free.takeFirst(bytes, FirmwareMemoryMap.HIGH_MEMORY, shown);
        }
        if (place.isEmpty()) {
            place = free.takeFirst(bytes, PAGE, shown);
        }
        return place.orElseThrow(() -> wrong(
                "%s leaves no run of %d KB below 0x%08x for the kernel's early data; use a smaller kernel or less RAM",
                kernel.elf().name(), bytes >> 10, shown));
    }

    private List<PlacedModule> placeModules(List<BootModule> modules, long from) {
        long floor = Math.max(from, FirmwareMemoryMap.HIGH_MEMORY);
        List<PlacedModule> placed = new ArrayList<>();
        for (BootModule module : modules) {
            // An empty module takes a page too, so that no two have the same address.
            long at = free.takeFirst(Math.max(1, module.size()), floor, memory.top())
                    .orElseThrow(() -> wrong(
                            "module '%s' of %d bytes has no room above 0x%08x in RAM of %d KB;"
                                    + " use more RAM or a smaller module",
                            module.name(), module.size(), floor, memory.ramBytes() >> 10));
            placed.add(new PlacedModule(module, at));
        }
        return placed;
    }
}
