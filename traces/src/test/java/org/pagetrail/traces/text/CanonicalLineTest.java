package org.pagetrail.traces.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.RandomEvents;

class CanonicalLineTest {
    private static final long SEED = 20_260_701;

    private final SymbolTable symbols = new SymbolTable();
    private final long[] fields = new long[FlatEvents.MAX_FIELDS];
    private final CanonicalLine canonical = new CanonicalLine(symbols, fields);

    private List<String> lines(int some) {
        StringWriter text = new StringWriter();
        EventCounts counts = new EventCounts();
        JsonLinesWriter writer = new JsonLinesWriter(text, () -> counts.total() - 1, symbols);
        new RandomEvents(SEED, new EventTee(counts, writer)).oneOfEach().some(some);
        writer.flush();
        return text.toString().lines().toList();
    }

    private boolean takes(byte[] line) {
        byte[] within = new byte[line.length + 2];
        System.arraycopy(line, 0, within, 1, line.length);
        within[line.length + 1] = '\n';
        return canonical.take(within, 1, line.length);
    }

    private boolean takes(String line) {
        return takes(line.getBytes(StandardCharsets.UTF_8));
    }

    /** What was taken, as the writer writes it. */
    private String written() {
        StringWriter text = new StringWriter();
        JsonLinesWriter writer = new JsonLinesWriter(text, canonical::ordinal, symbols);
        EventDispatch.dispatch(canonical.type().id(), canonical.tick(), fields, null, writer);
        writer.flush();
        return text.toString().stripTrailing();
    }

    @Test
    void everyEventIsTakenAsItWasWrittenUnlessItIsNotPlain() {
        int taken = 0;
        List<String> lines = lines(3_000);
        for (String line : lines) {
            boolean plain =
                    line.chars().allMatch(c -> c < 0x80) && !line.contains("\\") && !line.matches(".*:[0-9]{19}.*");
            assertEquals(plain && !line.contains("\"symbol-defined\""), takes(line), line);
            if (takes(line)) {
                taken++;
                assertEquals(line, written());
            }
        }
        assertTrue(taken > 2_000, taken + " of " + lines.size());
    }

    /** So it can take nothing that {@link JsonLine} would read as another event, or would refuse. */
    @Test
    void aSpoiledLineIsTakenOnlyWhenItIsTheCanonicalLineOfWhatIsTaken() {
        List<String> lines = lines(500);
        int taken = 0;
        for (int round = 0; round < 60_000; round++) {
            Random random = new Random(SEED + round);
            byte[] line = lines.get(random.nextInt(lines.size())).getBytes(StandardCharsets.UTF_8);
            int at = random.nextInt(line.length);
            line[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : line[random.nextInt(line.length)]);
            if (takes(line)) {
                taken++;
                assertEquals(new String(line, StandardCharsets.UTF_8), written(), "seed " + (SEED + round));
            }
        }
        assertTrue(taken > 1_000, "only " + taken);
    }

    @Test
    void aLineThatIsCutOrGoesOnIsNotTaken() {
        for (String line : lines(100)) {
            if (!takes(line)) {
                continue;
            }
            for (int length = 0; length < line.length(); length++) {
                assertFalse(takes(line.substring(0, length)), line.substring(0, length));
            }
            assertFalse(takes(line + " "));
            assertFalse(takes(line + "}"));
        }
    }

    @Test
    void otherFormsOfTheSameEventAreNotTaken() {
        String line = "{\"ordinal\":1,\"tick\":2,\"event\":\"frame-cleared\",\"frame\":\"0x00105000\"}";
        assertTrue(takes(line));
        assertFalse(takes(line.replace(":1,", ": 1,")));
        assertFalse(takes(line.replace(":1,", ":01,")));
        assertFalse(takes(line.replace(":1,", ":1.0,")));
        assertFalse(takes(line.replace(":1,", ":1234567890123456789,")));
        assertFalse(takes(line.replace("0x0", "0x000")));
        assertFalse(takes(line.replace("105000", "105001")));
        assertFalse(takes(line.replace("frame-cleared", "frame-cleaned")));
        assertFalse(takes(line.replace("\"tick\":2,", "").replace("{", "{\"tick\":2,")));
    }
}
