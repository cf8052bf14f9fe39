package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The program in this process, with what it says on standard error. */
final class Program {
    private String error = "";

    /** Runs it; its exit code. */
    int run(String... arguments) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            return Main.run(arguments);
        } finally {
            System.setErr(before);
            error = bytes.toString(StandardCharsets.UTF_8);
        }
    }

    /** What the last run said on standard error. */
    String error() {
        return error;
    }

    /** Runs it: it must refuse, with this code and one line that says this. */
    void assertRefused(int code, String says, String... arguments) {
        int ended = run(arguments);
        assertEquals(code, ended, error);
        assertEquals(1, error.lines().count(), error);
        assertTrue(error.startsWith("pagetrail: ") && error.contains(says), error);
        assertFalse(error.contains("Exception"), error);
    }
}
