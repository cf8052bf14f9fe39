package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;

class LiveStructuresTest {
    private static final int FRAMES = 10;
    private static final int[] SLOTS = {0, 1, 2, 3, 700, 1023};
    private static final int PAGING = ControlBits.CR0_PE | ControlBits.CR0_PG;

    private final EventLog log = new EventLog();
    private final Machine machine = new Machine(TestProfiles.split(), FRAMES << 12, log);

    // Random programs

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whatIsToldIsAlwaysWhatAFoldOfTheEventsKnows(long seed) {
        EntryFold fold = new EntryFold();
        Random random = new Random(seed);
        log.watch(event -> {
            fold.apply(event);
            compareWithTold(fold, "seed " + seed + " at " + event);
        });
        for (int step = 0; step < 600; step++) {
            operate(random);
            log.clear();
            compareWithMemory(fold, "seed " + seed + " step " + step);
        }
    }

    private void operate(Random random) {
        int frame = random.nextInt(FRAMES);
        Registers registers = machine.registers();
        switch (random.nextInt(30)) {
            case 0 -> machine.writeCr0(registers.cr0 ^ ControlBits.CR0_PG);
            case 1, 2 -> machine.writeCr3(random.nextInt(20) == 0 ? FRAMES + 3 << 12 : random.nextInt(4) << 12);
            case 3 -> machine.writeCr4(registers.cr4 ^ ControlBits.CR4_PSE);
            case 4, 5 -> machine.createAddressSpace(random.nextInt(5), 1, 0);
            case 6, 7 -> machine.retireAddressSpace(random.nextInt(5), 1, 0);
            case 8, 9, 10 ->
                machine.mmu().translate(SLOTS[random.nextInt(6)] << 22 | SLOTS[random.nextInt(6)] << 12, 1);
            default -> machine.write(frame, SLOTS[random.nextInt(SLOTS.length)], word(frame, random));
        }
    }

