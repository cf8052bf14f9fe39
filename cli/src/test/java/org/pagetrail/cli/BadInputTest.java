package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each mistake: one line that says what, where and what to do, the documented exit code, and nothing lost. */
class BadInputTest {
    @TempDir
    Path temporary;

    private String trace;
    private String error;

    @BeforeEach
    void nameATrace() {
        trace = temporary.resolve("t").toString();
    }

    private int run(String... arguments) {
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

    private void assertRefused(int code, String says, String... arguments) {
        int ended = run(arguments);
        assertEquals(code, ended, error);
        assertEquals(1, error.lines().count(), error);
        assertTrue(error.startsWith("pagetrail: ") && error.contains(says), error);
        assertFalse(error.contains("Exception"), error);
    }

    private String file(String name, byte[] content) throws IOException {
        return Files.write(temporary.resolve(name), content).toString();
    }

    private String plan(String right, String wrong) throws IOException {
        String text = Files.readString(Path.of("..", "plans", "higher-half-3g.yaml"));
        assertTrue(text.contains(right), right);
        return file("plan.yaml", text.replace(right, wrong).getBytes(StandardCharsets.UTF_8));
    }

    private void assertNothingRecorded() {
        assertFalse(Files.exists(Path.of(trace)), "nothing was recorded, so nothing is there");
    }

    @Test
    void aKernelThatCannotBeUsed() throws IOException {
        assertRefused(
                2,
                "not an ELF",
                "record",
                "-o",
                trace,
                "--kernel",
                file("k", "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)));
        assertRefused(
                2,
                "no-such",
                "record",
                "-o",
                trace,
                "--kernel",
                temporary.resolve("no-such").toString());
        assertRefused(2, "directory", "record", "-o", trace, "--kernel", temporary.toString());
        byte[] shipped = Files.readAllBytes(Path.of(
                "..", "recorder", "src", "main", "resources", "org", "pagetrail", "recorder", "kernel", "kernel.elf"));
        assertRefused(2, "k", "record", "-o", trace, "--kernel", file("k", java.util.Arrays.copyOf(shipped, 3000)));
        byte[] wide = shipped.clone();
        wide[4] = 2;
        assertRefused(2, "64-bit", "record", "-o", trace, "--kernel", file("k", wide));
        byte[] high = shipped.clone();
        // The physical address of the second program header.
        high[52 + 32 + 12 + 2] = (byte) 0x80;
        assertRefused(2, "segment", "record", "-o", trace, "--kernel", file("k", high));
        assertNothingRecorded();
    }

    @Test
    void aPlanThatCannotBeUsed() throws IOException {
        String overlap = plan("last: 0xff3fffff", "last: 0xff4fffff");
        assertRefused(2, "plan.yaml:", "record", "-o", trace, "--plan", overlap);
        assertRefused(2, "overlaps", "record", "-o", trace, "--plan", overlap);
        assertRefused(2, "unknown key 'ramm'", "record", "-o", trace, "--plan", plan("ram:", "ramm:"));
        assertRefused(
                2, "inside a page", "record", "-o", trace, "--plan", plan("first: 0xbf800000", "first: 0xbf800010"));
        assertRefused(2, "does not exist", "record", "-o", trace, "--plan", trace + ".yaml");
        assertRefused(2, "does not exist", "plan", "show", trace + ".yaml");
        assertNothingRecorded();
    }

    @Test
    void aMachineThatThePlanDoesNotFit() {
        assertRefused(2, "--ram", "record", "-o", trace, "--ram", "4M");
        assertRefused(2, "no size", "record", "-o", trace, "--ram", "much");
        assertRefused(2, "RAM", "record", "-o", trace, "--ram", "8G");
        assertRefused(2, "CR4.PSE", "record", "-o", trace, "--profile", "i486");
        assertRefused(2, "'vax' is not known", "record", "-o", trace, "--profile", "vax");
        assertRefused(2, "'life' is not known", "record", "-o", trace, "--scenario", "life");
        assertNothingRecorded();
    }

    @Test
    void aModuleThatCannotBeLoaded() throws IOException {
        assertRefused(
                2,
                "no-such",
                "record",
                "-o",
                trace,
                "--module",
                temporary.resolve("no-such").toString());
        assertRefused(2, "directory", "record", "-o", trace, "--module", temporary.toString());
        String large = file("large", new byte[20 << 20]);
        assertRefused(2, "large", "record", "-o", trace, "--ram", "16M", "--module", large);
        assertNothingRecorded();
    }

    @Test
    void anOutputThatIsThereIsKept() throws IOException {
        assertEquals(0, run("record", "-q", "-o", trace));
        byte[] before = Files.readAllBytes(Path.of(trace, "19700101F.cq4"));
        assertRefused(2, "--force", "record", "-q", "-o", trace);
        assertRefused(2, "-o", "record", "-q", "-o", trace);
        org.junit.jupiter.api.Assertions.assertArrayEquals(before, Files.readAllBytes(Path.of(trace, "19700101F.cq4")));
        assertEquals(0, run("record", "-q", "-o", trace, "--force", "--profile", "unit"));
        String text = file("text", new byte[] {'x'});
        assertRefused(2, "--force", "record", "-q", "-o", text, "--force");
        assertRefused(2, "exists", "view", trace, "-o", text);
        assertEquals("x", Files.readString(Path.of(text)));
    }

    @Test
    void anOutputThatCannotBeMade() {
        assertRefused(
                74,
                "parent directory",
                "record",
                "-q",
                "-o",
                temporary.resolve("none/t").toString());
        assertRefused(2, "t", "record", "-q", "-o", "");
    }

    @Test
    void aPlanThatPullsTheRugEndsInATripleFaultAndAClosedJournal() throws IOException {
        String plan = plan("  - {step: B1, first: 0x00000000, size: 3 GB, physical: 0x00000000, page: 4 MB}\n", "");
        assertEquals(0, run("record", "-q", "-o", trace, "--plan", plan), error);
        assertEquals(1, error.lines().count(), error);
        assertTrue(error.contains("triple-fault"), error);
        String out = temporary.resolve("out").toString();
        assertEquals(0, run("view", trace, "--event", "triple-faulted,machine-stopped", "-o", out));
        assertEquals(3, Files.readAllLines(Path.of(out)).size());
    }

    @Test
    void aPlanWhoseIdentityMapIsTooSmallLeavesAnIncompleteJournal() throws IOException {
        String plan = plan("first: 0x00000000, size: 3 GB", "first: 0x00000000, size: 4 MB");
        assertRefused(2, "identity map of 4,096 KB", "record", "-q", "-o", trace, "--plan", plan);
        assertTrue(error.contains("is incomplete"), error);
        assertRefused(3, "is incomplete", "hotspots", trace);
        assertEquals(0, run("view", trace, "-o", temporary.resolve("out").toString()));
        assertTrue(error.contains("is incomplete"), error);
    }

    @Test
    void whatIsNoTrace() throws IOException {
        String empty = Files.createDirectory(temporary.resolve("empty")).toString();
        String text = file("text", new byte[] {'x'});
        String lines = file("x.jsonl", "{\"event\":\"halt\"}\n".getBytes(StandardCharsets.UTF_8));
        for (String verb : new String[] {"info", "view", "state", "hotspots"}) {
            assertRefused(3, "does not exist", verb, trace);
            assertRefused(3, empty, verb, empty);
            assertRefused(3, text, verb, text);
            assertRefused(3, "x.jsonl:1", verb, lines);
        }
    }

    @Test
    void pointsAndFiltersThatTheTraceDoesNotHave() {
        assertEquals(0, run("record", "-q", "-o", trace));
        String out = temporary.resolve("out").toString();
        assertRefused(2, "beyond the end", "state", trace, "--at", "999999999", "-o", out);
        assertRefused(2, "no phase 'X'", "state", trace, "--at", "phase:X", "-o", out);
        assertRefused(2, "no point", "state", trace, "--at", "-3", "-o", out);
        assertRefused(2, "no phase 'X'", "view", trace, "--phase", "X", "-o", out);
        assertRefused(2, "no event has the name 'nap'", "view", trace, "--event", "nap", "-o", out + 2);
        assertRefused(2, "no address", "view", trace, "--page", "here", "-o", out + 3);
        assertRefused(2, "--from", "view", trace, "--from", "9", "--to", "3", "-o", out + 4);
    }

    @Test
    void hotspotsThatCannotBeShown() throws IOException {
        assertEquals(0, run("record", "-q", "-o", trace));
        String out = temporary.resolve("out").toString();
        assertRefused(2, "-n -1", "hotspots", trace, "-n", "-1", "-o", out);
        assertRefused(2, "'many'", "hotspots", trace, "-n", "many", "-o", out);
        assertRefused(2, "'xml'", "hotspots", trace, "--format", "xml", "-o", out);
        assertRefused(2, "exists", "hotspots", trace, "-o", file("text", new byte[] {'x'}));
        assertRefused(
                74,
                "cannot be written",
                "hotspots",
                trace,
                "-o",
                temporary.resolve("none/t").toString());
        String whole = temporary.resolve("whole.jsonl").toString();
        assertEquals(0, run("view", trace, "--format", "jsonl", "-o", whole));
        java.util.List<String> lines = Files.readAllLines(Path.of(whole));
        Path cut = Files.write(temporary.resolve("cut.jsonl"), lines.subList(0, lines.size() - 1));
        assertRefused(3, "cut.jsonl is incomplete", "hotspots", cut.toString(), "-o", out);
        lines.set(50, "{}");
        Path damaged = Files.write(temporary.resolve("damaged.jsonl"), lines);
        assertRefused(3, "damaged.jsonl:51", "hotspots", damaged.toString(), "-o", out);
        assertFalse(Files.exists(Path.of(out)));
    }

    @Test
    void optionsThatThereAreNot() {
        assertRefused(2, "--bogus", "record", "--bogus");
        assertRefused(2, "TRACE", "info");
        assertRefused(2, "no command", new String[0]);
        assertRefused(2, "nosuch", "nosuch");
        assertRefused(2, "show or lint", "plan");
    }
}
