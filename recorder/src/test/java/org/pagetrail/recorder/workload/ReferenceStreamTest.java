package org.pagetrail.recorder.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.PlanFile;

class ReferenceStreamTest {
    private static final Plan PLAN = PlanFile.standard();
    private static final Pattern INSTRUCTIONS = Pattern.compile("guest instrs: +([0-9,]+)\n");

    @TempDir
    private Path directory;

    /** What a whole stream has. */
    private static final class Totals {
        private final Map<ReferenceKind, Long> kinds = new EnumMap<>(ReferenceKind.class);
        private final Set<String> regions = new TreeSet<>();
        private long records;

        Totals(Path file, boolean rebase) {
            try (ReferenceStream stream = ReferenceStream.open(file, PLAN, rebase, false)) {
                UserSpace space = new UserSpace(PLAN);
                while (stream.next()) {
                    long linear = Integer.toUnsignedLong(stream.linear());
                    assertTrue(space.contains(linear) && space.contains(linear + stream.size() - 1));
                    kinds.merge(stream.kind(), 1L, Long::sum);
                    regions.add(
                            space.inStack(linear) ? "stack" : linear < 0x4000_0000L ? "image and heap" : "libraries");
                }
                records = stream.records();
                assertEquals(Files.size(file), stream.bytesRead());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private Path written(String text) throws IOException {
        return Files.writeString(directory.resolve("references"), text);
    }

    private static List<String> all(Path file, boolean rebase) {
        List<String> accesses = new ArrayList<>();
        try (ReferenceStream stream = ReferenceStream.open(file, PLAN, rebase, false)) {
            while (stream.next()) {
                accesses.add(String.format(
                        Locale.ROOT, "%d: %s %08x %d", stream.line(), stream.kind(), stream.linear(), stream.size()));
            }
        }
        return accesses;
    }

    private static long instructions(byte[] text) {
        Matcher counted = INSTRUCTIONS.matcher(new String(text, StandardCharsets.ISO_8859_1));
        assertTrue(counted.find());
        return Long.parseLong(counted.group(1).replace(",", ""));
    }

    @Test
    void anAddressOutsideUserSpaceIsRefusedUnlessItMayMove() throws IOException {
        Path file = written("I  08049045,1\n S bfffff00,4\nI  0401ab70,3\n");
        String message = assertThrows(LackeyFormatException.class, () -> all(file, false))
                .getMessage();
        assertEquals(
                file + ":3: 0x0401ab70 is not in user space, 0x08048000 to 0xbfffffff; use --rebase to move such"
                        + " addresses into it",
                message);
        assertEquals(List.of("1: FETCH 08049045 1", "2: STORE bfffff00 4", "3: FETCH 4001ab70 3"), all(file, true));
    }

    @Test
    void anAccessThatReachesIntoKernelSpaceIsRefused() throws IOException {
        Path file = written(" S bffffffe,2\n S bffffffe,4\n");
        String message = assertThrows(LackeyFormatException.class, () -> all(file, false))
                .getMessage();
        assertTrue(message.startsWith(file + ":2: 0xc0000000 is not in user space"), message);
    }

    @Test
    void anAccessIsOneWhereItsPagesStayTogetherAndElseTwo() throws IOException {
        Path file = written("I  0040fffe,4\nI  007ffffd,5\nI  007fffff,1\n");
        assertEquals(List.of("1: FETCH 4000fffe 4", "2: FETCH 403ffffd 5", "3: FETCH 403fffff 1"), all(file, true));
        file = written("I  00400000,1\nI  01000000,1\n M 007ffffd,8\n S 0804b000,4\n");
        assertEquals(
                List.of(
                        "1: FETCH 40000000 1",
                        "2: FETCH 40400000 1",
                        "3: MODIFY 403ffffd 3",
                        "3: MODIFY 40800000 5",
                        "4: STORE 0804b000 4"),
                all(file, true));
    }

    @Test
    void aProgramThatIsTooLargeForUserSpaceIsRefused() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 734; i++) {
            text.append(String.format(Locale.ROOT, "I  %x,1\n", (1L << 40) + ((long) i << 22)));
        }
        Path file = written(text.toString());
        assertEquals(
                file + ":734: 0x100b7400000 is in one area of 4 MB more than the 733 that user space has room for;"
                        + " record a run that uses less memory",
                assertThrows(LackeyFormatException.class, () -> all(file, true)).getMessage());
    }

    @Test
    void aRunOfA64BitProgramFitsWhenItMayMove() {
        Path file = Recorded.copy("sort.lackey.gz", directory);
        assertThrows(LackeyFormatException.class, () -> new Totals(file, false));
        Totals totals = new Totals(file, true);
        assertEquals(Set.of("libraries", "stack"), totals.regions);
        assertEquals(Set.of(ReferenceKind.values()), totals.kinds.keySet());
        assertEquals(
                instructions(Recorded.text("sort.lackey.gz")),
                totals.kinds.get(ReferenceKind.FETCH),
                "no fetch is split");
    }

    @Test
    void aRunOfA32BitProgramStaysWhereItWasButForItsStack() {
        Path file = Recorded.copy("walk32.lackey.gz", directory);
        Totals totals = new Totals(file, true);
        assertEquals(Set.of("image and heap", "stack"), totals.regions);
        assertEquals(instructions(Recorded.text("walk32.lackey.gz")), totals.kinds.get(ReferenceKind.FETCH));
    }

    @Test
    void whatValgrindWritesNowIsRead() throws IOException, InterruptedException {
        assumeTrue(
                installed("gcc") && installed("valgrind"), "needs gcc and valgrind; the recorded runs are read anyway");
        Path source = directory.resolve("sort.c");
        Files.copy(ReferenceStreamTest.class.getResourceAsStream("sort.c"), source);
        run("gcc", "-O1", "-o", "sort", "sort.c");
        run("valgrind", "--tool=lackey", "--trace-mem=yes", "--log-file=sort.lackey", "./sort");
        Path file = directory.resolve("sort.lackey");
        Totals totals = new Totals(file, true);
        assertEquals(Set.of(ReferenceKind.values()), totals.kinds.keySet());
        assertTrue(totals.regions.contains("stack"));
        byte[] text = Files.readAllBytes(file);
        long fetches = new PlainLackey(text)
                .records.stream().filter(record -> record.contains("FETCH")).count();
        assertEquals(instructions(text), fetches);
        assertFalse(totals.records < fetches);
    }

    private static boolean installed(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still running");
        assertEquals(0, process.exitValue(), () -> output(command));
    }

    private String output(String... command) {
        try {
            return String.join(" ", command) + ": " + Files.readString(directory.resolve("output"));
        } catch (IOException e) {
            return String.join(" ", command);
        }
    }
}
