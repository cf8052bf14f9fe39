package org.pagetrail.replay.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.TraceException;

class PagingStructuresTest {
    private static final long DIRECTORY = 0x100;
    private static final long OTHER = 0x101;
    private static final long TABLE = 0x200;
    private static final long SECOND = 0x201;

    private final Script script = new Script();
    private final MachineState state = script.state;

    @AfterEach
    void nothingContradictsUnlessATestSaysSo() {
        assertEquals(0, state.contradictions());
    }

    private void live(long... frames) {
        assertArrayEquals(frames, state.liveFrames());
    }

    @Test
    void aDirectoryIsARootFromItsCreationToItsRetirement() {
        live();
        script.create(DIRECTORY);
        live(DIRECTORY);
        assertTrue(state.isRoot(DIRECTORY));
        script.retire(DIRECTORY);
        live();
    }

    @Test
    void theFrameInCr3IsARootOnlyWhilePagingIsOn() {
        script.cr3(DIRECTORY);
        live();
        script.paging(true);
        live(DIRECTORY);
        script.paging(false);
        live();
    }

    @Test
    void aRetiredDirectoryStaysLiveWhileCr3HoldsIt() {
        script.create(DIRECTORY);
        script.cr3(DIRECTORY);
        script.paging(true);
        script.store(DIRECTORY, 0, Script.entry(TABLE, Script.TABLE));
        script.retire(DIRECTORY);
        live(DIRECTORY, TABLE);
        script.cr3(OTHER);
        live(OTHER);
    }

    @Test
    void aTableLivesFromTheFirstLinkToTheLastUnlinkAndItsWordsGoWithIt() {
        script.create(DIRECTORY);
        script.store(DIRECTORY, 3, Script.entry(TABLE, Script.TABLE));
        script.store(DIRECTORY, 4, Script.entry(TABLE, Script.TABLE));
        script.becameLive(TABLE, 7, Script.entry(0x900, Script.PAGE));
        live(DIRECTORY, TABLE);
        script.store(DIRECTORY, 3, 0);
        assertEquals(Script.entry(0x900, Script.PAGE), state.word(TABLE, 7));
        script.store(DIRECTORY, 4, 0);
        live(DIRECTORY);
        assertEquals(0, state.word(TABLE, 7));
        script.store(DIRECTORY, 4, Script.entry(TABLE, Script.TABLE));
        assertEquals(0, state.word(TABLE, 7), "words told before the table went away are not believed again");
    }

    @Test
    void linkingALiveTableIsOneEvent() {
        script.create(DIRECTORY);
        script.create(OTHER);
        script.store(DIRECTORY, 3, Script.entry(TABLE, Script.TABLE));
        script.store(TABLE, 7, Script.entry(0x900, Script.PAGE));
        script.store(OTHER, 3, Script.entry(TABLE, Script.TABLE));
        script.retire(DIRECTORY);
        live(OTHER, TABLE);
        assertEquals(Script.entry(0x900, Script.PAGE), state.word(TABLE, 7));
    }

    @Test
    void aReferenceToItselfDoesNotKeepADirectoryAlive() {
        script.create(DIRECTORY);
        script.store(DIRECTORY, 1023, Script.entry(DIRECTORY, Script.TABLE));
        assertFalse(state.isLive(DIRECTORY, 1));
        script.retire(DIRECTORY);
        live();
    }

    @Test
    void aDirectoryCanBeTheTableOfAnotherAndItsWordsAreTheSame() {
        script.create(DIRECTORY);
        script.create(OTHER);
        script.store(DIRECTORY, 0, Script.entry(TABLE, Script.TABLE));
        script.store(OTHER, 1022, Script.entry(DIRECTORY, Script.TABLE));
        assertTrue(state.isLive(DIRECTORY, 1));
        assertTrue(state.isLive(DIRECTORY, 2));
        script.retire(DIRECTORY);
        live(DIRECTORY, OTHER);
        assertFalse(state.isRoot(DIRECTORY));
        assertEquals(Script.entry(TABLE, Script.TABLE), state.word(DIRECTORY, 0));
        script.create(DIRECTORY);
        live(DIRECTORY, OTHER, TABLE);
    }

    @Test
    void relinkingLetsTheOldTableGoAndTheNewOneArrive() {
        script.create(DIRECTORY);
        script.store(DIRECTORY, 0, Script.entry(TABLE, Script.TABLE));
        script.store(DIRECTORY, 0, Script.entry(SECOND, Script.TABLE));
        script.becameLive(SECOND, 1, Script.entry(0x900, Script.PAGE));
        live(DIRECTORY, SECOND);
    }

