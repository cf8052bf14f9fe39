package org.pagetrail.replay.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.ia32.ControlBits;

/** Fills in runs against the same fills one by one, on a directory with a few tables and large pages whose entries change. */
class FillRunsTest {
    private static final int DIRECTORY = 1;
    private static final int TABLES = 3;
    private static final int SPAN = 1024;
    private static final int DATA_4K = Tlb.DATA_4K.ordinal();

    private final TlbFills fills = new TlbFills();
    private SplittableRandom random;
    private Script single;
    private Script runs;
    private long tick;

    private void begin(long seed, boolean secondLevelHoldsLarge) {
        random = new SplittableRandom(seed);
        single = new Script(Script.IA32, Script.shape(secondLevelHoldsLarge));
        runs = new Script(Script.IA32, Script.shape(secondLevelHoldsLarge));
        for (Script script : new Script[] {single, runs}) {
            script.paging(true);
            script.cr3(DIRECTORY);
            for (int slot = 0; slot < TABLES; slot++) {
                script.store(DIRECTORY, slot, Script.entry(DIRECTORY + 1L + slot, Script.TABLE | 0x20));
            }
        }
        tick = single.state.tick();
    }

    /** Something else than a fill happens. */
    private void change() {
        int table = DIRECTORY + 1 + random.nextInt(TABLES);
        int slot = random.nextInt(16);
        long entry = random.nextInt(4) == 0
                ? 0
                : Script.entry(random.nextInt(64), random.nextLong(0x200) | (random.nextInt(8) == 0 ? 1 : 0x21));
        int what = random.nextInt(24);
        for (Script script : new Script[] {single, runs}) {
            switch (what) {
                case 0 -> script.pse(entry != 0);
                case 1 -> script.pge(entry != 0);
                case 2 -> script.flush(FlushCause.CR3_WRITE);
                case 3 -> script.invalidate(FlushCause.INVLPG, (long) slot << 12);
                case 4 -> {
                    script.store(DIRECTORY, TABLES, entry == 0 ? 0 : Script.entry(1024L * slot, Script.LARGE | 0x60));
                }
                case 5 ->
                    script.store(
                            DIRECTORY, table - DIRECTORY - 1, Script.entry(2 + slot % TABLES, Script.TABLE | 0x20));
                case 6 -> script.cr3(slot % 4 == 0 ? DIRECTORY + 1 : DIRECTORY);
                case 7 ->
                    script.builder.walkCacheFilled(
                            script.state.tick(),
                            0,
                            slot & 3,
                            (long) (slot % 5) << 22,
                            script.state.word(DIRECTORY, slot % 5));
                default -> script.change(table, slot, script.state.word(table, slot), entry, EntryCause.STORE);
            }
        }
        tick = single.state.tick();
    }

    /** A fill of what the structures say, or of what the second level holds; but for one in so many, in which one thing is other. */
    private void fill(int wrong) {
        MachineState state = single.state;
        int directory = (int) state.loadedDirectory().orElse(DIRECTORY);
        int slot = random.nextInt(TABLES + 1);
        long page = (long) slot * SPAN + random.nextInt(16);
        long pde = state.word(directory, slot);
        boolean pse = (state.register(ControlRegister.CR4) & ControlBits.CR4_PSE) != 0;
        boolean large = pse && (pde & 0x80) != 0;
        long pte = large ? 0 : state.word(pde >>> 12, (int) page % SPAN);
        long leaf = large ? pde : pte;
        int rights = state.rights(pde) & (large ? ~0 : state.rights(pte));
        int dirty = (int) (leaf >>> 6) & 1;
        int global = (leaf & 0x100) != 0 && (state.register(ControlRegister.CR4) & ControlBits.CR4_PGE) != 0 ? 1 : 0;
        int cause = random.nextInt(3);
        int way = random.nextInt(2);
        int second = random.nextInt(5) - 1;
        TranslationCache held = state.tlb(Tlb.SECOND_LEVEL);
        if (cause == FillCause.SECOND_LEVEL.ordinal() && second >= 0) {
            int set = (int) page & 7;
            page = held.page(set, second);
            pde = held.pde(set, second);
            pte = held.pte(set, second);
            rights = held.rights(set, second);
            dirty = held.dirty(set, second) ? 1 : 0;
            global = held.global(set, second) ? 1 : 0;
        }
        tick += random.nextInt(3);
        int set = (int) page & 3;
        long bits = 1L << random.nextInt(Integer.SIZE);
        switch (random.nextInt(wrong) == 0 ? random.nextInt(12) : -1) {
            case 0 -> page ^= bits & 0xfffff;
            case 1 -> pde ^= bits & 0xffffffffL;
            case 2 -> pte ^= bits & 0xffffffffL;
            case 3 -> rights = random.nextInt(16);
            case 4 -> dirty ^= 1;
            case 5 -> global ^= 1;
            case 6 -> cause = random.nextInt(4);
            case 7 -> way = random.nextInt(4);
            case 8 -> second = random.nextInt(8) - 1;
            case 9 -> set = random.nextInt(6);
            case 10 -> tick -= random.nextInt(4);
            default -> {}
        }
        int tlb = random.nextInt(4 * wrong) == 0 ? random.nextInt(16) : DATA_4K;
        fills.add(tick, page, pde, pte, TlbFills.shape(tlb, set, way, second, rights, dirty, global, cause, 2));
    }

