package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
    private final Program program = new Program();

    @BeforeEach
    void nameATrace() {
        trace = temporary.resolve("t").toString();
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
        program.assertRefused(
                2,
                "not an ELF",
                "record",
                "-o",
                trace,
                "--kernel",
                file("k", "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)));
        program.assertRefused(
                2,
                "no-such",
                "record",
                "-o",
                trace,
                "--kernel",
                temporary.resolve("no-such").toString());
        program.assertRefused(2, "directory", "record", "-o", trace, "--kernel", temporary.toString());
        byte[] shipped = Files.readAllBytes(Path.of(
                "..", "recorder", "src", "main", "resources", "org", "pagetrail", "recorder", "kernel", "kernel.elf"));
        program.assertRefused(
                2, "k", "record", "-o", trace, "--kernel", file("k", java.util.Arrays.copyOf(shipped, 3000)));
        byte[] wide = shipped.clone();
        wide[4] = 2;
        program.assertRefused(2, "64-bit", "record", "-o", trace, "--kernel", file("k", wide));
        byte[] high = shipped.clone();
        // The physical address of the second program header.
        high[52 + 32 + 12 + 2] = (byte) 0x80;
        program.assertRefused(2, "segment", "record", "-o", trace, "--kernel", file("k", high));
        assertNothingRecorded();
    }

    @Test
    void aPlanThatCannotBeUsed() throws IOException {
        String overlap = plan("last: 0xff3fffff", "last: 0xff4fffff");
        program.assertRefused(2, ":5: region kernel-heap", "record", "-o", trace, "--plan", overlap);
        program.assertRefused(2, "overlaps", "record", "-o", trace, "--plan", overlap);
        program.assertRefused(2, "unknown key 'ramm'", "record", "-o", trace, "--plan", plan("ram:", "ramm:"));
        program.assertRefused(
                2, "inside a page", "record", "-o", trace, "--plan", plan("first: 0xbf800000", "first: 0xbf800010"));
        program.assertRefused(2, "does not exist", "record", "-o", trace, "--plan", trace + ".yaml");
        program.assertRefused(2, "does not exist", "plan", "show", trace + ".yaml");
        assertNothingRecorded();
    }

    @Test
    void aMachineThatThePlanDoesNotFit() throws IOException {
        program.assertRefused(2, "--ram", "record", "-o", trace, "--ram", "4M");
        program.assertRefused(2, "no size", "record", "-o", trace, "--ram", "much");
        program.assertRefused(2, "RAM", "record", "-o", trace, "--ram", "8G");
        program.assertRefused(2, "CR4.PSE", "record", "-o", trace, "--profile", "i486");
        program.assertRefused(2, "'vax' is not known", "record", "-o", trace, "--profile", "vax");
        String odd = file("odd.yaml", "name: odd\nways: 3\n".getBytes(StandardCharsets.UTF_8));
        program.assertRefused(2, "odd.yaml:2:1: unknown key 'ways'", "record", "-o", trace, "--profile", odd);
        program.assertRefused(2, "'life' is not known", "record", "-o", trace, "--scenario", "life");
        assertNothingRecorded();
    }

    @Test
    void aModuleThatCannotBeLoaded() throws IOException {
        program.assertRefused(
                2,
                "no-such",
                "record",
                "-o",
                trace,
                "--module",
                temporary.resolve("no-such").toString());
        program.assertRefused(2, "directory", "record", "-o", trace, "--module", temporary.toString());
        String large = file("large", new byte[20 << 20]);
        program.assertRefused(2, "large", "record", "-o", trace, "--ram", "16M", "--module", large);
        assertNothingRecorded();
    }

    @Test
    void anOutputThatIsThereIsKept() throws IOException {
        assertEquals(0, program.run("record", "-q", "-o", trace));
        byte[] before = Files.readAllBytes(Path.of(trace, "19700101F.cq4"));
        program.assertRefused(2, "--force", "record", "-q", "-o", trace);
        program.assertRefused(2, "-o", "record", "-q", "-o", trace);
        org.junit.jupiter.api.Assertions.assertArrayEquals(before, Files.readAllBytes(Path.of(trace, "19700101F.cq4")));
        assertEquals(0, program.run("record", "-q", "-o", trace, "--force", "--profile", "unit"));
        String text = file("text", new byte[] {'x'});
        program.assertRefused(2, "--force", "record", "-q", "-o", text, "--force");
        program.assertRefused(2, "exists", "view", trace, "-o", text);
        assertEquals("x", Files.readString(Path.of(text)));
    }

    @Test
    void anOutputThatCannotBeMade() {
        program.assertRefused(
                74,
                "parent directory",
                "record",
                "-q",
                "-o",
                temporary.resolve("none/t").toString());
        program.assertRefused(2, "t", "record", "-q", "-o", "");
    }

    @Test
    void aPlanThatPullsTheRugEndsInATripleFaultAndAClosedJournal() throws IOException {
        String plan = plan("  - {step: B1, first: 0x00000000, size: 3 GB, physical: 0x00000000, page: 4 MB}\n", "");
        assertEquals(0, program.run("record", "-q", "-o", trace, "--plan", plan), program.error());
        assertEquals(1, program.error().lines().count(), program.error());
        assertTrue(program.error().contains("triple-fault"), program.error());
        String out = temporary.resolve("out").toString();
        assertEquals(0, program.run("view", trace, "--event", "triple-faulted,machine-stopped", "-o", out));
        assertEquals(3, Files.readAllLines(Path.of(out)).size());
    }

    @Test
    void aPlanWhoseIdentityMapIsTooSmallLeavesAnIncompleteJournal() throws IOException {
        String plan = plan("first: 0x00000000, size: 3 GB", "first: 0x00000000, size: 4 MB");
        program.assertRefused(2, "identity map of 4,096 KB", "record", "-q", "-o", trace, "--plan", plan);
        assertTrue(program.error().contains("is incomplete"), program.error());
        program.assertRefused(3, "is incomplete", "hotspots", trace);
        assertEquals(
                0, program.run("view", trace, "-o", temporary.resolve("out").toString()));
        assertTrue(program.error().contains("is incomplete"), program.error());
    }

    @Test
    void whatIsNoTrace() throws IOException {
        String empty = Files.createDirectory(temporary.resolve("empty")).toString();
        String text = file("text", new byte[] {'x'});
        String lines = file("x.jsonl", "{\"event\":\"halt\"}\n".getBytes(StandardCharsets.UTF_8));
        for (String verb : new String[] {"info", "view", "state", "verify", "hotspots"}) {
            program.assertRefused(3, "does not exist", verb, trace);
            program.assertRefused(3, empty, verb, empty);
            program.assertRefused(3, text, verb, text);
            program.assertRefused(3, "x.jsonl:1", verb, lines);
        }
    }

    @Test
    void whatCannotBeCompared() throws IOException {
        assertEquals(0, program.run("record", "-q", "-o", trace));
        String none = temporary.resolve("none").toString();
        String empty = Files.createDirectory(temporary.resolve("empty")).toString();
        String out = temporary.resolve("out").toString();
        program.assertRefused(3, "none does not exist", "diff", trace, none, "-o", out);
        program.assertRefused(3, "none does not exist", "diff", none, trace, "-o", out);
        program.assertRefused(3, empty, "diff", trace, empty, "-o", out);
        String lines = temporary.resolve("half.jsonl").toString();
        assertEquals(0, program.run("view", trace, "--format", "jsonl", "-o", lines));
        String text = Files.readString(Path.of(lines));
        String half = file(
                "half.jsonl.cut.jsonl",
                text.substring(0, text.lastIndexOf("{\"trace\"")).getBytes(StandardCharsets.UTF_8));
        program.assertRefused(3, "cut.jsonl is incomplete", "diff", trace, half, "-o", out);
        program.assertRefused(3, "cut.jsonl is incomplete", "diff", half, trace, "-o", out);
        program.assertRefused(2, "NEW", "diff", trace);
        program.assertRefused(2, "'xml'", "diff", trace, trace, "--format", "xml");
        assertFalse(Files.exists(Path.of(out)), "nothing was written");
        program.assertRefused(2, "exists", "diff", trace, trace, "-o", lines);
    }

    @Test
    void pointsAndFiltersThatTheTraceDoesNotHave() {
        assertEquals(0, program.run("record", "-q", "-o", trace));
        String out = temporary.resolve("out").toString();
        program.assertRefused(2, "beyond the end", "state", trace, "--at", "999999999", "-o", out);
        program.assertRefused(2, "no phase 'X'", "state", trace, "--at", "phase:X", "-o", out);
        program.assertRefused(2, "no point", "state", trace, "--at", "-3", "-o", out);
        program.assertRefused(2, "no phase 'X'", "view", trace, "--phase", "X", "-o", out);
        program.assertRefused(2, "no event has the name 'nap'", "view", trace, "--event", "nap", "-o", out + 2);
        program.assertRefused(2, "no address", "view", trace, "--page", "here", "-o", out + 3);
        program.assertRefused(2, "--from", "view", trace, "--from", "9", "--to", "3", "-o", out + 4);
    }

    @Test
    void hotspotsThatCannotBeShown() throws IOException {
        assertEquals(0, program.run("record", "-q", "-o", trace));
        String out = temporary.resolve("out").toString();
        program.assertRefused(2, "-n -1", "hotspots", trace, "-n", "-1", "-o", out);
        program.assertRefused(2, "'many'", "hotspots", trace, "-n", "many", "-o", out);
        program.assertRefused(2, "'xml'", "hotspots", trace, "--format", "xml", "-o", out);
        program.assertRefused(2, "exists", "hotspots", trace, "-o", file("text", new byte[] {'x'}));
        program.assertRefused(
                74,
                "cannot be written",
                "hotspots",
                trace,
                "-o",
                temporary.resolve("none/t").toString());
        String whole = temporary.resolve("whole.jsonl").toString();
        assertEquals(0, program.run("view", trace, "--format", "jsonl", "-o", whole));
        java.util.List<String> lines = Files.readAllLines(Path.of(whole));
        Path cut = Files.write(temporary.resolve("cut.jsonl"), lines.subList(0, lines.size() - 1));
        program.assertRefused(3, "cut.jsonl is incomplete", "hotspots", cut.toString(), "-o", out);
        lines.set(50, "{}");
        Path damaged = Files.write(temporary.resolve("damaged.jsonl"), lines);
        program.assertRefused(3, "damaged.jsonl:51", "hotspots", damaged.toString(), "-o", out);
        assertFalse(Files.exists(Path.of(out)));
    }

    @Test
    void optionsThatThereAreNot() {
        program.assertRefused(2, "--bogus", "record", "--bogus");
        program.assertRefused(2, "TRACE", "info");
        program.assertRefused(2, "no command", new String[0]);
        program.assertRefused(2, "nosuch", "nosuch");
        program.assertRefused(2, "show or lint", "plan");
    }
}
