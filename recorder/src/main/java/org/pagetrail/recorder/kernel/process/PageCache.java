package org.pagetrail.recorder.kernel.process;

import java.util.LinkedHashMap;
import java.util.Map;
import org.pagetrail.recorder.kernel.Code;
import org.pagetrail.recorder.kernel.pmm.FrameAllocator;
import org.pagetrail.recorder.kernel.vmm.TemporarySlot;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * The frames with what files contain. A read-only page of a program or a library is loaded once, for all processes that have it; of a writable
 * one each gets a frame of its own.
 */
final class PageCache {
    private static final int PAGE = LinearAddress.PAGE_BYTES;

    private record Key(String file, long page) {}

    private final Parts parts;
    private final Map<Key, Integer> shared = new LinkedHashMap<>();

    PageCache(Parts parts) {
        this.parts = parts;
    }

    /**
     * A frame with the content of a segment's page, with a user more.
     *
     * @param page the page's first address, in the segment's terms
     */
    int frame(Program program, Program.Segment segment, long page) {
        if (Rights.has(segment.rights(), Rights.WRITE)) {
            return load(program, segment, page);
        }
        Key key = new Key(program.name(), page);
        Integer known = shared.get(key);
        if (known == null) {
            known = load(program, segment, page);
            shared.put(key, known);
        }
        parts.references().share(known);
        return known;
    }

    /** A frame of its own with that content. */
    int load(Program program, Program.Segment segment, long page) {
        int frame = parts.references().allocate(FrameAllocator.USER_PAGE);
        TemporarySlot slot = parts.memory().temporary();
        Code code = parts.core().code();
        int to = slot.open(frame);
        long first = segment.linear() & -PAGE;
        int from = program.file() + (int) ((segment.offset() & -PAGE) + page - first);
        code.step();
        parts.core().machine().copyPage(from, to);
        long end = segment.linear() + segment.fileBytes();
        if (Rights.has(segment.rights(), Rights.WRITE) && end < page + PAGE) {
            clearTail(to, (int) (end - page));
        }
        slot.close();
        return frame;
    }

    private void clearTail(int linear, int from) {
        Code code = parts.core().code();
        for (int at = from; at < PAGE; ) {
            int bytes = at % Integer.BYTES == 0 ? Integer.BYTES : 1;
            code.step();
            parts.core().machine().store(linear + at, 0, bytes);
            at += bytes;
        }
    }

    /** Gives back what nobody else uses; returns how many frames. */
    int reclaim() {
        int before = parts.core().frames().free();
        shared.values().removeIf(frame -> {
            boolean unused = parts.references().count(frame) == 1;
            if (unused) {
                parts.references().release(frame, FrameAllocator.USER_PAGE);
            }
            return unused;
        });
        return parts.core().frames().free() - before;
    }
}
