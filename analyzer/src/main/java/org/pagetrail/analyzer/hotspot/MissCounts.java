package org.pagetrail.analyzer.hotspot;

import java.util.ArrayList;
import java.util.List;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.Tlb;

/** Fills of the first level, counted by kind of access and page size. */
final class MissCounts {
    private static final List<String> KINDS = List.of("instruction", "data", "unified");
    private static final int CAUSES = FillCause.values().length;
    private static final int INSTRUCTION = 0;
    private static final int DATA = 1;
    private static final int UNIFIED = 2;

    /** By kind, large or not, and cause; the references after the causes. */
    private final long[][] counts = new long[KINDS.size() * 2][CAUSES + 1];

    void add(Tlb tlb, boolean large, FillCause cause, long references, boolean unified) {
        int kind =
                switch (tlb) {
                    case INSTRUCTION_4K, INSTRUCTION_4M -> INSTRUCTION;
                    default -> DATA;
                };
        long[] row = counts[(unified ? UNIFIED : kind) * 2 + (large ? 1 : 0)];
        row[cause.ordinal()]++;
        row[CAUSES] += references;
    }

    /** The rows that are not empty. */
    List<Misses> rows(long pageBytes, long largePageBytes) {
        List<Misses> rows = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            long[] row = counts[i];
            Misses misses = new Misses(
                    KINDS.get(i / 2),
                    i % 2 == 0 ? pageBytes : largePageBytes,
                    row[FillCause.MISS.ordinal()],
                    row[FillCause.DIRTY.ordinal()],
                    row[FillCause.SECOND_LEVEL.ordinal()],
                    row[CAUSES]);
            if (misses.walks() + misses.dirtyWalks() + misses.secondLevel() != 0) {
                rows.add(misses);
            }
        }
        return rows;
    }
}
