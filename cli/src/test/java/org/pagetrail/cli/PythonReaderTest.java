package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.JournalWriter;

/** The reader in tools/, which was written from the documents alone, reads what this program writes. */
class PythonReaderTest {
    private static final String SCRIPT =
            Path.of("..", "tools", "read_trace.py").toAbsolutePath().normalize().toString();

    @TempDir
    Path temporary;

    private final Program program = new Program();
    private String trace;

    @BeforeEach
    void findPython() {
        trace = at("boot.trace");
        boolean there;
        try {
            there = new ProcessBuilder("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 8))")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            there = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            there = false;
        }
        assumeTrue(there, "no python3");
    }

    private String at(String name) {
        return temporary.resolve(name).toString();
    }

    private void run(String... arguments) {
        assertEquals(ExitCodes.CLEAN, program.run(arguments), program::error);
    }

    private static ChildProcess.Ended python(String file) {
        return ChildProcess.of(List.of("python3", SCRIPT, file)).run();
    }

    private static JsonNode read(String file) throws IOException {
        ChildProcess.Ended ended = python(file);
        assertEquals("", ended.err());
        assertEquals(0, ended.exitCode());
        return new ObjectMapper().readTree(ended.out());
    }

    private JsonNode info(String of) throws IOException {
        Path out = Files.createTempDirectory(temporary, "info").resolve("json");
        run("info", of, "--format", "json", "-o", out.toString());
        return new ObjectMapper().readTree(Files.readString(out));
    }

    private void assertReadAlike(String form) throws IOException {
        JsonNode info = info(trace);
        JsonNode read = read(form);
        assertEquals(info.get("counts"), read.get("counts"));
        assertEquals(info.get("events").asLong(), read.get("events").asLong());
        assertEquals(info.get("cycles").asLong(), read.get("lastTick").asLong());
        assertEquals(info.get("complete"), read.get("complete"));
        assertEquals(info.get("digest"), read.get("digest"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jsonl", "jsonl.gz", "blocks"})
    void whatExportWritesIsCountedAsInfoDoes(String form) throws IOException {
        run("record", "-q", "-o", trace, "--profile", "skylake");
        run("export", trace, "--format", form, "-o", at("exported"));
        assertReadAlike(at("exported"));
    }

    @Test
    void aJournalIsReadAsItIs() throws IOException {
        run("record", "-q", "-o", trace);
        assertReadAlike(trace);
    }

    @Test
    void everyEventOfTheVocabularyIsKnown() throws IOException {
        TraceHeader header;
        run("record", "-q", "-o", at("other"));
        try (TraceReader reader = Traces.open(Path.of(at("other")))) {
            header = reader.header();
        }
        try (JournalWriter journal = JournalWriter.create(Path.of(trace), header, false)) {
            long[] fields = new long[FlatEvents.MAX_FIELDS];
            TreeMap<Integer, Integer> told = new TreeMap<>();
            for (int round = 0; round < 3; round++) {
                for (EventType type : EventCatalog.get().types()) {
                    if (type.id() == EventId.SYMBOL_DEFINED && round > 0) {
                        continue;
                    }
                    EventDispatch.dispatch(
                            type.id(),
                            1000L * round,
                            fields,
                            type.id() == EventId.SYMBOL_DEFINED ? "caf\u00e9" : null,
                            journal);
                    fields[0] = 0;
                    fields[1] = round * 300L;
                    told.merge(type.id(), 1, Integer::sum);
                }
            }
            assertEquals(EventCatalog.get().types().size(), told.size());
            journal.finish();
        }
        assertReadAlike(trace);
    }

    @Test
    void anIncompleteTraceIsSaidToBeOne() throws IOException {
        run("record", "-q", "-o", at("other"));
        run("export", at("other"), "-o", at("whole"));
        List<String> lines = Files.readAllLines(Path.of(at("whole")));
        Files.write(Path.of(at("cut")), lines.subList(0, 500));
        JsonNode read = read(at("cut"));
        assertEquals("false", read.get("complete").toString());
        assertEquals(499, read.get("events").asInt());
        run("export", at("cut"), "--format", "blocks", "-o", at("blocks"));
        assertEquals(read, read(at("blocks")));
    }

    @Test
    void whatIsDamagedIsRefused() throws IOException {
        run("record", "-q", "-o", trace);
        run("export", trace, "--format", "blocks", "-o", at("blocks"));
        byte[] whole = Files.readAllBytes(Path.of(at("blocks")));
        for (int at = 100; at < whole.length; at += whole.length / 7) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(Path.of(at("damaged")), damaged);
            ChildProcess.Ended ended = python(at("damaged"));
            assertEquals(1, ended.exitCode(), "byte " + at + ": " + ended.out());
            assertTrue(ended.err().contains("byte"), ended.err());
        }
        run("export", trace, "-o", at("whole"));
        String text = Files.readString(Path.of(at("whole")));
        for (String damaged : List.of(
                text.replace("\"ordinal\":700,", "\"ordinal\":701,"),
                text.replaceFirst("\"tick\":9[0-9]+,", "\"tick\":1,"),
                text.replaceFirst("\n\\{\"ordinal\":2000,.*\n", "\n"),
                text.replace("\"tlb-filled\":", "\"tlb-filled\":1"))) {
            assertTrue(!damaged.equals(text));
            Files.writeString(Path.of(at("damaged")), damaged);
            assertEquals(1, python(at("damaged")).exitCode());
        }
    }
}
