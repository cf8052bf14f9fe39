package org.pagetrail.recorder.kernel.boot;

import java.util.List;
import java.util.Map;
import org.pagetrail.recorder.kernel.KernelLayout;
import org.pagetrail.traces.event.MemoryType;

/**
 * What the kernel finds when the boot loader jumps to it, and what the plan asks of it. All addresses are as the machine's
 * registers hold them.
 *
 * @param memory what the firmware reports
 * @param segments the loadable segments of the kernel image, placed
 * @param modules what the boot loader placed beside it
 * @param bootInformation physical address of the multiboot information
 * @param bootInformationBytes its size, with everything that it points to but modules
 * @param bootData first frame of the run for the kernel's own early data
 * @param entry where the boot loader jumps to, a physical address
 * @param entryRoom bytes of executable memory from there on
 * @param text linear address of executable memory in the kernel region
 * @param textRoom bytes of it
 * @param functions linear addresses of functions in the kernel region, by name; may be empty
 * @param writable for each page of the kernel region whether the image has it writable
 * @param layout the plan in the kernel's words
 */
public record BootEnvironment(
        List<Memory> memory,
        List<Segment> segments,
        List<Module> modules,
        int bootInformation,
        int bootInformationBytes,
        int bootData,
        int entry,
        int entryRoom,
        int text,
        int textRoom,
        Map<String, Integer> functions,
        boolean[] writable,
        KernelLayout layout) {
    /** Pages of early data before the frame bitmap: directory, four of stack, GDT, IDT, TSS. */
    public static final int BOOT_DATA_PAGES = 8;

    /** A range of the firmware's memory map. */
    public record Memory(long physical, long size, MemoryType type) {}

    /** A segment of the kernel image. */
    public record Segment(long physical, long linear, long fileSize, long memorySize, int rights) {}

    /** A module. */
    public record Module(long physical, long size, String name) {}
}