    private static int word(int frame, Random random) {
        int bits = random.nextInt(4096) & (random.nextInt(3) == 0 ? ~0 : ~0x80) | (random.nextInt(4) == 0 ? 0 : 1);
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> random.nextInt(1024) << 22 | bits;
            case 2 -> FRAMES + random.nextInt(3) << 12 | bits;
            case 3 -> frame << 12 | bits;
            default -> random.nextInt(FRAMES) << 12 | bits;
        };
    }

    private void compareWithTold(EntryFold fold, String where) {
        LiveStructures live = machine.live();
        List<Integer> expected = fold.live().stream()
                .filter(frame -> frame < FRAMES)
                .map(Long::intValue)
                .toList();
        assertEquals(expected, Arrays.stream(live.frames()).boxed().toList(), where);
        for (int frame : expected) {
            for (int slot : SLOTS) {
                assertEquals(fold.word(frame, slot), live.told(frame, slot), where + " word " + frame + ":" + slot);
            }
        }
    }

    /** Between operations nothing is left to tell: the roots are as the registers say, the words as memory has them. */
    private void compareWithMemory(EntryFold fold, String where) {
        boolean[] live = new boolean[FRAMES];
        for (int frame = 0; frame < FRAMES; frame++) {
            if (machine.live().isRoot(frame)) {
                live[frame] = true;
                for (int slot : SLOTS) {
                    int word = machine.memory().read(frame, slot);
                    boolean table = Entries.present(word) && !Entries.large(word, machine.registers().cr4);
                    int to = word >>> 12;
                    if (table && to < FRAMES) {
                        live[to] = true;
                    }
                }
            }
        }
        for (int frame = 0; frame < FRAMES; frame++) {
            assertEquals(live[frame], machine.live().isLive(frame), where + " frame " + frame);
            assertEquals(live[frame], fold.live().contains((long) frame), where + " frame " + frame);
            for (int slot : SLOTS) {
                long expected = live[frame] ? Entries.told(machine.memory().read(frame, slot)) : 0;
                assertEquals(expected, fold.word(frame, slot), where + " word " + frame + ":" + slot);
            }
        }
    }

    // By hand: the names of changes

    /** Directory in frame 1, a table in frame 2 in its slot 0; PSE; nothing told so far is kept. */
    private void start() {
        machine.writeCr4(ControlBits.CR4_PSE);
        machine.memory().write(1, 0, 0x2007);
        machine.writeCr3(0x1000);
        machine.writeCr0(PAGING);
        log.clear();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 5001, 32",
        "5001, 0, 33",
        "5001, 6001, 34",
        "5001, 5003, 35",
        "5001, 5005, 35",
        "5001, 5009, 35",
        "5001, 5011, 35",
        "5001, 5081, 35",
        "5001, 5101, 35",
        "5001, 5201, 35",
        "5001, 5021, 42",
        "5061, 5001, 42",
        "5001, 5023, 35",
        "5001, 6061, 34"
    })
    void aChangeOfATablesWordHasItsName(String was, String now, int id) {
        start();
        machine.write(2, 3, Integer.parseInt(was, 16));
        log.clear();
        machine.write(2, 3, Integer.parseInt(now, 16));
        assertEquals(List.of(id), log.ids());
        assertEquals(
                List.of(2L, 3L, Long.parseLong(was, 16), Long.parseLong(now, 16), 0x3000L, 1L, 1L, 0L),
                fields(log.only(id)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 400083, 32", "0, 5003, 36", "400083, 0, 33", "5003, 0, 37", "400083, 800083, 34", "400083, 402083, 34",
        "5003, 6003, 38", "400083, 5003, 40", "5003, 400083, 41", "400083, 401083, 35", "5003, 5007, 39",
                "5003, 5023, 42",
        "400083, 4000e3, 42", "5003, 5103, 39"
    })
    void aChangeOfADirectorysWordHasItsName(String was, String now, int id) {
        start();
        machine.write(1, 3, Integer.parseInt(was, 16));
        log.clear();
        machine.write(1, 3, Integer.parseInt(now, 16));
        assertEquals(List.of(id), log.ids());
        assertEquals(
                List.of(1L, 3L, Long.parseLong(was, 16), Long.parseLong(now, 16), 3L << 22, 2L, 1L, 0L),
                fields(log.only(id)));
    }

    @Test
    void anAbsentEntryIsWrittenAsZeroAndAChangeOfItsOtherBitsIsNoEvent() {
        start();
        machine.write(2, 3, 0x5003);
        log.clear();
        machine.write(2, 3, 0x5002);
        assertEquals(0, log.only(EventId.PAGE_UNMAPPED).field(3));
        log.clear();
        machine.write(2, 3, 0xabc0);
        assertTrue(log.all().isEmpty());
        machine.write(2, 3, 0x5001);
        assertEquals(0, log.only(EventId.PAGE_MAPPED).field(2));
    }

    @Test
    void theSameWordWrittenAgainIsNoEvent() {
        start();
        machine.write(2, 3, 0x5003);
        log.clear();
        machine.write(2, 3, 0x5003);
        assertTrue(log.all().isEmpty());
    }

    @Test
    void aWordOfAFrameThatIsNoStructureIsNoEvent() {
        start();
        machine.write(7, 3, 0x5003);
        assertTrue(log.all().isEmpty());
        assertFalse(machine.live().isLive(7));
        assertFalse(machine.live().isLive(FRAMES + 1));
        assertFalse(machine.live().isRoot(FRAMES + 1));
    }

    @Test
    void aWalkThatMarksIsToldWithItsCause() {
        start();
        machine.write(2, 3, 0x5003);
        log.clear();
        machine.mmu().translate(0x3000, 1);
        List<EventLog.Told> marks = log.of(EventId.ENTRY_MARKED);
        assertEquals(List.of(1L, 0L, 0x2007L, 0x2027L, 0L, 2L, 1L, 1L), fields(marks.get(0)));
        assertEquals(List.of(2L, 3L, 0x5003L, 0x5063L, 0x3000L, 1L, 1L, 1L), fields(marks.get(1)));
    }

    // By hand: what is live

    @Test
    void withoutPagingNothingIsLiveButWhatIsDeclared() {
        machine.writeCr3(0x1000);
        assertFalse(machine.live().isLive(1));
        machine.createAddressSpace(1, 0, 0);
        assertTrue(machine.live().isLive(1));
        machine.retireAddressSpace(1, 0, 0);
        assertFalse(machine.live().isLive(1));
        machine.writeCr0(PAGING);
        assertTrue(machine.live().isLive(1));
        machine.writeCr0(ControlBits.CR0_PE);
        assertFalse(machine.live().isLive(1));
    }

    @Test
    void aReferenceToItselfKeepsADirectoryFromNothing() {
        machine.createAddressSpace(1, 0, 0);
        machine.write(1, 1023, 0x1003);
        assertEquals(1, log.count(EventId.TABLE_LINKED));
        machine.retireAddressSpace(1, 0, 0);
        assertFalse(machine.live().isLive(1));
        log.clear();
        machine.write(1, 3, 0x5003);
        assertTrue(log.all().isEmpty());
    }

    @Test
    void whatBecomesLiveIsToldAfterItsLinkAndInOrder() {
        start();
        machine.memory().write(5, 9, 0x7003);
        machine.memory().write(5, 2, 0x6001);
        machine.memory().write(5, 4, 0x6002);
        machine.write(1, 3, 0x5003);
        assertEquals(List.of(EventId.TABLE_LINKED, EventId.PAGE_MAPPED, EventId.PAGE_MAPPED), log.ids());
        assertEquals(
                List.of(5L, 2L, 0L, 0x6001L, 0xc0_2000L, 1L, 1L, 2L),
                fields(log.all().get(1)));
        assertEquals(
                List.of(5L, 9L, 0L, 0x7003L, 0xc0_9000L, 1L, 1L, 2L),
                fields(log.all().get(2)));
    }

    @Test
    void aDirectoryThatBecomesLiveIsToldWholeThenItsTablesOneByOne() {
        machine.memory().write(3, 0, 0x6003);
        machine.memory().write(3, 1, 0x5003);
        machine.memory().write(3, 2, 0x6003);
        machine.memory().write(5, 0, 0x1003);
        machine.memory().write(6, 0, 0x2003);
        machine.createAddressSpace(3, 4, 0);
        assertEquals(EventId.ADDRESS_SPACE_CREATED, log.ids().get(0));
        List<String> order = log.all().stream()
                .skip(1)
                .map(event -> event.field(0) + ":" + event.field(1))
                .toList();
        assertEquals(List.of("3:0", "3:1", "3:2", "6:0", "5:0"), order);
        assertTrue(log.all().stream().skip(1).allMatch(event -> event.field(7) == EntryCause.BECAME_LIVE.ordinal()));
    }

    @Test
    void linkingALiveTableIsOneEvent() {
        start();
        machine.write(2, 3, 0x5003);
        log.clear();
        machine.write(1, 8, 0x2003);
        assertEquals(List.of(EventId.TABLE_LINKED), log.ids());
    }

    @Test
    void aTableLinkedTwiceLivesUntilTheLastLinkGoes() {
        start();
        machine.write(1, 8, 0x2003);
        machine.write(1, 0, 0);
        assertTrue(machine.live().isLive(2));
        log.clear();
        machine.write(2, 3, 0x5003);
        assertEquals(8L << 22 | 3 << 12, log.only(EventId.PAGE_MAPPED).field(4));
        machine.write(1, 8, 0);
        assertFalse(machine.live().isLive(2));
        log.clear();
        machine.write(2, 3, 0x6003);
        assertTrue(log.all().isEmpty());
    }

    @Test
    void aRelinkMakesTheNewTableLiveAndTheOldOneDead() {
        start();
        machine.memory().write(5, 1, 0x7003);
        machine.write(1, 0, 0x5003);
        assertEquals(List.of(EventId.TABLE_RELINKED, EventId.PAGE_MAPPED), log.ids());
        assertTrue(machine.live().isLive(5));
        assertFalse(machine.live().isLive(2));
    }

    @Test
    void aProtectedLinkIsNoSecondLink() {
        start();
        machine.write(1, 0, 0x2001);
        machine.write(1, 0, 0);
        assertFalse(machine.live().isLive(2));
    }

    @Test
    void aSplitMakesATableLiveAndAMergeEndsIt() {
        start();
        machine.write(1, 3, 0x40_0083);
        machine.memory().write(5, 1, 0x7003);
        log.clear();
        machine.write(1, 3, 0x5003);
        assertEquals(List.of(EventId.PAGE_SPLIT, EventId.PAGE_MAPPED), log.ids());
        machine.write(1, 3, 0x40_0083);
        assertFalse(machine.live().isLive(5));
    }

    @Test
    void aTableBeyondRamIsLinkedAndHoldsNothing() {
        start();
        machine.write(1, 3, 0xabc_d003);
        assertEquals(List.of(EventId.TABLE_LINKED), log.ids());
        machine.write(1, 3, 0);
        assertEquals(
                List.of(1, 2), Arrays.stream(machine.live().frames()).boxed().toList());
    }

    @Test
    void aChangeOfASharedTableIsToldOnceThroughTheLoadedDirectoryElseTheLowest() {
        start();
        machine.memory().write(3, 5, 0x2003);
        machine.memory().write(4, 6, 0x2003);
        machine.createAddressSpace(4, 1, 0);
        machine.createAddressSpace(3, 2, 0);
        machine.createAddressSpace(1, 0, 0);
        log.clear();
        machine.write(2, 7, 0x5003);
        assertEquals(List.of(2L, 7L, 0L, 0x5003L, 0x7000L, 1L, 1L, 0L), fields(log.only(EventId.PAGE_MAPPED)));
        machine.writeCr3(0x4000);
        machine.write(2, 8, 0x5003);
        assertEquals(6L << 22 | 8 << 12, log.of(EventId.PAGE_MAPPED).get(1).field(4));
        assertEquals(4, log.of(EventId.PAGE_MAPPED).get(1).field(6));
        machine.write(4, 6, 0);
        machine.retireAddressSpace(1, 0, 0);
        machine.write(2, 9, 0x5003);
        assertEquals(3, log.of(EventId.PAGE_MAPPED).get(2).field(6));
        machine.createAddressSpace(1, 0, 0);
        machine.write(2, 10, 0x5003);
        assertEquals(1, log.of(EventId.PAGE_MAPPED).get(3).field(6));
    }

    @Test
    void aDirectoryLinkedAsATableIsReadAsATableOnceItIsNoRoot() {
        start();
        machine.memory().write(3, 5, 0x6003);
        machine.createAddressSpace(3, 1, 0);
        assertTrue(machine.live().isLive(6));
        machine.write(1, 1022, 0x3003);
        machine.retireAddressSpace(3, 1, 0);
        assertTrue(machine.live().isLive(3));
        assertFalse(machine.live().isLive(6));
        log.clear();
        machine.write(3, 6, 0x7003);
        assertEquals(List.of(3L, 6L, 0L, 0x7003L, 0xff80_6000L, 1L, 1L, 0L), fields(log.only(EventId.PAGE_MAPPED)));
        machine.createAddressSpace(3, 1, 0);
        assertTrue(machine.live().isLive(6), "its words count as links again");
        assertTrue(machine.live().isLive(7));
    }

    @Test
    void clearingPseMakesTablesOf4MPagesAndSettingItEndsThem() {
        start();
        machine.memory().write(5, 1, 0x7003);
        machine.write(1, 3, 0x5083);
        assertFalse(machine.live().isLive(5));
        log.clear();
        machine.writeCr4(0);
        assertTrue(machine.live().isLive(5));
        assertEquals(EventId.CONTROL_REGISTER_WRITTEN, log.ids().get(0));
        assertEquals(List.of(5L, 1L, 0L, 0x7003L, 0xc0_1000L, 1L, 1L, 2L), fields(log.only(EventId.PAGE_MAPPED)));
        machine.writeCr4(ControlBits.CR4_PSE);
        assertFalse(machine.live().isLive(5));
    }

    @Test
    void switchingToAnUndeclaredDirectoryTellsItsWords() {
        start();
        machine.memory().write(3, 5, 0x6003);
        machine.memory().write(6, 5, 0x7003);
        machine.writeCr3(0x3000);
        assertEquals(EventId.CONTROL_REGISTER_WRITTEN, log.ids().get(0));
        assertEquals(1, log.count(EventId.TABLE_LINKED));
        assertEquals(1, log.count(EventId.PAGE_MAPPED));
        assertEquals(
                List.of(3, 6), Arrays.stream(machine.live().frames()).boxed().toList());
    }

    @Test
    void switchingToADeclaredDirectoryTellsNothing() {
        start();
        machine.memory().write(3, 5, 0x6003);
        machine.createAddressSpace(3, 1, 0);
        machine.createAddressSpace(1, 0, 0);
        log.clear();
        machine.writeCr3(0x3000);
        assertEquals(List.of(EventId.CONTROL_REGISTER_WRITTEN, EventId.TLB_FLUSHED), log.ids());
        assertTrue(machine.live().isLive(2));
    }

    private static List<Long> fields(EventLog.Told event) {
        return Arrays.stream(event.fields()).boxed().toList();
    }

    @Test
    void theFirstFrameBeyondRamIsNoStructure() {
        machine.createAddressSpace(FRAMES, 1, 0);
        machine.writeCr3(FRAMES << 12);
        machine.writeCr0(PAGING);
        machine.retireAddressSpace(FRAMES, 1, 0);
        assertFalse(machine.live().isLive(FRAMES));
        assertFalse(machine.live().isRoot(FRAMES));
        assertEquals(0, machine.live().frames().length);
    }

    @Test
    void anyNumberOfTablesBecomesLiveAtOnce() {
        EventLog many = new EventLog();
        Machine larger = new Machine(TestProfiles.split(), 64 << 12, many);
        for (int slot = 0; slot < 40; slot++) {
            larger.memory().write(1, slot, slot + 2 << 12 | 3);
            larger.memory().write(slot + 2, slot, 0x3f003);
        }
        larger.createAddressSpace(1, 0, 0);
        assertEquals(40, many.count(EventId.TABLE_LINKED));
        assertEquals(40, many.count(EventId.PAGE_MAPPED));
        assertEquals(41, larger.live().frames().length);
    }
}
