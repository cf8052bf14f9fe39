package org.pagetrail.replay.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.text.JsonLinesReader;

class StateBytesTest {
    private static final long SEED = 8;

    private static TraceReader golden(String name) {
        return JsonLinesReader.open(Path.of("..", "traces", "golden", name));
    }

    @ParameterizedTest
    @CsvSource({"boot-p6.jsonl, 1", "boot-unit.jsonl, 1", "boot-p6-modules.jsonl, 1", "desktop-unit.jsonl.gz, 60"})
    void theStateReadBackGoesOnAsTheOneThatWasWritten(String name, int most) {
        SplittableRandom random = new SplittableRandom(SEED);
        try (TraceReader trace = golden(name)) {
            StateBuilder builder = new StateBuilder(trace.header());
            StateBuilder restored = new StateBuilder(trace.header());
            int times = 0;
            while (trace.next(new EventTee(builder, restored))) {
                if (random.nextInt(most) != 0) {
                    continue;
                }
                String which = name + ", event " + trace.ordinal() + ", seed " + SEED;
                byte[] bytes = StateBytes.of(builder.state());
                assertArrayEquals(bytes, StateBytes.of(restored.state()), which);
                if (times++ % 100 == 0) {
                    assertEquals(StateDigest.of(builder.state()), StateDigest.of(restored.state()), which);
                }
                restored = StateBuilder.from(StateBytes.read(trace.header(), bytes));
            }
            assertTrue(times > 300, "times: " + times);
            assertEquals(StateDigest.of(builder.state()), StateDigest.of(restored.state()));
            assertEquals(0, restored.state().contradictions());
        }
    }

    @Test
    void aStateTakesAFewBytesAPage() {
        try (TraceReader trace = golden("boot-p6.jsonl")) {
            StateBuilder builder = new StateBuilder(trace.header());
            trace.readAll(builder);
            int pages = 0;
            for (long frame : builder.state().liveFrames()) {
                int[] present = new int[1];
                builder.state().words(frame, (slot, word) -> present[0]++);
                pages += present[0];
            }
            int length = StateBytes.of(builder.state()).length;
            assertTrue(pages > 500 && length < 6 * pages + 4_000, length + " bytes for " + pages + " entries");
        }
    }

    @Test
    void otherBytesAreRefusedOrAreAnotherState() {
        Script script = new Script();
        SmallBoot.tell(script);
        byte[] bytes = StateBytes.of(script.state);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(IllegalArgumentException.class, () -> read(cut), "cut to " + length);
        }
        assertThrows(IllegalArgumentException.class, () -> read(Arrays.copyOf(bytes, bytes.length + 1)));
        SplittableRandom random = new SplittableRandom(SEED);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = bytes.clone();
            int at = random.nextInt(changed.length);
            changed[at] = (byte) random.nextInt(256);
            try {
                read(changed);
            } catch (IllegalArgumentException e) {
                refused++;
            }
        }
        assertTrue(refused > 1_000, "refused: " + refused + ", seed " + SEED);
    }

    private static MachineState read(byte[] bytes) {
        return StateBytes.read(new Script().state, bytes);
    }

    /** Whoever changes what a state's bytes are, or what events make of a state, comes here. */
    @Test
    void whatIsWrittenOfAKnownStateIsPinnedToTheVersion() throws NoSuchAlgorithmException {
        Script script = new Script();
        SmallBoot.tell(script);
        byte[] bytes = StateBytes.of(script.state);
        assertEquals(
                "1 e4b51429e946a26dd80235234fcffd484aa430ce7ce7f83ffa3b98197b74e2b7",
                StateBytes.VERSION + " "
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)),
                "raise StateBytes.VERSION, then change this line");
    }
}
