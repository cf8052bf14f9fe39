package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.JournalWriter;

/** {@code export} and {@code import}: from a journal to text and back, and what is refused on the way. */
class PortableTraceTest {
    private static final long SEED = 20_260_601;
    private static final int WORD = Integer.BYTES;
    private static final int METADATA = 1 << 30;

    @TempDir
    Path temporary;

    private final Program program = new Program();
    private String trace;

    @BeforeEach
    void nameATrace() {
        trace = temporary.resolve("boot.trace").toString();
    }

    static Stream<GoldenTracesTest.Golden> goldens() {
        return GoldenTracesTest.goldens();
    }

    private String at(String name) {
        return temporary.resolve(name).toString();
    }

    private void run(String... arguments) {
        assertEquals(ExitCodes.CLEAN, program.run(arguments), program::error);
    }

    private void record(String... options) {
        List<String> arguments = new ArrayList<>(List.of("record", "-q", "-o", trace, "--scenario", "boot"));
        arguments.addAll(List.of(options));
        run(arguments.toArray(String[]::new));
    }

    private String exported(String name, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("export", trace, "-o", at(name)));
        arguments.addAll(List.of(options));
        run(arguments.toArray(String[]::new));
        return Files.readString(Path.of(at(name)));
    }

    private static void assertSameFiles(Path one, Path other) throws IOException {
        List<String> names = names(one);
        assertEquals(names, names(other));
        for (String name : names) {
            assertArrayEquals(Files.readAllBytes(one.resolve(name)), Files.readAllBytes(other.resolve(name)), name);
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jsonl", "jsonl.gz"})
    void aRecordedBootComesBackByteForByte(String form) throws IOException {
        record("--profile", "skylake", "--ram", "128M");
        run("export", trace, "-o", at("boot." + form));
        run("import", at("boot." + form), "-q", "-o", at("again"));
        assertSameFiles(Path.of(trace), Path.of(at("again")));
        run("export", at("again"), "--format", form, "-o", at("again.text"));
        assertArrayEquals(
                Files.readAllBytes(Path.of(at("boot." + form))), Files.readAllBytes(Path.of(at("again.text"))));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void aGoldenTraceComesBackByteForByte(GoldenTracesTest.Golden golden) throws IOException {
        run("import", golden.file().toString(), "-q", "-o", trace);
        String text = new String(golden.text(), StandardCharsets.UTF_8);
        assertTrue(text.equals(exported("again.jsonl")), golden.toString());
    }

    @Test
    void anInterruptedRecordingComesBackByteForByte() throws IOException {
        Program.interrupted(Path.of(trace), 900);
        exported("cut.jsonl");
        run("import", at("cut.jsonl"), "-q", "-o", at("again"));
        assertSameFiles(Path.of(trace), Path.of(at("again")));
    }

    @Test
    void aHeaderWithOddValuesComesBackByteForByte() throws IOException {
        record();
        String odd = "{\"a\":0.1,\"b\":1.0E300,\"c\":123456789012345678901234567890,\"d\":-2147483649,"
                + "\"e\":\"caf\u00e9 \ud83d\ude00 \u2028 \\u0000 \\\" \\\\ / \",\"\":[null,true,[],{}]}";
        String text = exported("boot.jsonl")
                .replaceFirst("\"options\":\\{[^}]*}", java.util.regex.Matcher.quoteReplacement("\"options\":" + odd));
        Files.writeString(Path.of(at("odd.jsonl")), text);
        run("import", at("odd.jsonl"), "-q", "-o", at("odd"));
        run("export", at("odd"), "-o", at("odd-again.jsonl"));
        assertEquals(text, Files.readString(Path.of(at("odd-again.jsonl"))));
        run("import", at("odd-again.jsonl"), "-q", "-o", at("odd-again"));
        assertSameFiles(Path.of(at("odd")), Path.of(at("odd-again")));
    }

    @Test
    void blocksThatEndElsewhereComeBackAsTheHeaderSays() throws IOException {
        record();
        String text = exported("boot.jsonl").replace("\"events\":4096,\"bytes\":49152", "\"events\":100,\"bytes\":700");
        Files.writeString(Path.of(at("small.jsonl")), text);
        program.assertRefused(ExitCodes.TRACE, "digest is not that", "import", at("small.jsonl"), "-o", at("small"));
        run("import", at("small.jsonl"), "-q", "--reseal", "-o", at("small"));
        run("export", at("small"), "-o", at("again.jsonl"));
        run("import", at("again.jsonl"), "-q", "-o", at("again"));
        assertSameFiles(Path.of(at("small")), Path.of(at("again")));
        for (ByteBuffer document : documents(Files.readAllBytes(blocks(at("small"))))) {
            if (document.get(3) == 'B') {
                assertTrue(document.getInt(32) <= 100 && document.limit() < 700 + 100, document::toString);
            }
        }
    }

    private Path blocks(String of) {
        Path file = temporary.resolve("raw" + new java.io.File(of).getName());
        run("export", of, "--format", "blocks", "-o", file.toString());
        return file;
    }

    /** The documents in a queue's data file, or in a file of raw blocks. */
    private static List<ByteBuffer> documents(byte[] file) {
        List<ByteBuffer> documents = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + WORD <= file.length && bytes.getInt(at) > 0; ) {
            int head = bytes.getInt(at);
            int length = head & METADATA - 1;
            if ((head & METADATA) == 0) {
                documents.add(ByteBuffer.wrap(Arrays.copyOfRange(file, at + WORD, at + WORD + length))
                        .order(ByteOrder.LITTLE_ENDIAN));
            }
            at += WORD + length + WORD - 1 & -WORD;
        }
        return documents;
    }

    @Test
    void rawBlocksAreTheDocumentsOfTheJournal() throws IOException {
        record();
        byte[] data = Files.readAllBytes(Path.of(trace, "19700101F.cq4"));
        List<ByteBuffer> documents = documents(data);
        assertTrue(documents.size() > 8, documents::toString);
        assertEquals(documents, documents(Files.readAllBytes(blocks(trace))));
        run("export", trace, "-o", at("boot.jsonl"));
        assertEquals(documents, documents(Files.readAllBytes(blocks(at("boot.jsonl")))));
        program.assertRefused(
                ExitCodes.USAGE, "exported whole", "export", trace, "--format", "blocks", "--phase", "S5");
    }

    @Test
    void theFormIsTheOneThatIsSaidElseWhatTheFilesNameSays() throws IOException {
        record();
        String text = exported("boot.jsonl");
        assertEquals(text, exported("boot.json", "--format", "jsonl"));
        run("export", trace, "-o", at("boot.gz"));
        try (GZIPInputStream unpacked = new GZIPInputStream(Files.newInputStream(Path.of(at("boot.gz"))))) {
            assertEquals(text, new String(unpacked.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
        assertEquals(text, exported("plain.gz", "--format", "jsonl"));
        program.assertRefused(ExitCodes.USAGE, "no format", "export", trace, "--format", "xml");
        for (String name : List.of("boot.json", "boot.gz", "plain.gz")) {
            run("diff", trace, at(name), "-o", at(name + ".diff"));
        }
    }

    @Test
    void anExcerptSaysSoAndIsNoTrace() throws IOException {
        record();
        List<String> lines = exported("s5.jsonl", "--phase", "S5", "--event", "tlb-filled,page-mapped")
                .lines()
                .toList();
        JsonNode header = new ObjectMapper().readTree(lines.get(0));
        assertEquals(
                "{\"events\":[\"tlb-filled\",\"page-mapped\"],\"phase\":\"S5\",\"bare\":false}",
                header.get("excerpt").toString());
        JsonNode end = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        assertEquals(lines.size() - 2, end.get("events").asInt());
        assertEquals(
                lines.size() - 2,
                end.at("/counts/tlb-filled").asInt()
                        + end.at("/counts/page-mapped").asInt());
        run("view", trace, "--format", "jsonl", "--phase", "S5", "--event", "tlb-filled,page-mapped", "-o", at("v"));
        assertEquals(Files.readAllLines(Path.of(at("v"))), lines.subList(1, lines.size() - 1));
        for (String verb : List.of("info", "view", "verify", "export")) {
            program.assertRefused(ExitCodes.TRACE, "s5.jsonl:1: it is an excerpt", verb, at("s5.jsonl"), "-o", at("x"));
        }
        program.assertRefused(
                ExitCodes.TRACE, "it is an excerpt", "import", at("s5.jsonl"), "--reseal", "-o", at("again"));
        assertFalse(Files.exists(Path.of(at("again"))));
    }

    @Test
    void aBareExportLeavesOutOrdinalsAndTicks() throws IOException {
        record();
        List<String> whole = exported("whole.jsonl").lines().toList();
        List<String> bare = exported("bare.jsonl", "--bare").lines().toList();
        assertEquals(whole.size(), bare.size());
        for (int i = 1; i < whole.size() - 1; i++) {
            assertEquals(whole.get(i).replaceFirst("\"ordinal\":[0-9]+,\"tick\":[0-9]+,", ""), bare.get(i));
        }
        program.assertRefused(ExitCodes.TRACE, "it is an excerpt", "import", at("bare.jsonl"), "-o", at("again"));
        run("view", trace, "--bare", "--phase", "S6", "-n", "1", "-o", at("view"));
        assertEquals(
                List.of("phase event                    what", "S6    phase-began              S6"),
                Files.readAllLines(Path.of(at("view"))));
    }

    @Test
    void anUnknownPhaseLeavesNoFile() {
        record();
        program.assertRefused(ExitCodes.USAGE, "no phase 'X'", "export", trace, "--phase", "X", "-o", at("x.jsonl"));
        assertFalse(Files.exists(Path.of(at("x.jsonl"))));
    }

    @Test
    void aFileThatWasChangedIsRefusedByEveryVerbAndAcceptedWhenThatIsSaid() throws IOException {
        record();
        String text = exported("boot.jsonl");
        String changed = text.replaceFirst("\"dropped\":[0-9]+", "\"dropped\":77");
        assertFalse(text.equals(changed));
        Files.writeString(Path.of(at("changed.jsonl")), changed);
        String says = "changed.jsonl:" + text.lines().count() + ": the closing line's digest is not that";
        for (String verb : List.of("info", "view", "verify", "hotspots", "export")) {
            program.assertRefused(ExitCodes.TRACE, says, verb, at("changed.jsonl"), "-o", at("out-" + verb));
        }
        program.assertRefused(ExitCodes.TRACE, says, "import", at("changed.jsonl"), "-o", at("again"));
        assertFalse(Files.exists(Path.of(at("again"))));
        run("import", at("changed.jsonl"), "-q", "--reseal", "-o", at("again"));
        run("export", at("again"), "-o", at("sealed.jsonl"));
        List<String> sealed = Files.readAllLines(Path.of(at("sealed.jsonl")));
        List<String> lines = changed.lines().toList();
        assertEquals(lines.subList(0, lines.size() - 1), sealed.subList(0, lines.size() - 1));
        run("info", at("sealed.jsonl"), "-o", at("info"));
    }

    @Test
    void anEventThatWasTakenOutIsCountedAnewWhenThatIsSaid() throws IOException {
        record();
        List<String> lines = new ArrayList<>(exported("boot.jsonl").lines().toList());
        lines.remove(lines.size() - 2);
        Files.write(Path.of(at("less.jsonl")), lines);
        program.assertRefused(
                ExitCodes.TRACE, "the closing line counts", "import", at("less.jsonl"), "-o", at("again"));
        run("import", at("less.jsonl"), "-q", "--reseal", "-o", at("again"));
        try (TraceReader reader = Traces.open(Path.of(at("again")))) {
            assertEquals(lines.size() - 2, reader.closing().events());
            assertFalse(reader.closing().truncated());
        }
    }

    @Test
    void aFileWithoutItsEndIsRefusedAndClosedAsTruncatedWhenThatIsSaid() throws IOException {
        record();
        List<String> lines = exported("boot.jsonl").lines().toList();
        Files.write(Path.of(at("cut.jsonl")), lines.subList(0, 1000));
        program.assertRefused(
                ExitCodes.TRACE,
                "cut.jsonl:1001: the closing line is missing",
                "import",
                at("cut.jsonl"),
                "-o",
                at("t"));
        assertFalse(Files.exists(Path.of(at("t"))));
        run("import", at("cut.jsonl"), "-q", "--reseal", "-o", at("t"));
        try (TraceReader reader = Traces.open(Path.of(at("t")))) {
            assertTrue(reader.closing().truncated());
            assertEquals(999, reader.closing().events());
        }
        run("export", at("t"), "-o", at("t.jsonl"));
        run("import", at("t.jsonl"), "-q", "-o", at("t2"));
        assertSameFiles(Path.of(at("t")), Path.of(at("t2")));
    }

    @Test
    void theHeaderIsCheckedAsTheEventsAre() throws IOException {
        record();
        String text = exported("boot.jsonl");
        Files.writeString(
                Path.of(at("plan.jsonl")), text.replaceFirst("\"title\":\"kernel heap\"", "\"title\":\"heap\""));
        program.assertRefused(
                ExitCodes.TRACE,
                "plan.jsonl:1: the header's 'planDigest' is not that of its plan",
                "import",
                at("plan.jsonl"),
                "-o",
                at("again"));
        Files.writeString(Path.of(at("region.jsonl")), text.replaceFirst("\"last\":\"0xff3fffff\"", "\"last\":7"));
        program.assertRefused(ExitCodes.TRACE, "region.jsonl:1: ", "import", at("region.jsonl"), "-o", at("again"));
        Files.writeString(Path.of(at("tlb.jsonl")), text.replaceFirst("\"ways\":4", "\"ways\":0"));
        program.assertRefused(ExitCodes.TRACE, "tlb.jsonl:1: ", "import", at("tlb.jsonl"), "-o", at("again"));
        assertFalse(Files.exists(Path.of(at("again"))));
    }

    @Test
    void aJournalWhoseBlocksEndElsewhereThanItsHeaderSaysIsNotExported() {
        record();
        try (TraceReader reader = Traces.open(Path.of(trace));
                JournalWriter writer = JournalWriter.create(Path.of(at("odd")), reader.header(), false)) {
            for (int i = 0; i < 100; i++) {
                reader.next(writer);
            }
            writer.flush();
            reader.readAll(writer);
            writer.finish();
        }
        run("info", at("odd"), "-o", at("info"));
        for (String form : List.of("jsonl", "jsonl.gz", "blocks")) {
            program.assertRefused(
                    ExitCodes.TRACE, "its blocks end where", "export", at("odd"), "--format", form, "-o", at("x"));
            assertFalse(Files.exists(Path.of(at("x"))));
        }
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        record();
        String text = exported("boot.jsonl");
        Files.createDirectory(Path.of(at("empty")));
        for (String there : List.of(trace, at("boot.jsonl"), at("empty"))) {
            program.assertRefused(ExitCodes.USAGE, "overwrites nothing", "import", at("boot.jsonl"), "-o", there);
        }
        assertEquals(text, Files.readString(Path.of(at("boot.jsonl"))));
        program.assertRefused(ExitCodes.USAGE, "exists", "export", trace, "-o", at("boot.jsonl"));
        assertEquals(text, Files.readString(Path.of(at("boot.jsonl"))));
        program.assertRefused(ExitCodes.OUTPUT, "cannot be written", "import", at("boot.jsonl"), "-o", at("no/where"));
        program.assertRefused(ExitCodes.TRACE, "is a directory", "import", trace, "-o", at("again"));
        program.assertRefused(ExitCodes.USAGE, "-o", "import", at("boot.jsonl"));
    }

    /** Lines are cut, doubled, swapped and spoiled, bytes flipped: what comes of it is a journal or one line that says why not. */
    @Test
    void importNeverFailsButAsItSaysThatItDoes() throws IOException {
        record("--profile", "unit");
        List<String> lines = exported("boot.jsonl").lines().toList();
        List<String> few = new ArrayList<>(lines.subList(0, 120));
        few.add(lines.get(lines.size() - 1));
        int rounds = Boolean.getBoolean("pagetrail.soak") ? 20_000 : 300;
        TreeMap<Integer, Integer> ends = new TreeMap<>();
        Path file = Path.of(at("spoiled.jsonl"));
        for (int round = 0; round < rounds; round++) {
            long seed = SEED + round;
            Files.write(file, spoiled(few, new Random(seed)));
            String into = at("fuzz" + round);
            int code = program.run("import", file.toString(), "--reseal", "-q", "-o", into);
            assertTrue(
                    code == ExitCodes.CLEAN || code == ExitCodes.TRACE, () -> "seed " + seed + ": " + program.error());
            assertEquals(code == ExitCodes.CLEAN, Files.exists(Path.of(into)), () -> "seed " + seed);
            if (code == ExitCodes.TRACE) {
                String says = program.error();
                assertTrue(
                        says.startsWith("pagetrail: " + file) && says.lines().count() == 1 && says.contains("; "),
                        () -> "seed " + seed + ": " + says);
            } else {
                assertEquals(ExitCodes.CLEAN, program.run("info", into, "-o", at("info" + round)), program::error);
                deleteJournal(Path.of(into));
            }
            ends.merge(code, 1, Integer::sum);
        }
        assertEquals(2, ends.size(), ends::toString);
    }

    private static void deleteJournal(Path directory) throws IOException {
        for (String name : names(directory)) {
            Files.delete(directory.resolve(name));
        }
        Files.delete(directory);
    }

    private static byte[] spoiled(List<String> whole, Random random) {
        List<String> lines = new ArrayList<>(whole);
        for (int times = random.nextInt(3); times >= 0; times--) {
            int at = random.nextInt(lines.size());
            switch (random.nextInt(8)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
                case 2 ->
                    lines.set(
                            at,
                            lines.get(at)
                                    .substring(0, random.nextInt(lines.get(at).length() + 1)));
                case 3 -> lines.set(at, lines.get(at).replaceFirst("[0-9]+", Long.toString(random.nextLong())));
                case 4 ->
                    lines.set(at, lines.get(at).replaceFirst("0x[0-9a-f]+", "0x" + "f".repeat(random.nextInt(20))));
                case 5 -> lines.set(at, "[".repeat(random.nextInt(100_000)));
                case 6 -> lines.set(at, lines.get(at).replace(",", " ,\t"));
                default -> lines.set(at, lines.get(at).replace(':', (char) random.nextInt(0xd800)));
            }
            if (lines.isEmpty()) {
                break;
            }
        }
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        if (random.nextInt(3) == 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }
}
