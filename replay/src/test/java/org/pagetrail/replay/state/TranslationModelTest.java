package org.pagetrail.replay.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.ia32.ControlBits;

/** Random TLB events against a list of what is cached, searched from end to end by addresses. */
class TranslationModelTest {
    /** One cached translation, by the bytes that an invalidation must hit to drop it. */
    private record Cached(Tlb tlb, int set, int way, long dropFirst, long dropLast, long pde, long pte) {}

    private final List<Cached> cached = new ArrayList<>();
    private final Map<Integer, long[]> walkCache = new TreeMap<>();

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void theCachesHoldWhatAListOfTranslationsHolds(long seed) {
        Random random = new Random(seed);
        boolean holdsLarge = seed % 2 == 0;
        Script script = new Script(Script.IA32, Script.shape(holdsLarge));
        MachineState state = script.state;
        script.pse(true);
        for (int step = 0; step < 4_000; step++) {
            step(random, script, holdsLarge);
            String where = "seed " + seed + " step " + step;
            Map<Tlb, Integer> sizes = new EnumMap<>(Tlb.class);
            for (Cached one : cached) {
                TlbEntry entry = state.tlbEntry(one.tlb, one.set, one.way);
                assertEquals(one.pde, entry == null ? -1 : entry.pde(), where);
                assertEquals(one.pte, entry.pte(), where);
                sizes.merge(one.tlb, 1, Integer::sum);
            }
            for (Tlb tlb : Tlb.values()) {
                int size = state.tlb(tlb) == null ? 0 : state.tlb(tlb).size();
                assertEquals(sizes.getOrDefault(tlb, 0), size, where + " " + tlb);
            }
            for (int way = 0; way < 4; way++) {
                WalkCacheEntry entry = state.walkCacheEntry(0, way);
                long[] expected = walkCache.get(way);
                assertEquals(expected == null ? 0 : expected[1], entry == null ? 0 : entry.entry(), where);
            }
        }
    }

    private void step(Random random, Script script, boolean holdsLarge) {
        long linear = (0xc0000000L + ((long) random.nextInt(4) << 22)) | (long) random.nextInt(6) << 12 | 0x123;
        switch (random.nextInt(12)) {
            case 0 -> invalidate(script, FlushCause.INVLPG, linear);
            case 1 -> invalidate(script, FlushCause.PAGE_FAULT, linear);
            case 2 -> {
                if (random.nextInt(8) == 0) {
                    flush(script, FlushCause.values()[1 + random.nextInt(6)]);
                } else if (random.nextInt(8) == 0) {
                    script.pge(random.nextBoolean());
                }
            }
            case 3 -> {
                int way = random.nextInt(4);
                long pde = Script.entry(random.nextInt(100), 0x27);
                script.builder.walkCacheFilled(0, 0, way, linear, pde);
                walkCache.put(way, new long[] {linear, pde});
            }
            default -> fill(random, script, linear, holdsLarge);
        }
    }

    private void fill(Random random, Script script, long linear, boolean holdsLarge) {
        Tlb tlb = List.of(Tlb.INSTRUCTION_4K, Tlb.DATA_4K, Tlb.DATA_4M).get(random.nextInt(3));
        boolean large = tlb == Tlb.DATA_4M || random.nextInt(3) == 0;
        long global = random.nextInt(3) == 0 ? Script.GLOBAL : 0;
        long pde = large ? (long) random.nextInt(100) << 22 | 0x83 | global : Script.entry(random.nextInt(100), 3);
        long pte = large ? 0 : Script.entry(random.nextInt(1000), 3) | global;
        int set = tlb == Tlb.DATA_4M ? 0 : random.nextInt(4);
        int way = random.nextInt(tlb == Tlb.DATA_4M ? 4 : 2);
        int secondWay = random.nextInt(5) - 1;
        FillCause cause = FillCause.values()[random.nextInt(3)];
        long page = tlb == Tlb.DATA_4M ? linear >> 22 << 10 : linear >> 12;
        script.fill(tlb, set, way, secondWay, page, pde, pte, cause);
        long first = large ? linear >> 22 << 22 : linear >> 12 << 12;
        long last = first + (large ? 1L << 22 : 1L << 12) - 1;
        put(new Cached(tlb, set, way, first, last, pde, pte));
        if (secondWay >= 0 && cause != FillCause.SECOND_LEVEL) {
            long key = large && holdsLarge ? linear >> 22 : page;
            put(new Cached(Tlb.SECOND_LEVEL, (int) (key % 8), secondWay, first, last, pde, pte));
        }
    }

    private void put(Cached now) {
        cached.removeIf(old -> old.tlb == now.tlb && old.set == now.set && old.way == now.way);
        cached.add(now);
    }

    private void invalidate(Script script, FlushCause cause, long linear) {
        int before = cached.size();
        int walksBefore = walkCache.size();
        cached.removeIf(one -> one.dropFirst <= linear && linear <= one.dropLast);
        walkCache.values().removeIf(one -> cause == FlushCause.INVLPG || one[0] >> 22 == linear >> 22);
        script.invalidate(cause, linear);
        assertCounts(script, before, walksBefore);
    }

    private void flush(Script script, FlushCause cause) {
        boolean pge = (script.state.register(ControlRegister.CR4) & ControlBits.CR4_PGE) != 0;
        int before = cached.size();
        int walksBefore = walkCache.size();
        boolean spares = pge && cause == FlushCause.CR3_WRITE;
        cached.removeIf(one -> !spares || ((one.pte == 0 ? one.pde : one.pte) & Script.GLOBAL) == 0);
        walkCache.clear();
        script.flush(cause);
        assertCounts(script, before, walksBefore);
    }

    private void assertCounts(Script script, int before, int walksBefore) {
        FlushCounts expected = new FlushCounts(before - cached.size(), cached.size(), walksBefore - walkCache.size());
        assertEquals(expected, script.state.lastFlush());
    }
}