    @Test
    void changingRightsOfALinkKeepsTheTable() {
        script.create(DIRECTORY);
        script.store(DIRECTORY, 0, Script.entry(TABLE, Script.TABLE));
        script.store(TABLE, 1, Script.entry(0x900, Script.PAGE));
        script.store(DIRECTORY, 0, Script.entry(TABLE, 0x1));
        script.change(DIRECTORY, 0, Script.entry(TABLE, 0x1), Script.entry(TABLE, 0x21), EntryCause.WALK);
        assertEquals(Script.entry(0x900, Script.PAGE), state.word(TABLE, 1));
    }

    @Test
    void settingPseTurnsATableIntoALargePageWithoutAnEventForTheWord() {
        script.create(DIRECTORY);
        script.store(DIRECTORY, 0, 0x00400000L | Script.LARGE);
        live(DIRECTORY, 0x400);
        script.becameLive(0x400, 5, Script.entry(0x900, Script.PAGE));
        script.pse(true);
        live(DIRECTORY);
        assertEquals(0x00400000L | Script.LARGE, state.word(DIRECTORY, 0));
        script.pse(false);
        live(DIRECTORY, 0x400);
        assertEquals(0, state.word(0x400, 5), "the table's entries arrive as events");
        script.becameLive(0x400, 5, Script.entry(0x900, Script.PAGE));
    }

    @Test
    void changingPseKeepsWhatIsReachedBeforeAndAfter() {
        script.create(DIRECTORY);
        script.cr3(DIRECTORY);
        script.paging(true);
        script.store(DIRECTORY, 0, Script.entry(TABLE, Script.TABLE));
        script.store(TABLE, 1, Script.entry(0x900, Script.PAGE));
        script.pse(true);
        assertEquals(Script.entry(0x900, Script.PAGE), state.word(TABLE, 1));
        script.retire(DIRECTORY);
        live(DIRECTORY, TABLE);
        script.paging(false);
        live();
    }

    @Test
    void splittingALargePageLinksItsTableAndMergingLetsItGo() {
        script.pse(true);
        script.create(DIRECTORY);
        script.store(DIRECTORY, 0, 0x00400000L | Script.LARGE);
        live(DIRECTORY);
        script.store(DIRECTORY, 0, Script.entry(TABLE, Script.TABLE));
        live(DIRECTORY, TABLE);
        script.store(DIRECTORY, 0, 0x00400000L | Script.LARGE);
        live(DIRECTORY);
    }

    @Test
    void aTableThatBothTheOldAndTheNewDirectoryOfACr3WriteLinkKeepsItsWords() {
        script.cr3(DIRECTORY);
        script.paging(true);
        script.store(DIRECTORY, 768, Script.entry(TABLE, Script.TABLE));
        script.store(TABLE, 1, Script.entry(0x900, Script.PAGE));
        script.cr3(OTHER);
        script.becameLive(OTHER, 768, Script.entry(TABLE, Script.TABLE));
        live(OTHER, TABLE);
        assertEquals(Script.entry(0x900, Script.PAGE), state.word(TABLE, 1));
        script.becameLive(TABLE, 1, Script.entry(0x900, Script.PAGE));
    }

    @Test
    void anEntryOfAFrameThatIsNotLiveIsAContradiction() {
        script.becameLive(TABLE, 1, Script.entry(0x900, Script.PAGE));
        assertEquals(1, state.contradictions());
        assertEquals(0, state.firstContradiction().orElseThrow());
        assertEquals(0, state.word(TABLE, 1));
        script.builder.pageMapped(9, TABLE, 0, 0, 1, 0, 1, 0, 0);
        assertEquals(0, state.firstContradiction().orElseThrow());
        assertEquals(2, state.contradictions());
        resetTo0();
    }

    @Test
    void anEntryThatSaysAnotherOldWordIsAContradictionAndItsNewWordIsBelieved() {
        script.create(DIRECTORY);
        script.change(DIRECTORY, 0, Script.entry(1, 1), Script.entry(2, 1), EntryCause.STORE);
        assertEquals(1, state.contradictions());
        assertEquals(Script.entry(2, 1), state.word(DIRECTORY, 0));
        resetTo0();
    }

    private void resetTo0() {
        state.control.contradictions = 0;
    }

    @Test
    void aSlotBeyondTheTableIsDamage() {
        script.create(DIRECTORY);
        TraceException e = assertThrows(
                TraceException.class, () -> script.builder.pageMapped(0, DIRECTORY, 1024, 0, 1, 0, 2, 0, 0));
        assertEquals("an event changes slot 1024 of a table that has 1024; the trace is damaged", e.getMessage());
    }
}