    private static String told(Runnable telling) {
        try {
            telling.run();
            return "";
        } catch (TraceException e) {
            return e.getMessage();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aRunIsFoldedAsItsFillsAre(long seed) {
        begin(seed, seed % 2 == 0);
        int refused = 0;
        for (int round = 0; round < 4_000; round++) {
            change();
            fills.clear();
            for (int count = random.nextInt(12); count > 0; count--) {
                fill(12);
            }
            String one = told(() -> {
                for (int i = 0; i < fills.count(); i++) {
                    fills.tell(i, single.builder);
                }
            });
            String run = told(() -> runs.builder.tlbFilled(fills));
            String which = "seed " + seed + ", round " + round;
            assertEquals(one, run, which);
            assertArrayEquals(StateBytes.of(single.state), StateBytes.of(runs.state), which);
            refused += one.isEmpty() ? 0 : 1;
        }
        assertTrue(refused > 100, "refused: " + refused);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whatIsTakenAsWalkedIsFoldedAsItsFillsAreAndNoMore(long seed) {
        begin(seed, seed % 2 == 0);
        int taken = 0;
        int all = 0;
        for (int round = 0; round < 4_000; round++) {
            change();
            fills.clear();
            fill(1_000_000);
            fill(1_000_000);
            int to = runs.builder.foldAsWalked(fills, 0, fills.count());
            for (int i = 0; i < to; i++) {
                fills.tell(i, single.builder);
            }
            taken += to;
            all += fills.count();
            assertArrayEquals(
                    StateBytes.of(single.state), StateBytes.of(runs.state), "seed " + seed + ", round " + round);
        }
        assertTrue(taken > 500 && taken < all, taken + " of " + all + " taken");
    }

    @Test
    void aRunOfWalksAndOfWhatTheSecondLevelHoldsIsTakenWhole() {
        begin(5, true);
        for (Script script : new Script[] {single, runs}) {
            for (int slot = 0; slot < 16; slot++) {
                script.store(DIRECTORY + 1, slot, Script.entry(100 + slot, 0x67));
            }
        }
        long pde = single.state.word(DIRECTORY, 0);
        int rights = Rights.READ | Rights.WRITE | Rights.USER | Rights.EXECUTE;
        for (int page = 0; page < 16; page++) {
            for (FillCause cause : new FillCause[] {FillCause.MISS, FillCause.SECOND_LEVEL, FillCause.DIRTY}) {
                long shape = TlbFills.shape(DATA_4K, page & 3, page & 1, page & 3, rights, 1, 0, cause.ordinal(), 2);
                fills.add(100, page, pde, Script.entry(100 + page, 0x67), shape);
            }
        }
        assertEquals(48, runs.builder.foldAsWalked(fills, 0, 48));
        single.builder.tlbFilled(fills);
        assertArrayEquals(StateBytes.of(single.state), StateBytes.of(runs.state));
        assertEquals(40, runs.builder.foldAsWalked(fills, 30, 40));
    }
}
