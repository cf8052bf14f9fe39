package org.pagetrail.recorder.kernel.elf;

import java.util.List;
import java.util.Locale;
import org.pagetrail.recorder.kernel.elf.ElfImage.Segment;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.Region;

/**
 * A program or a shared library that fits the plan's user space: each of its segments lies where the plan has room for it, and can be mapped from
 * the file page by page.
 */
public final class UserImage {
    private static final int PAGE = LinearAddress.PAGE_BYTES;

    private final ElfImage elf;

    private UserImage(ElfImage elf) {
        this.elf = elf;
    }

    /**
     * A program.
     *
     * @throws ElfFormatException when it cannot be run under the plan
     */
    public static UserImage program(ElfImage elf, Plan plan) {
        Region image = plan.region("user-image");
        long end = plan.region("user-heap").last() + 1;
        boolean entered = false;
        for (Segment segment : elf.segments()) {
            if (segment.linear() < image.first() || segment.linearEnd() > end) {
                throw wrong(
                        elf,
                        "%s lies outside of the plan's user image and heap, 0x%08x-0x%08x; link it to lie there",
                        range(segment),
                        image.first(),
                        end - 1);
            }
            entered |= segment.has(Rights.EXECUTE)
                    && elf.entry() >= segment.linear()
                    && elf.entry() < segment.linear() + segment.fileSize();
        }
        if (!entered) {
            throw wrong(elf, "its entry point 0x%08x is in no executable segment; build it again", elf.entry());
        }
        checkPages(elf);
        return new UserImage(elf);
    }

    /**
     * A shared library.
     *
     * @throws ElfFormatException when it cannot be mapped under the plan
     */
    public static UserImage library(ElfImage elf, Plan plan) {
        long room = plan.region("shared-libraries").size();
        for (Segment segment : elf.segments()) {
            if (segment.linearEnd() > room) {
                throw wrong(
                        elf,
                        "%s does not fit into the plan's %,d MB for shared libraries; use a smaller one",
                        range(segment),
                        room >> 20);
            }
        }
        checkPages(elf);
        return new UserImage(elf);
    }

    private static void checkPages(ElfImage elf) {
        List<Segment> segments = elf.segments();
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.fileSize() != 0 && (segment.linear() - segment.fileOffset()) % PAGE != 0) {
                throw wrong(
                        elf,
                        "%s is at offset 0x%x in the file: that and its address differ modulo 4 KB, so its pages cannot"
                                + " be mapped; link it with -z max-page-size=4096",
                        range(segment),
                        segment.fileOffset());
            }
            for (Segment other : segments.subList(0, i)) {
                if (pageOf(segment.linear()) < pageAfter(other.linearEnd())
                        && pageOf(other.linear()) < pageAfter(segment.linearEnd())) {
                    throw wrong(
                            elf,
                            "%s and %s have a page in common; link it with segments on pages of their own",
                            range(other),
                            range(segment));
                }
            }
        }
    }

    private static long pageOf(long linear) {
        return linear / PAGE;
    }

    private static long pageAfter(long linear) {
        return (linear + PAGE - 1) / PAGE;
    }

    private static String range(Segment segment) {
        return String.format(
                Locale.ROOT, "segment %d (0x%08x-0x%08x)", segment.index(), segment.linear(), segment.linearEnd() - 1);
    }

    private static ElfFormatException wrong(ElfImage elf, String format, Object... arguments) {
        return new ElfFormatException(elf.name() + ": " + String.format(Locale.ROOT, format, arguments));
    }

    /** The file. */
    public ElfImage elf() {
        return elf;
    }

    /** What it is called. */
    public String name() {
        return elf.name();
    }

    /** Its segments, in the order of the file. */
    public List<Segment> segments() {
        return elf.segments();
    }
}
