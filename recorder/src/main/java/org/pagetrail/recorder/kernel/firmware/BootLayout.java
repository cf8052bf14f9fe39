package org.pagetrail.recorder.kernel.firmware;

import java.util.List;
import org.pagetrail.recorder.kernel.elf.ElfImage.Segment;
import org.pagetrail.recorder.kernel.elf.KernelImage;

/**
 * Where everything is in physical memory when the kernel starts. Apart from the image all of it begins on a page boundary, and nothing
 * shares a page with anything else.
 *
 * @param kernel the kernel image
 * @param memory what the firmware reports
 * @param modules the modules, in their order
 * @param information the multiboot information, in low memory
 * @param informationAt its physical address
 * @param bootData physical address of the pages for the kernel's own early data
 * @param bootDataBytes their size
 */
public record BootLayout(
        KernelImage kernel,
        FirmwareMemoryMap memory,
        List<PlacedModule> modules,
        byte[] information,
        long informationAt,
        long bootData,
        long bootDataBytes) {
    /** A module, and the physical address of its first byte. */
    public record PlacedModule(BootModule module, long physical) {}

    /** Copies the list. */
    public BootLayout {
        modules = List.copyOf(modules);
    }

    /**
     * Places the image, the boot information and the modules. Memory is taken to be zero: what a segment has beyond its content is
     * not written.
     *
     * @throws BootLoaderException when a module's file cannot be read any more or has changed
     */
    public void load(PhysicalSink sink) {
        for (Segment segment : kernel.segments()) {
            byte[] content = kernel.elf().content(segment);
            sink.load(segment.physical(), content, 0, content.length);
        }
        sink.load(informationAt, information, 0, information.length);
        for (PlacedModule placed : modules) {
            placed.module().placeAt(placed.physical(), sink);
        }
    }
}
