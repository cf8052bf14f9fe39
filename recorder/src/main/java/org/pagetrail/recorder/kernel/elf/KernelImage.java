package org.pagetrail.recorder.kernel.elf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pagetrail.recorder.kernel.elf.ElfImage.Segment;
import org.pagetrail.traces.event.Rights;

/**
 * A kernel that fits the plan: an executable whose segments lie where the kernel region shows them.
 *
 * <pre>
 *   physical    0 ........ imageFirst [ boot ][ text ][ rodata ][ data, bss ] imageEnd ........ region's size
 *   linear      low (equal to physical) or region's base + physical
 *   page rights rw-        rw-        [ of the segments on the page, together ]         rw-
 * </pre>
 */
public final class KernelImage {
    private static final int UNCOVERED = Rights.READ | Rights.WRITE;
    private static final int PAGE = KernelRegion.PAGE_BYTES;

    private final ElfImage elf;
    private final KernelRegion region;
    private final List<Segment> byPhysical;
    private final Code lowCode;
    private final Code highCode;
    private final int[] rights;
    private final List<String> warnings = new ArrayList<>();

    /**
     * A run of bytes of the file that are instructions.
     *
     * @param first its first address
     * @param bytes how many
     */
    public record Code(long first, long bytes) {}

    private KernelImage(ElfImage elf, KernelRegion region) {
        this.elf = elf;
        this.region = region;
        byPhysical = new ArrayList<>(elf.segments());
        byPhysical.sort(Comparator.comparingLong(Segment::physical));
        for (Segment segment : elf.segments()) {
            checkPlace(segment);
        }
        checkOverlaps();
        lowCode = findEntry();
        highCode = findHighCode();
        rights = pageRights();
        addWarnings();
    }

    /**
     * Holds an executable against the plan.
     *
     * @throws ElfFormatException when it does not fit
     */
    public static KernelImage of(ElfImage elf, KernelRegion region) {
        return new KernelImage(elf, region);
    }

    private ElfFormatException wrong(String format, Object... arguments) {
        return new ElfFormatException(line(format, arguments));
    }

    private String line(String format, Object... arguments) {
        return elf.name() + ": " + String.format(Locale.ROOT, format, arguments);
    }

    private void checkPlace(Segment segment) {
        if (segment.physicalEnd() > region.bytes()) {
            throw wrong(
                    "%s is not below 0x%08x, the end of what the kernel region shows; check the linker script",
                    segment, region.bytes());
        }
        if (segment.linear() != segment.physical() && !region.holds(segment.linear(), segment.linearEnd())) {
            throw wrong(
                    "%s is linked at 0x%08x-0x%08x, neither in the kernel region 0x%08x-0x%08x nor at its physical"
                            + " address; check the linker script",
                    segment,
                    segment.linear(),
                    segment.linearEnd() - 1,
                    region.base(),
                    region.base() + region.bytes() - 1);
        }
    }

    private void checkOverlaps() {
        for (int i = 1; i < byPhysical.size(); i++) {
            Segment before = byPhysical.get(i - 1);
            Segment segment = byPhysical.get(i);
            if (segment.physical() < before.physicalEnd()) {
                throw wrong("%s and %s overlap; check the linker script", before, segment);
            }
        }
    }

    /** From the entry point to the end of its segment's content. Some linker scripts give the entry as a physical address. */
    private Code findEntry() {
        long entry = elf.entry();
        Segment home = null;
        long offset = 0;
        for (Segment segment : elf.segments()) {
            if (entry >= segment.linear() && entry < segment.linearEnd()) {
                home = segment;
                offset = entry - segment.linear();
                break;
            }
            if (home == null && entry >= segment.physical() && entry < segment.physicalEnd()) {
                home = segment;
                offset = entry - segment.physical();
            }
        }
        if (home == null) {
            throw wrong("the entry point 0x%08x is in no segment; check ENTRY in the linker script", entry);
        }
        if (!home.has(Rights.EXECUTE)) {
            throw wrong(
                    "the entry point 0x%08x is in %s, which is not executable; check the linker script", entry, home);
        }
        if (offset >= home.fileSize()) {
            throw wrong(
                    "the entry point 0x%08x is beyond the content of %s; check ENTRY in the linker script",
                    entry, home);
        }
        return new Code(home.physical() + offset, home.fileSize() - offset);
    }

