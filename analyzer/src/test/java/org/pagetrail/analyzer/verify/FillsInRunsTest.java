package org.pagetrail.analyzer.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.pagetrail.analyzer.doctored.Doctored.A;
import static org.pagetrail.analyzer.doctored.Doctored.D;
import static org.pagetrail.analyzer.doctored.Doctored.G;
import static org.pagetrail.analyzer.doctored.Doctored.RW;
import static org.pagetrail.analyzer.doctored.Doctored.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.analyzer.doctored.Damages;
import org.pagetrail.analyzer.doctored.Damages.Damage;
import org.pagetrail.analyzer.doctored.Doctored;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;

/** What is found in a trace whose fills are told in runs is what is found when they are told one by one. */
class FillsInRunsTest {
    private static final long HEAP = 0xc040_0000L;
    private static final int PAGES = 64;

    static Stream<Damage> damages() {
        return Damages.all().stream();
    }

    /** A trace that tells its fills in runs of at most so many. */
    private record InRuns(TraceReader reader, int most) implements TraceReader {
        @Override
        public TraceHeader header() {
            return reader.header();
        }

        @Override
        public boolean next(TraceEvents out) {
            return reader.next(out);
        }

        @Override
        public void readAll(TraceEvents out) {
            TlbFills fills = new TlbFills();
            while (reader.next(new FlatEvents() {
                @Override
                protected void event(int id, long tick, long[] f, int count, String text) {
                    boolean fits = id == EventId.TLB_FILLED && TlbFills.fits(f);
                    if (!fits || fills.count() == most) {
                        tell();
                    }
                    if (fits) {
                        fills.add(tick, f);
                    } else {
                        EventDispatch.dispatch(id, tick, f, text, out);
                    }
                }

                private void tell() {
                    if (fills.count() > 0) {
                        out.tlbFilled(fills);
                        fills.clear();
                    }
                }
            })) {}
            out.tlbFilled(fills);
        }

        @Override
        public long ordinal() {
            return reader.ordinal();
        }

        @Override
        public TraceClosing closing() {
            return reader.closing();
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    private static String violations(TraceReader trace) {
        try {
            List<String> lines = new ArrayList<>();
            for (Violation violation : Verifier.verify(trace, invariant -> true).violations()) {
                lines.add(violation.toString());
            }
            return String.join("\n", lines);
        } catch (TraceException e) {
            return e.getMessage();
        }
    }

    private static String assertSame(Doctored trace, int most, String which) {
        String one = violations(trace.reader());
        assertEquals(one, violations(new InRuns(trace.reader(), most)), which);
        return one;
    }

    @ParameterizedTest
    @MethodSource("damages")
    void aDefectIsFoundThereAsWell(Damage damage) {
        for (int most : new int[] {TlbFills.CAPACITY, 1, 2}) {
            assertSame(damage.make(), most, damage.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whateverIsWrongWithAFillIsFoundThereAsWell(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Integer> rules = new TreeMap<>();
        for (int round = 0; round < 40; round++) {
            Doctored trace =
                    Doctored.golden(seed % 2 == 0 ? "boot-unit" : "boot-p6").atTheEnd();
            trace.allocate(0x700, PAGES, "page");
            for (int page = 0; page < PAGES; page++) {
                trace.map(
                        HEAP + page * 0x1000L,
                        entry(0x700 + page, RW | A | (page % 3 == 0 ? D : 0) | (page % 4 == 0 ? G : 0)));
            }
            trace.mark(trace.loaded(), trace.slot(HEAP, 2), A);
            if (random.nextInt(4) == 0) {
                trace.map(HEAP, 0);
            }
            int stop = random.nextInt(8) == 0 ? random.nextInt(100) : -1;
            for (int i = 0; i < 100; i++) {
                fill(trace, random, round % 2 == 0 ? 10 : 100);
                if (i == stop) {
                    trace.tell().machineStopped(trace.tick(), StopReason.HALT.ordinal());
                }
            }
            String found =
                    assertSame(trace, 1 + random.nextInt(TlbFills.CAPACITY), "seed " + seed + ", round " + round);
            for (String rule : new String[] {"TLB003", "TLB004", "TLB005", "TRC001", "the trace is damaged"}) {
                rules.merge(rule, found.contains(rule) ? 1 : 0, Integer::sum);
            }
        }
        for (String rule : new String[] {"TLB003", "TLB004", "TRC001"}) {
            assertTrue(rules.get(rule) > 0, rules.toString());
        }
    }

    private static void fill(Doctored trace, SplittableRandom random, int wrong) {
        long linear = HEAP + random.nextInt(PAGES) * 0x1000L;
        long pde = trace.state().word(trace.loaded(), trace.slot(linear, 2));
        long pte = trace.state().word(pde >>> 12, trace.slot(linear, 1));
        long page = linear >>> 12;
        Tlb tlb = trace.state().tlb(Tlb.DATA_4K) == null ? Tlb.UNIFIED : Tlb.DATA_4K;
        int rights = trace.state().rights(pde) & trace.state().rights(pte);
        int dirty = (int) (pte >>> 6) & 1;
        int global = (int) (pte >>> 8) & 1;
        long tick = trace.tick() + random.nextInt(3);
        int cause = dirty != 0 && random.nextInt(3) == 0 ? FillCause.DIRTY.ordinal() : FillCause.MISS.ordinal();
        int sets = trace.state().tlb(tlb).sets();
        switch (random.nextInt(wrong) == 0 ? random.nextInt(9) : -1) {
            case 0 -> pte ^= 1L << random.nextInt(32);
            case 1 -> pde ^= 1L << random.nextInt(32);
            case 2 -> rights ^= 1 << random.nextInt(4);
            case 3 -> dirty ^= 1;
            case 4 -> global ^= 1;
            case 5 -> {
                page = random.nextInt(2) == 0 ? 0xfffff : 0x400;
                global = 1;
            }
            case 6 -> tick = Math.max(0, tick - 5);
            case 7 -> cause = FillCause.SECOND_LEVEL.ordinal();
            default -> {}
        }
        trace.tell()
                .tlbFilled(
                        tick,
                        tlb.ordinal(),
                        (int) page & sets - 1,
                        random.nextInt(trace.state().tlb(tlb).ways()),
                        -1,
                        page,
                        pde,
                        pte,
                        rights,
                        dirty,
                        global,
                        cause,
                        2);
    }

    @Test
    void aRunAfterSomethingUnsettledIsJudgedAfterIt() {
        Doctored trace = Doctored.golden("boot-unit").beforeTheSwitch();
        assertSame(trace, TlbFills.CAPACITY, "before the switch");
    }
}
