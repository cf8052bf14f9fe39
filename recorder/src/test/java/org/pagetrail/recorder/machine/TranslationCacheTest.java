package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.profile.Replacement;
import org.pagetrail.traces.profile.TlbGeometry;

class TranslationCacheTest {
    private static final int NONE = TranslationCache.NONE;
    private static final int STEPS = 20_000;
    private static final long[] ALL_USES = new long[TranslationCache.STATE_MASK + 1];

    static {
        Arrays.fill(ALL_USES, Access.AS_USER | Access.AS_SUPERVISOR | Access.AS_SUPERVISOR_WITH_AC);
    }

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
        TranslationCache cache = new TranslationCache(random.nextBoolean() ? Tlb.DATA_4K : Tlb.SECOND_LEVEL, geometry);
        cache.globalBit(Entries.GLOBAL);
        // Stamps are numbered anew soon, because of uses or of what is emptied.
        cache.places().now = Places.LAST_STAMP - random.nextInt(STEPS) * Places.TICK;
        cache.places().emptied = random.nextInt(STEPS) * Places.TICK - Places.LAST_STAMP;
        if (cache.places().atOnce != null) {
            cache.serve(ALL_USES, Access.ALL_KINDS);
        }
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
                int found = cache.find(key, large);
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
        boolean plain = cache.places().atOnce != null && !large && random.nextBoolean();
        NaiveCache.Line line = plain ? model.hit(key, false) : model.find(key, large);
        int found;
        if (plain) {
            long translation = cache.hit(Access.of(key << 12, 0), Access.AS_USER);
            found = translation != 0 ? cache.peek(key, false) : NONE;
            assertEquals(line == null ? 0 : line.frame, Access.frame(translation), where);
        } else {
            found = random.nextBoolean() ? cache.find(key, large) : used(cache, key, large);
        }
        assertEquals(line != null, found != NONE, where);
        if (line != null) {
            assertEquals(line.way, cache.way(found), where);
            assertEquals(line.frame, cache.frame(found), where);
            assertEquals(line.changed, cache.changed(found), where);
        }
        if (line != null && random.nextInt(4) != 0) {
            return;
        }
        line = model.find(key, large);
        found = cache.find(key, large);
        int size = large ? Places.LARGE : random.nextInt(4) == 0 ? Places.FRAGMENT : 0;
        int pde = random.nextInt();
        int pte = size == 0 ? random.nextInt() : 0;
        int leaf = size == 0 ? pte : pde;
        int bits = (pde & leaf & 6) >> 1
                | (leaf & 1 << 6) >> 4
                | (leaf & 1 << 8) >> 2
                | (size == Places.FRAGMENT ? 1 << 5 : 0);
        int base = size == 0 ? pte >>> 12 : pde >>> 22 << 10 | (pde >>> 13 & 0xff) << 20;
        int frame = size == Places.FRAGMENT ? base + (key & 0x3ff) : base;
        int filled = cache.fill(found, key, size, pde, pte);
        NaiveCache.Line model2 = model.fill(line, key, large, frame, bits, pde, pte);
        assertEquals(model2.way, cache.way(filled), where);
        assertFalse(cache.changed(filled), where);
        assertEquals(pde, cache.rawPde(filled), where);
        assertEquals(pte, cache.rawPte(filled), where);
    }

    private static void compare(TranslationCache cache, NaiveCache model, String where) {
        CacheView view = new CacheView(cache);
        assertEquals(model.sets, view.sets(), where);
        assertEquals(model.ways, view.ways(), where);
        for (int set = 0; set < model.sets; set++) {
            for (int way = 0; way < model.ways; way++) {
                NaiveCache.Line line = model.at(set, way);
                assertEquals(line != null, view.valid(set, way), where);
                if (line != null) {
                    assertEquals(line.large ? line.key << 10 : line.key, view.page(set, way), where);
                    assertEquals(line.frame, view.frame(set, way), where);
                    assertEquals(line.pde, view.pde(set, way), where);
                    assertEquals(line.pte, view.pte(set, way), where);
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
                assertEquals(way, cache.way(fill(cache, way)));
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
        assertEquals(1, cache.way(fill(cache, 9)));
        assertEquals(NONE, cache.find(1, false));
        assertTrue(cache.find(0, false) != NONE);
    }

    @Test
    void treePseudoLruFollowsTheBitsOfItsTree() {
        TranslationCache cache = cache(4, 4, Replacement.TREE_PLRU);
        for (int key = 0; key < 4; key++) {
            fill(cache, key);
        }
        // The last use was way 3: the root points left, and way 1 was used after way 0.
        assertEquals(0, cache.way(fill(cache, 10)));
        assertEquals(2, cache.way(fill(cache, 11)));
        assertEquals(1, cache.way(fill(cache, 12)));
    }

    @Test
    void aFillInPlaceOfAnEntryTakesItsWayAndIsUnchanged() {
        for (Replacement replacement : Replacement.values()) {
            TranslationCache cache = cache(4, 4, replacement);
            for (int key = 0; key < 4; key++) {
                fill(cache, key);
            }
            cache.serve(ALL_USES, Access.ALL_KINDS);
            int old = cache.find(2, false);
            assertNotEquals(0, cache.hit(Access.of(2 << 12, 0), Access.AS_USER));
            cache.markChanged(old);
            assertEquals(0, cache.hit(Access.of(2 << 12, 0), Access.AS_USER));
            assertTrue(cache.changed(cache.find(2, false)));
            int filled = cache.fill(cache.find(2, false), 2, 0, 0, 77 << 12);
            assertEquals(old, filled);
            assertEquals(77, Access.frame(cache.hit(Access.of(2 << 12, 0), Access.AS_USER)));
            assertEquals(4, cache.valid());
        }
    }

    @Test
    void anAccessIsServedOnlyForTheUsesOfItsManner() {
        TranslationCache cache = cache(4, 4, Replacement.LRU);
        long[] uses = new long[TranslationCache.STATE_MASK + 1];
        uses[1] = Access.use(0, Access.AS_USER) | Access.use(1, Access.AS_SUPERVISOR);
        cache.serve(uses, Access.ALL_KINDS);
        cache.fill(NONE, 5, 0, 2, 9 << 12 | 2);
        for (int kind = 0; kind < 3; kind++) {
            boolean read = cache.hit(Access.of(0x5123, kind), Access.AS_USER) != 0;
            boolean written = cache.hit(Access.of(0x5123, kind), Access.AS_SUPERVISOR) != 0;
            assertEquals(kind == 0, read);
            assertEquals(kind == 1, written);
            assertEquals(0, cache.hit(Access.of(0x5123, kind), Access.AS_SUPERVISOR_WITH_AC));
        }
        long sum = Access.summand(cache.hit(Access.of(0x5123, 0), Access.AS_USER), Access.of(0x5123, 0));
        assertEquals(0x9123, Access.physical(sum));
        cache.serve(uses, 0);
        assertEquals(0, cache.hit(Access.of(0x5123, 0), Access.AS_USER));
    }

    @Test
    void pagesOfOneSetAreToldApart() {
        TranslationCache cache = cache(16, 4, Replacement.LRU);
        cache.serve(ALL_USES, Access.ALL_KINDS);
        cache.fill(NONE, 0x101, 0, 0, 1 << 12);
        cache.fill(NONE, 0xfff01, 0, 0, 2 << 12);
        for (int i = 0; i < 3; i++) {
            assertEquals(1, Access.frame(cache.hit(Access.of(0x101 << 12, 1), Access.AS_USER)));
            assertEquals(2, Access.frame(cache.hit(Access.of(0xfff01 << 12, 1), Access.AS_USER)));
        }
        cache.invalidate(0x101);
        assertEquals(0, cache.hit(Access.of(0x101 << 12, 1), Access.AS_USER));
        assertEquals(2, Access.frame(cache.hit(Access.of(0xfff01 << 12, 1), Access.AS_USER)));
    }

    @Test
    void aChangedWordMarksOnlyWhatDerivesFromIt() {
        TranslationCache cache = cache(8, 4, Replacement.LRU);
        put(cache, 0xc01, false);
        put(cache, 0xc02, false);
        put(cache, 0x801, false);
        put(cache, 7, true);

        cache.tableEntryChanged(3, 1, true);
        assertEquals(List.of(0xc01), changed(cache));
        cache.tableEntryChanged(2, 2, true);
        cache.directoryEntryChanged(4, true);
        assertEquals(List.of(0xc01), changed(cache));
        cache.directoryEntryChanged(3, true);
        assertEquals(List.of(0xc01, 0xc02), changed(cache));
        cache.directoryEntryChanged(7, true);
        assertEquals(List.of(7, 0xc01, 0xc02), changed(cache));
    }

    @Test
    void aWordThatWasAbsentConcernsOnlyEntriesThatAreChangedAlready() {
        TranslationCache cache = cache(8, 4, Replacement.LRU);
        put(cache, 0xc01, false);
        cache.tableEntryChanged(3, 1, false);
        assertEquals(List.of(), changed(cache));
        cache.tableEntryChanged(3, 1, true);
        assertTrue(tell(cache, 0xc01, 0));
        assertFalse(tell(cache, 0xc01, 0));
        cache.tableEntryChanged(3, 1, false);
        assertTrue(tell(cache, 0xc01, 0));
    }

    @Test
    void dropsAndFillsLeaveNoMemoryOfWhatWasChanged() {
        TranslationCache cache = cache(2, 2, Replacement.LRU);
        put(cache, 1, false);
        cache.directoryEntryChanged(0, true);
        cache.invalidate(1);
        put(cache, 1, false);
        cache.tableEntryChanged(0, 1, false);
        assertEquals(List.of(), changed(cache));
        cache.directoryEntryChanged(0, true);
        put(cache, 2, false);
        put(cache, 3, false);
        cache.tableEntryChanged(0, 2, false);
        assertEquals(List.of(), changed(cache));
    }

    @Test
    void aUseOfAChangedEntryIsToldOnceForEachUse() {
        TranslationCache cache = cache(4, 4, Replacement.LRU);
        put(cache, 5, false);
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
        put(cache, 1, true);
        cache.directoryEntryChanged(1, true);
        int place = cache.find(1, true);
        assertTrue(cache.tell(place, 0x400, 0, false));
        assertFalse(cache.tell(place, 0x401, 0, false));
        cache.directoryEntryChanged(1, true);
        assertTrue(cache.tell(place, 0x401, 0, true));
        assertFalse(cache.tell(place, 0x401, 0, true));
        assertTrue(cache.tell(place, 0x402, 0, true));
        cache.tableEntryChanged(1, 2, true);
        assertTrue(cache.tell(place, 0x402, 0, true));
    }

    @Test
    void aChangedDirectoryEntryIsToldPageByPage() {
        TranslationCache cache = new TranslationCache(Tlb.WALK_CACHE, new TlbGeometry(4, 4, Replacement.LRU));
        put(cache, 5, false);
        cache.directoryEntryChanged(5, true);
        int place = cache.find(5, false);
        assertTrue(cache.tell(place, 0x1400, 0, false));
        assertTrue(cache.tell(place, 0x1401, 0, false));
        assertFalse(cache.tell(place, 0x1401, 0, false));
    }

    @Test
    void aNewDirectoryMarksWhereItsEntryIsAnother() {
        PhysicalMemory memory = new PhysicalMemory(16 << 12);
        TranslationCache cache = cache(8, 4, Replacement.LRU);
        cache.fill(NONE, 0x401, 0, 0x4003, 0);
        cache.fill(NONE, 0x802, 0, 0x4003, 0);
        cache.fill(NONE, 3, Places.LARGE, 0x83, 0);
        memory.write(2, 1, 0x4023);
        memory.write(2, 2, 0x5003);
        memory.write(2, 3, 0x83);
        cache.rebase(memory, 2, ControlBits.CR4_PSE, 0x20);
        assertEquals(List.of(0x802), changed(cache));
        tell(cache, 0x802, 0);
        memory.write(2, 2, 0x4003);
        cache.rebase(memory, 2, ControlBits.CR4_PSE, 0x20);
        assertTrue(tell(cache, 0x802, 0), "what was changed is told again");
        cache.rebase(memory, 2, 0, 0x20);
        assertEquals(List.of(3, 0x802), changed(cache));
    }

    @Test
    void onlyEntriesWhoseTableEntryHasABitThatIsReservedNowAreMarkedForIt() {
        TranslationCache cache = cache(8, 4, Replacement.LRU);
        cache.fill(NONE, 1, 0, 0, 0x1083);
        cache.fill(NONE, 2, 0, 0, 0x2003);
        cache.markReserved(0x80);
        assertEquals(List.of(1), changed(cache));
    }

    @Test
    void aFragmentGoesWithAnyAddressOfIts4MPage() {
        TranslationCache cache = cache(8, 4, Replacement.TREE_PLRU);
        cache.fill(NONE, 0x400, Places.FRAGMENT, 0, 0);
        cache.fill(NONE, 0x7ff, Places.FRAGMENT, 0, 0);
        cache.fill(NONE, 0x801, Places.FRAGMENT, 0, 0);
        cache.fill(NONE, 0x402, 0, 0, 0);
        assertEquals(2, cache.invalidate(0x600));
        assertEquals(2, cache.valid());
        assertEquals(1, cache.invalidate(0x402));
        assertEquals(0, cache.invalidate(0x402));
    }

    private static TranslationCache cache(int entries, int ways, Replacement replacement) {
        return new TranslationCache(Tlb.DATA_4K, new TlbGeometry(entries, ways, replacement));
    }

    private static int fill(TranslationCache cache, int key) {
        return cache.fill(NONE, key, 0, 0, 0);
    }

    private static void put(TranslationCache cache, int key, boolean large) {
        cache.fill(NONE, key, large ? Places.LARGE : 0, 0, 0);
    }

    private static boolean tell(TranslationCache cache, int key, int use) {
        return cache.tell(cache.find(key, false), key, use, false);
    }

    /** What find does, in two steps. */
    private static int used(TranslationCache cache, int key, boolean large) {
        int place = cache.peek(key, large);
        return place == NONE ? NONE : cache.find(key, large);
    }

    private static List<Integer> changed(TranslationCache cache) {
        List<Integer> keys = new ArrayList<>();
        for (int set = 0; set < cache.sets(); set++) {
            for (int way = 0; way < cache.ways(); way++) {
                int place = cache.place(set, way);
                if (cache.valid(place) && cache.changed(place)) {
                    keys.add(cache.key(place));
                }
            }
        }
        keys.sort(Comparator.naturalOrder());
        return keys;
    }
}
