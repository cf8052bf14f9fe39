package org.pagetrail.recorder.kernel.firmware;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.pagetrail.traces.event.MemoryType;

/** The whole pages of available memory that nothing was placed in yet. */
final class FreePages {
    private static final long PAGE = 4096;

    /** First address of a free run to the address after it. */
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    FreePages(FirmwareMemoryMap memory) {
        for (FirmwareMemoryMap.Range range : memory.ranges()) {
            long first = up(range.first());
            long end = range.end() / PAGE * PAGE;
            if (range.type() == MemoryType.AVAILABLE && end > first) {
                runs.put(first, end);
            }
        }
    }

    /** The page boundary at or after an address. */
    static long up(long address) {
        return (address + PAGE - 1) / PAGE * PAGE;
    }

    /** Takes every page that a range touches. */
    void take(long first, long bytes) {
        long from = first / PAGE * PAGE;
        long to = up(first + bytes);
        Map.Entry<Long, Long> run = runs.lowerEntry(to);
        while (run != null && run.getValue() > from) {
            runs.remove(run.getKey());
            if (run.getKey() < from) {
                runs.put(run.getKey(), from);
            }
            if (run.getValue() > to) {
                runs.put(to, run.getValue());
            }
            run = runs.lowerEntry(to);
        }
    }

    /** Takes the lowest free run of so many bytes, in whole pages, within [from, to); says where it is. */
    OptionalLong takeFirst(long bytes, long from, long to) {
        long size = up(bytes);
        for (Map.Entry<Long, Long> run : runs.entrySet()) {
            long first = Math.max(run.getKey(), up(from));
            if (size <= Math.min(run.getValue(), to) - first) {
                take(first, size);
                return OptionalLong.of(first);
            }
        }
        return OptionalLong.empty();
    }
}
