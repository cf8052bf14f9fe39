package org.pagetrail.recorder.kernel.elf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.pagetrail.traces.event.Rights;

/**
 * An executable as the image of a kernel in the higher half.
 *
 * <p>The physical ranges of its segments lie in the first bytes of memory that the kernel region maps. Their linear addresses lie
 * in the region, at the same distance from its base, or are the physical ones: code that runs before paging.
 */
public final class KernelImage {
    private static final int PAGE = 4096;

    private final ElfImage elf;
    private final long kernelBase;
    private final long regionBytes;
    private final Segment entrySegment;

    private KernelImage(ElfImage elf, long kernelBase, long regionBytes) {
        this.elf = elf;
        this.kernelBase = kernelBase;
        this.regionBytes = regionBytes;
        elf.segments().forEach(this::checkPlace);
        checkOverlaps();
        entrySegment = findEntry();
    }

    /**
     * The executable as a kernel image.
     *
     * @param kernelBase the first linear address of the kernel region
     * @param regionBytes the region's size
     * @throws ElfFormatException when its addresses do not fit
     */
    public static KernelImage of(ElfImage elf, long kernelBase, long regionBytes) {
        return new KernelImage(elf, kernelBase, regionBytes);
    }

    private ElfFormatException wrong(Segment segment, String what) {
        return new ElfFormatException(String.format(
                "%s: segment %d (physical 0x%08x, linear 0x%08x) %s",
                elf.name(), segment.index(), segment.physical(), segment.linear(), what));
    }

    private void checkPlace(Segment segment) {
        if (segment.physicalEnd() > regionBytes) {
            throw wrong(
                    segment,
                    String.format(
                            "ends at physical 0x%08x; a kernel must be loaded below 0x%08x",
                            segment.physicalEnd(), regionBytes));
        }
        boolean high = segment.linear() == kernelBase + segment.physical();
        if (!high && segment.linear() != segment.physical()) {
            throw wrong(
                    segment,
                    String.format(
                            "is neither at its physical address nor at 0x%08x, where the kernel region shows it; mend the linker script",
                            kernelBase + segment.physical()));
        }
    }

    private void checkOverlaps() {
        List<Segment> sorted = new ArrayList<>(elf.segments());
        sorted.sort(Comparator.comparingLong(Segment::physical));
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).physical() < sorted.get(i - 1).physicalEnd()) {
                throw wrong(
                        sorted.get(i), "overlaps segment " + sorted.get(i - 1).index() + "; mend the linker script");
            }
        }
    }

    private Segment findEntry() {
        for (Segment segment : elf.segments()) {
            boolean linear = elf.entry() >= segment.linear() && elf.entry() < segment.linearEnd();
            boolean physical = elf.entry() >= segment.physical() && elf.entry() < segment.physicalEnd();
            if ((linear || physical) && (segment.rights() & Rights.EXECUTE) != 0) {
                return segment;
            }
        }
        throw new ElfFormatException(String.format(
                "%s: its entry 0x%08x lies in no executable segment; set ENTRY in the linker script",
                elf.name(), elf.entry()));
    }

    /** The executable. */
    public ElfImage elf() {
        return elf;
    }

    /** The physical address that the boot loader jumps to. */
    public long entry() {
        boolean linear = elf.entry() >= entrySegment.linear() && elf.entry() < entrySegment.linearEnd();
        return linear ? elf.entry() - entrySegment.linear() + entrySegment.physical() : elf.entry();
    }

    /** Bytes of executable memory from the entry on. */
    public long entryRoom() {
        return entrySegment.physicalEnd() - entry();
    }

    /** The physical address after the last segment. */
    public long end() {
        return elf.segments().stream().mapToLong(Segment::physicalEnd).max().orElse(0);
    }

    /** The segment whose code runs in the kernel region: the largest executable one there, else the one with the entry. */
    private Segment textSegment() {
        return elf.segments().stream()
                .filter(segment -> (segment.rights() & Rights.EXECUTE) != 0 && segment.linear() != segment.physical())
                .max(Comparator.comparingLong(Segment::memorySize))
                .orElse(entrySegment);
    }

    /** The linear address, in the kernel region, of the code that runs there. */
    public long text() {
        return kernelBase + textSegment().physical();
    }

    /** Bytes of that code. */
    public long textRoom() {
        return textSegment().memorySize();
    }

    /** For each page of the kernel region whether it is to be writable: what no segment covers is. */
    public boolean[] writablePages() {
        boolean[] writable = new boolean[(int) (regionBytes / PAGE)];
        Arrays.fill(writable, true);
        for (boolean markWritable : new boolean[] {false, true}) {
            for (Segment segment : elf.segments()) {
                if ((segment.rights() & Rights.WRITE) != 0 == markWritable) {
                    int first = (int) (segment.physical() / PAGE);
                    int end = (int) ((segment.physicalEnd() + PAGE - 1) / PAGE);
                    Arrays.fill(writable, first, end, markWritable);
                }
            }
        }
        return writable;
    }

    /** One line for each segment that is both writable and executable. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (Segment segment : elf.segments()) {
            if (Rights.has(segment.rights(), Rights.WRITE | Rights.EXECUTE)) {
                warnings.add(String.format(
                        "%s: segment %d (linear 0x%08x) is both writable and executable",
                        elf.name(), segment.index(), segment.linear()));
            }
        }
        return warnings;
    }
}
