package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.profile.Replacement;
import org.pagetrail.traces.profile.TlbGeometry;

class TranslationCacheTest {
    private static final int NONE = TranslationCache.NOWHERE;
    private static final int STEPS = 20_000;

    @ParameterizedTest
    @CsvSource({
        "LRU, 1, 1",
        "LRU, 4, 4",
        "LRU, 12, 3",
        "LRU, 16, 4",
        "LRU, 8, 1",
        "LRU, 24, 12",
        "LRU, 32, 32",
        "TREE_PLRU, 1, 1",
        "TREE_PLRU, 8, 1",
        "TREE_PLRU, 2, 2",
        "TREE_PLRU, 16, 4",
        "TREE_PLRU, 8, 8",
        "TREE_PLRU, 64, 32"
    })
    void aRandomProgramDoesWhatTheNaiveModelDoes(Replacement replacement, int entries, int ways) {
        long seed = 0xcace_0000L + entries * 64L + ways;
        Random random = new Random(seed);
        TlbGeometry geometry = new TlbGeometry(entries, ways, replacement);
        TranslationCache cache = new TranslationCache(Tlb.DATA_4K, geometry);
        NaiveCache model = new NaiveCache(geometry);
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + seed + " step " + step;
            operate(random, cache, model, 3 * entries, where);
            assertEquals(model.valid(), cache.valid(), where);
            if (step % 16 == 0) {
                compare(cache, model, where);
            }
        }
        compare(cache, model, "seed " + seed + " at the end");
    }

    private static void operate(Random random, TranslationCache cache, NaiveCache model, int keys, String where) {
        int key = random.nextInt(keys);
        boolean large = random.nextInt(4) == 0;
        switch (random.nextInt(64)) {
            case 0 -> {
                boolean keepGlobal = random.nextBoolean();
                assertEquals(model.flush(keepGlobal), cache.flush(keepGlobal), where);
            }
            case 1, 2 -> {
                int page = random.nextBoolean() ? key : key << 10 | random.nextInt(1024);
                assertEquals(model.invalidate(page), cache.invalidate(page), where);
            }
            case 3, 4 -> assertEquals(model.dropKey(key), cache.dropKey(key), where);
            case 5 -> {
                NaiveCache.Line line = model.find(key, large);
                long found = cache.find(key, large);
                if (line != null) {
                    cache.markChanged(found);
                    line.changed = true;
                }
            }
            default -> access(random, cache, model, key, large, where);
        }
    }

    private static void access(
            Random random, TranslationCache cache, NaiveCache model, int key, boolean large, String where) {
        boolean plain = random.nextBoolean();
        NaiveCache.Line line = plain ? model.hit(key, large) : model.find(key, large);
        long found = plain ? cache.hit(key, large) : cache.find(key, large);
        assertEquals(line != null, found != 0, where);
        if (line != null) {
            assertEquals(line.way, TranslationCache.way(found), where);
            assertEquals(line.frame, TranslationCache.frame(found), where);
            assertEquals(line.changed, TranslationCache.changed(found), where);
        }
        if (line != null && random.nextInt(4) != 0) {
            return;
        }
        line = model.find(key, large);
        found = cache.find(key, large);
        int frame = random.nextInt(1 << 28);
        int bits = random.nextInt(8)
                | (random.nextInt(4) == 0 ? (int) TranslationCache.GLOBAL : 0)
                | (!large && random.nextInt(4) == 0 ? (int) TranslationCache.FRAGMENT : 0);
        int raw = random.nextInt();
        long filled = cache.fill(found, key, large, frame, bits, raw, key, ~raw, NONE);
        NaiveCache.Line model2 = model.fill(line, key, large, frame, bits, raw);
        assertEquals(model2.way, TranslationCache.way(filled), where);
        assertFalse(TranslationCache.changed(filled), where);
        assertEquals(raw, cache.pde[cache.index(filled)], where);
        assertEquals(~raw, cache.pte[cache.index(filled)], where);
    }

    private static void compare(TranslationCache cache, NaiveCache model, String where) {
        CacheView view = new CacheView(cache);
        assertEquals(model.sets, view.sets(), where);
        assertEquals(model.ways, view.ways(), where);
        for (int set = 0; set < model.sets; set++) {
            for (int way = 0; way < model.ways; way++) {
                NaiveCache.Line line = model.at(set, way);
                assertEquals(line != null, view.valid(set, way), where);
                assertEquals(way, TranslationCache.way(cache.at(set, way)), where);
                if (line != null) {
                    assertEquals(line.large ? line.key << 10 : line.key, view.page(set, way), where);
                    assertEquals(line.frame, view.frame(set, way), where);
                    assertEquals(line.raw, view.pde(set, way), where);
                    assertEquals(~line.raw, view.pte(set, way), where);
                    assertEquals((line.bits & 1) != 0, view.writable(set, way), where);
                    assertEquals((line.bits & 2) != 0, view.user(set, way), where);
                    assertEquals((line.bits & 4) != 0, view.dirty(set, way), where);
                    assertEquals(line.global(), view.global(set, way), where);
                    assertEquals(line.large || line.fragment(), view.large(set, way), where);
                }
            }
        }
    }

    @Test
    void aSetIsFilledFromItsFirstWayOn() {
        for (Replacement replacement : Replacement.values()) {
            TranslationCache cache = cache(4, 4, replacement);
            for (int way = 0; way < 4; way++) {
                assertEquals(way, TranslationCache.way(fill(cache, way)));
            }
        }
    }

    @Test
    void trueLruLetsTheLeastRecentGo() {
        TranslationCache cache = cache(4, 4, Replacement.LRU);
        for (int key = 0; key < 4; key++) {
            fill(cache, key);
        }
        cache.find(0, false);
        assertEquals(1, TranslationCache.way(fill(cache, 9)));
        assertEquals(0, cache.find(1, false));
        assertTrue(cache.find(0, false) != 0);
    }

    @Test
    void treePseudoLruFollowsTheBitsOfItsTree() {
        TranslationCache cache = cache(4, 4, Replacement.TREE_PLRU);
        for (int key = 0; key < 4; key++) {
            fill(cache, key);
        }
        // The last use was way 3: the root points left, and way 1 was used after way 0.
        assertEquals(0, TranslationCache.way(fill(cache, 10)));
        assertEquals(2, TranslationCache.way(fill(cache, 11)));
        assertEquals(1, TranslationCache.way(fill(cache, 12)));
    }

    @Test
    void aFillInPlaceOfAnEntryTakesItsWayAndIsUnchanged() {
        for (Replacement replacement : Replacement.values()) {
            TranslationCache cache = cache(4, 4, replacement);
            for (int key = 0; key < 4; key++) {
                fill(cache, key);
            }
            long old = cache.find(2, false);
            cache.markChanged(old);
            assertEquals(0, cache.hit(2, false));
            assertTrue(TranslationCache.changed(cache.find(2, false)));
            long filled = cache.fill(cache.find(2, false), 2, false, 77, 0, 0, 0, 0, NONE);
            assertEquals(TranslationCache.way(old), TranslationCache.way(filled));
            assertEquals(filled, cache.hit(2, false));
            assertEquals(4, cache.valid());
        }
    }

    @Test
    void aChangedWordMarksOnlyWhatDerivesFromIt() {
        TranslationCache cache = cache(8, 4, Replacement.LRU);
        int pdeAt = 5 << 10 | 3;
        put(cache, 0xc01, false, pdeAt, 9);
        put(cache, 0xc02, false, pdeAt, 9);
        put(cache, 0x801, false, 5 << 10 | 2, 8);
        put(cache, 7, true, 5 << 10 | 7, NONE);

        cache.wordChanged(9 << 10 | 1, NONE, true);
        assertEquals(List.of(0xc01), changed(cache));
        cache.wordChanged(8 << 10 | 2, NONE, true);
        cache.wordChanged(6 << 10 | 3, NONE, true);
        assertEquals(List.of(0xc01), changed(cache));
        cache.wordChanged(pdeAt, 4, true);
        assertEquals(List.of(0xc01, 0xc02), changed(cache));
        cache.wordChanged(5 << 10 | 7, NONE, true);
        assertEquals(List.of(7, 0xc01, 0xc02), changed(cache));
        assertEquals(4, cache.table(cache.find(0xc02, false)));
        assertEquals(8, cache.table(cache.find(0x801, false)));
    }

    @Test
    void aWordThatWasAbsentConcernsOnlyEntriesThatAreChangedAlready() {
        TranslationCache cache = cache(8, 4, Replacement.LRU);
        put(cache, 0xc01, false, 3, 9);
        cache.wordChanged(9 << 10 | 1, NONE, false);
        assertEquals(List.of(), changed(cache));
        cache.wordChanged(9 << 10 | 1, NONE, true);
        assertTrue(tell(cache, 0xc01, 0));
        assertFalse(tell(cache, 0xc01, 0));
        cache.wordChanged(9 << 10 | 1, NONE, false);
        assertTrue(tell(cache, 0xc01, 0));
    }

    @Test
    void dropsAndFillsLeaveNoMemoryOfWhatWasChanged() {
        TranslationCache cache = cache(2, 2, Replacement.LRU);
        put(cache, 1, false, 0, 9);
        cache.wordChanged(0, 9, true);
        cache.invalidate(1);
        put(cache, 1, false, 0, 9);
        cache.wordChanged(9 << 10 | 1, NONE, false);
        assertEquals(List.of(), changed(cache));
        cache.wordChanged(0, 9, true);
        put(cache, 2, false, 0, 9);
        put(cache, 3, false, 0, 9);
        cache.wordChanged(9 << 10 | 2, NONE, false);
        assertEquals(List.of(), changed(cache));
    }

    @Test
    void aUseOfAChangedEntryIsToldOnceForEachUse() {
        TranslationCache cache = cache(4, 4, Replacement.LRU);
        put(cache, 5, false, 0, 9);
        cache.markChanged(cache.find(5, false));
        for (int use = 0; use < 8; use++) {
            assertTrue(tell(cache, 5, use));
            assertFalse(tell(cache, 5, use));
        }
        cache.forgetTold();
        assertTrue(tell(cache, 5, 3));
        cache.markChanged(cache.find(5, false));
        assertTrue(tell(cache, 5, 3));
    }

    @Test
    void aChanged4MPageIsToldPageByPageOnlyWhereATableIsUnderItNow() {
        TranslationCache cache = cache(4, 4, Replacement.LRU);
        put(cache, 1, true, 1, NONE);
        cache.wordChanged(1, NONE, true);
        long entry = cache.find(1, true);
        assertTrue(cache.tell(entry, 0x400, 0));
        assertFalse(cache.tell(entry, 0x401, 0));
        cache.wordChanged(1, 6, true);
        assertTrue(cache.tell(entry, 0x401, 0));
        assertFalse(cache.tell(entry, 0x401, 0));
        assertTrue(cache.tell(entry, 0x402, 0));
        cache.wordChanged(6 << 10 | 2, NONE, true);
        assertTrue(cache.tell(entry, 0x402, 0));
    }

    @Test
    void aChangedDirectoryEntryIsToldPageByPage() {
        TranslationCache cache = new TranslationCache(Tlb.WALK_CACHE, new TlbGeometry(4, 4, Replacement.LRU));
        put(cache, 5, false, 5, NONE);
        cache.wordChanged(5, 7, true);
        long entry = cache.find(5, false);
        assertEquals(NONE, cache.table(entry));
        assertTrue(cache.tell(entry, 0x1400, 0));
        assertTrue(cache.tell(entry, 0x1401, 0));
        assertFalse(cache.tell(entry, 0x1401, 0));
    }

    @Test
    void aNewDirectoryMarksWhereItsEntryIsAnotherAndIsFollowedFromThenOn() {
        PhysicalMemory memory = new PhysicalMemory(16 << 12);
        TranslationCache cache = cache(8, 4, Replacement.LRU);
        putRaw(cache, 0x401, false, 1 << 10 | 1, 0x4003, 4);
        putRaw(cache, 0x802, false, 1 << 10 | 2, 0x4003, 4);
        putRaw(cache, 3, true, 1 << 10 | 3, 0x83, NONE);
        memory.write(2, 1, 0x4023);
        memory.write(2, 2, 0x5003);
        memory.write(2, 3, 0x83);
        cache.rebase(memory, 2, ControlBits.CR4_PSE, 0x20);
        assertEquals(List.of(0x802), changed(cache));
        assertEquals(4, cache.table(cache.find(0x401, false)));
        assertEquals(5, cache.table(cache.find(0x802, false)));
        cache.wordChanged(2 << 10 | 1, NONE, true);
        assertEquals(List.of(0x401, 0x802), changed(cache));
        cache.wordChanged(1 << 10 | 3, NONE, true);
        assertEquals(List.of(0x401, 0x802), changed(cache));
        tell(cache, 0x802, 0);
        memory.write(2, 2, 0x4003);
        cache.rebase(memory, 2, ControlBits.CR4_PSE, 0x20);
        assertTrue(tell(cache, 0x802, 0), "what was changed is told again");
        cache.rebase(memory, 2, 0, 0x20);
        assertEquals(List.of(3, 0x401, 0x802), changed(cache));
    }

    @Test
    void aFragmentGoesWithAnyAddressOfIts4MPage() {
        TranslationCache cache = cache(8, 4, Replacement.TREE_PLRU);
        cache.fill(0, 0x400, false, 1, TranslationCache.FRAGMENT, 0, 0, 0, NONE);
        cache.fill(0, 0x7ff, false, 2, TranslationCache.FRAGMENT, 0, 0, 0, NONE);
        cache.fill(0, 0x801, false, 3, TranslationCache.FRAGMENT, 0, 0, 0, NONE);
        cache.fill(0, 0x402, false, 4, 0, 0, 0, 0, NONE);
        assertEquals(2, cache.invalidate(0x600));
        assertEquals(2, cache.valid());
        assertEquals(1, cache.invalidate(0x402));
        assertEquals(0, cache.invalidate(0x402));
    }

    private static TranslationCache cache(int entries, int ways, Replacement replacement) {
        return new TranslationCache(Tlb.DATA_4K, new TlbGeometry(entries, ways, replacement));
    }

    private static long fill(TranslationCache cache, int key) {
        return cache.fill(0, key, false, key, 0, 0, 0, 0, NONE);
    }

    private static void put(TranslationCache cache, int key, boolean large, int pdeAt, int table) {
        cache.fill(0, key, large, key, 0, 0, pdeAt, 0, table);
    }

    private static void putRaw(TranslationCache cache, int key, boolean large, int pdeAt, int pde, int table) {
        cache.fill(0, key, large, key, 0, pde, pdeAt, 0, table);
    }

    private static boolean tell(TranslationCache cache, int key, int use) {
        return cache.tell(cache.find(key, false), key, use);
    }

    private static List<Integer> changed(TranslationCache cache) {
        List<Integer> keys = new ArrayList<>();
        for (int set = 0; set < cache.sets(); set++) {
            for (int way = 0; way < cache.ways(); way++) {
                long entry = cache.at(set, way);
                if (TranslationCache.valid(entry) && TranslationCache.changed(entry)) {
                    keys.add(TranslationCache.key(entry));
                }
            }
        }
        keys.sort(Comparator.naturalOrder());
        return keys;
    }
}
