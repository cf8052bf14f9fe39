package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final String CLEAR = "\r\u001b[K";
    private static final long MILLISECOND = 1_000_000;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private long now = Long.MAX_VALUE - 500 * MILLISECOND;
    private long accesses;
    private double share = -1;
    private final Progress progress = new Progress(terminal, () -> now, () -> accesses, () -> share);

    /** What is on the terminal after so much more time. */
    private String after(long milliseconds) {
        bytes.reset();
        now += milliseconds * MILLISECOND;
        progress.update();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void workOfLessThanASecondShowsNothing() {
        accesses = 700;
        assertEquals("", after(0));
        assertEquals("", after(999));
        progress.close();
        assertEquals("", bytes.toString(StandardCharsets.UTF_8), "there is no line to remove");
    }

    @Test
    void theLineSaysAccessesAndRate() {
        accesses = 1_234_567;
        assertEquals(CLEAR + "1,234,567 accesses, 1,234,567 a second", after(1_000));
        accesses = 3_000_000;
        assertEquals(CLEAR + "3,000,000 accesses, 2,000,000 a second", after(500));
    }

    @Test
    void timeLeftIsSaidWhereItIsKnown() {
        accesses = 4_000;
        share = 0.25;
        assertEquals(CLEAR + "4,000 accesses, 2,000 a second, 25 % done, 6 s left", after(2_000));
        share = 1;
        assertEquals(CLEAR + "4,000 accesses, 1,000 a second, 100 % done, 0 s left", after(2_000));
        share = 0;
        assertEquals(CLEAR + "4,000 accesses, 800 a second", after(1_000), "nothing follows from nothing");
    }

    @Test
    void theLineIsGoneWhenTheWorkIsDone() {
        after(2_000);
        bytes.reset();
        progress.close();
        assertEquals(CLEAR, bytes.toString(StandardCharsets.UTF_8));
    }
}