    /** The largest code that is linked in the kernel region, else that of the entry point, as the region shows it. */
    private Code findHighCode() {
        Segment largest = null;
        for (Segment segment : byPhysical) {
            if (segment.has(Rights.EXECUTE)
                    && segment.fileSize() > 0
                    && region.holds(segment.linear(), segment.linearEnd())
                    && (largest == null || segment.fileSize() > largest.fileSize())) {
                largest = segment;
            }
        }
        return largest == null
                ? new Code(region.linear(lowCode.first()), lowCode.bytes())
                : new Code(region.linear(largest.physical()), largest.fileSize());
    }

    private int[] pageRights() {
        int[] union = new int[region.pages()];
        boolean[] covered = new boolean[region.pages()];
        for (Segment segment : elf.segments()) {
            for (int page = firstPage(segment); page <= lastPage(segment); page++) {
                union[page] |= segment.rights();
                covered[page] = true;
            }
        }
        for (int page = 0; page < union.length; page++) {
            if (!covered[page]) {
                union[page] = UNCOVERED;
            }
        }
        return union;
    }

    private static int firstPage(Segment segment) {
        return (int) (segment.physical() / PAGE);
    }

    private static int lastPage(Segment segment) {
        return (int) ((segment.physicalEnd() - 1) / PAGE);
    }

    private void addWarnings() {
        for (Segment segment : elf.segments()) {
            if (segment.has(Rights.WRITE | Rights.EXECUTE)) {
                warnings.add(line("%s is both writable and executable; give code a segment of its own", segment));
            }
            if (segment.linear() != segment.physical() && segment.linear() != region.linear(segment.physical())) {
                warnings.add(line(
                        "%s is linked at 0x%08x, but the kernel region shows it at 0x%08x; check the linker script",
                        segment, segment.linear(), region.linear(segment.physical())));
            }
        }
        for (int i = 1; i < byPhysical.size(); i++) {
            Segment before = byPhysical.get(i - 1);
            Segment segment = byPhysical.get(i);
            if (lastPage(before) == firstPage(segment) && before.rights() != segment.rights()) {
                warnings.add(line(
                        "%s and %s share a page, which gets the rights of both; align segments to 4 KB",
                        before, segment));
            }
        }
    }

    /** The file. */
    public ElfImage elf() {
        return elf;
    }

    /** The region that it was held against. */
    public KernelRegion region() {
        return region;
    }

    /** The segments in the order of their physical addresses. */
    public List<Segment> segments() {
        return Collections.unmodifiableList(byPhysical);
    }

    /** The lowest physical address of the image. */
    public long imageFirst() {
        return byPhysical.get(0).physical();
    }

    /** The physical address after its last byte. */
    public long imageEnd() {
        return byPhysical.get(byPhysical.size() - 1).physicalEnd();
    }

    /** The physical address to which the boot loader jumps. */
    public long entry() {
        return lowCode.first();
    }

    /** Code to run at physical addresses: from the entry point to the end of its segment's content. */
    public Code lowCode() {
        return lowCode;
    }

    /** Code to run in the kernel region, by the linear addresses at which the region shows it. */
    public Code highCode() {
        return highCode;
    }

    /** The rights of a page of the kernel region, as in {@link Rights}; a page without segment may be read and written. */
    public int rights(int page) {
        return rights[page];
    }

    /** For each page of the kernel region whether it is writable; a new array. */
    public boolean[] writable() {
        boolean[] writable = new boolean[rights.length];
        for (int page = 0; page < rights.length; page++) {
            writable[page] = Rights.has(rights[page], Rights.WRITE);
        }
        return writable;
    }

    /** The functions in the image's code, at the linear addresses at which the kernel region shows them. */
    public SortedMap<String, Long> functions() {
        SortedMap<String, Long> shown = new TreeMap<>();
        elf.functions().forEach((name, linear) -> {
            for (Segment segment : byPhysical) {
                long offset = linear - segment.linear();
                if (segment.has(Rights.EXECUTE) && offset >= 0 && offset < segment.fileSize()) {
                    shown.put(name, region.linear(segment.physical() + offset));
                    return;
                }
            }
        });
        return shown;
    }

    /** What is odd about the image but no reason to refuse it: one line each. */
    public List<String> warnings() {
        return Collections.unmodifiableList(warnings);
    }
}
