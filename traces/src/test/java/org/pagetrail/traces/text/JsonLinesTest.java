package org.pagetrail.traces.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.traces.Golden;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.RandomEvents;
import org.pagetrail.traces.event.ToldEvents;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;

/** The portable trace, both ways. */
class JsonLinesTest {
    private static final long SEED = 20_260_101;
    private static final String DIGEST = "ab".repeat(32);

    @TempDir
    Path temporary;

    static TraceHeader header() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        ObjectNode plan = json.objectNode().put("name", "higher-half-3g");
        plan.putArray("regions").addObject().put("first", "0xc0000000").put("size", 4194304);
        return new TraceHeader(
                TraceHeader.FORMAT,
                EventCatalog.DIGEST,
                "pagetrail 0.1.0",
                "ia32",
                "boot",
                7,
                64 << 20,
                plan,
                "cd".repeat(32),
                json.objectNode().put("name", "unit"),
                json.objectNode(),
                json.arrayNode(),
                json.objectNode());
    }

    private static TraceClosing closing(EventCounts counts) {
        return new TraceClosing(counts.total(), counts.lastTick(), DIGEST, counts.byId());
    }

    /** A whole trace as text; what is told also goes to {@code told}. */
    private static String written(ToldEvents told, int some) {
        StringWriter text = new StringWriter();
        EventCounts counts = new EventCounts();
        JsonLinesWriter writer = new JsonLinesWriter(text, () -> counts.total() - 1, new SymbolTable());
        writer.header(header());
        new RandomEvents(SEED, new EventTee(counts, new EventTee(told, writer)))
                .oneOfEach()
                .some(some);
        writer.closing(closing(counts));
        writer.flush();
        return text.toString();
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(temporary.resolve(name), text);
    }

    private static ToldEvents read(Path file) {
        ToldEvents told = new ToldEvents();
        try (JsonLinesReader reader = JsonLinesReader.open(file)) {
            reader.readAll(told);
        }
        return told;
    }

    private static String rewritten(Path file) {
        StringWriter text = new StringWriter();
        try (JsonLinesReader reader = JsonLinesReader.open(file)) {
            JsonLinesWriter writer = new JsonLinesWriter(text, reader::ordinal, new SymbolTable());
            writer.header(reader.header());
            reader.readAll(writer);
            writer.closing(reader.closing());
            writer.flush();
        }
        return text.toString();
    }

    @Test
    void everyEventIsReadBackAsItWasTold() throws IOException {
        ToldEvents told = new ToldEvents();
        String text = written(told, 5000);
        Path file = file("trace.jsonl", text);
        assertEquals(told.events(), read(file).events(), () -> "seed " + SEED);
        assertEquals(text, rewritten(file), () -> "seed " + SEED);
    }

    @Test
    void aCompressedTraceIsReadAlike() throws IOException {
        ToldEvents told = new ToldEvents();
        Path file = temporary.resolve("trace.jsonl.gz");
        Files.write(file, compressed(written(told, 100)));
        assertEquals(told.events(), read(file).events());
    }

    private static byte[] compressed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** The file is of format 1 and stays: a later version must read it. */
    @Test
    void aTraceOfFormat1IsReadAndWrittenByteForByte() throws IOException {
        Path golden = Golden.inModule("src/test/resources/org/pagetrail/traces/text/format-1.jsonl");
        if (!Files.exists(golden)) {
            Golden.assertIs(golden, written(new ToldEvents(), 0));
        }
        assertEquals(Files.readString(golden), rewritten(golden));
        assertEquals(
                EventCatalog.get().types().stream()
                        .filter(type -> type.since() == 1)
                        .count(),
                read(golden).events().size());
    }

    @Test
    void theFormOfEachKindIsTheDocumentedOne() {
        StringWriter text = new StringWriter();
        long[] ordinal = {6};
        SymbolTable symbols = new SymbolTable();
        JsonLinesWriter writer = new JsonLinesWriter(text, () -> ++ordinal[0], symbols);
        writer.symbolDefined(1, 3, "S\"5\n");
        writer.phaseBegan(2, 3);
        writer.pageMapped(3, 0x11, 768, 0, 0x183, 0xc000_0000L, 1, 0x10, 2);
        writer.tlbFilled(4, 3, 1, 2, -1, 0xc0000, 0x11063, 0x1_0000_0163L, 11, 1, 0, 0, 2);
        writer.pageFaulted(5, 0xffff_ffff_ffff_f000L, 7, 1, 2, 3, 1, 0);
        writer.controlRegisterWritten(6, 2, 0, 0x10, 0x100, 0x200, 0);
        writer.flush();
        assertEquals(
                List.of(
                        "{'ordinal':7,'tick':1,'event':'symbol-defined','id':3,'text':'S\\\"5\\n'}",
                        "{'ordinal':8,'tick':2,'event':'phase-began','symbol':'S\\\"5\\n'}",
                        "{'ordinal':9,'tick':3,'event':'page-mapped','table':'0x00011000','slot':768,'was':'0x00000000',"
                                + "'now':'0x00000183','linear':'0xc0000000','level':1,'directory':'0x00010000','cause':'became-live'}",
                        "{'ordinal':10,'tick':4,'event':'tlb-filled','tlb':'data-4k','set':1,'way':2,'secondLevelWay':null,"
                                + "'page':'0xc0000000','pde':'0x00011063','pte':'0x100000163','rights':'rwx-','dirty':true,"
                                + "'global':false,'cause':'miss','walkReferences':2}",
                        "{'ordinal':11,'tick':5,'event':'page-faulted','linear':'0xfffffffffffff000','errorCode':'0x00000007',"
                                + "'ip':'0x00000001','sp':'0x00000002','cpl':3,'ac':true,'walkReferences':0}",
                        "{'ordinal':12,'tick':6,'event':'control-register-written','register':'cr4','was':'0x00000000',"
                                + "'now':'0x00000010','ip':'0x00000100','sp':'0x00000200','cpl':0}"),
                text.toString()
                        .replace('"', '\'')
                        .replace("\\'", "\\\"")
                        .lines()
                        .toList());
    }

    @Test
    void aBareLineHasNeitherOrdinalNorTick() {
        StringWriter text = new StringWriter();
        JsonLinesWriter writer = JsonLinesWriter.bare(text, new SymbolTable());
        writer.frameCleared(17, 0x105);
        writer.flush();
        assertEquals("{\"event\":\"frame-cleared\",\"frame\":\"0x00105000\"}\n", text.toString());
    }

    @Test
    void symbolsThatAFilterDroppedAreKnownFromASharedTable() {
        StringWriter text = new StringWriter();
        SymbolTable symbols = new SymbolTable();
        symbols.symbolDefined(0, 4, "S6");
        JsonLinesWriter writer = JsonLinesWriter.bare(text, symbols);
        writer.phaseEnded(1, 4);
        writer.flush();
        assertEquals("{\"event\":\"phase-ended\",\"symbol\":\"S6\"}\n", text.toString());
    }

    @Test
    void nothingIsWrittenOfAnEventThatHasNoText() {
        StringWriter text = new StringWriter();
        JsonLinesWriter writer = new JsonLinesWriter(text, () -> 12, new SymbolTable());
        String message = assertThrows(TraceException.class, () -> writer.phaseBegan(0, 9))
                .getMessage();
        assertTrue(message.startsWith("event 12 (phase-began) has a 'symbol' of 9, which"), message);
        assertThrows(TraceException.class, () -> writer.machineStopped(0, 4));
        assertThrows(TraceException.class, () -> writer.machineStopped(0, -1));
        assertThrows(TraceException.class, () -> writer.frameCleared(0, 1L << 52));
        assertThrows(TraceException.class, () -> writer.framesFreed(0, 1, -1, 0));
        assertThrows(TraceException.class, () -> writer.modeSwitched(0, 0, 2));
        TreeMap<Integer, Long> counts = new TreeMap<>();
        counts.put(7, 1L);
        writer.flush();
        assertEquals("", text.toString());
        assertThrows(TraceException.class, () -> writer.closing(new TraceClosing(1, 0, "", counts)));
    }

    @Test
    void aSymbolTableRefusesTwoMeanings() {
        SymbolTable symbols = new SymbolTable();
        symbols.define(1, "B1");
        symbols.define(1, "B1");
        assertThrows(TraceException.class, () -> symbols.define(1, "B2"));
        assertThrows(TraceException.class, () -> symbols.define(2, "B1"));
        assertEquals("B1", symbols.text(1));
        assertEquals("#2", symbols.text(2));
        assertNull(symbols.find(2));
        assertEquals(1L, symbols.id("B1"));
        assertNull(symbols.id("B2"));
    }

    @Test
    void theLocaleOfTheMachineDoesNotMatter() {
        Locale before = Locale.getDefault();
        try {
            String here = written(new ToldEvents(), 200);
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertEquals(here, written(new ToldEvents(), 200));
            Locale.setDefault(Locale.forLanguageTag("tr-TR"));
            assertEquals(here, written(new ToldEvents(), 200));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aFailureToWriteIsPassedOn() {
        Writer full = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("no space");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        JsonLinesWriter writer = JsonLinesWriter.bare(full, new SymbolTable());
        writer.frameCleared(0, 1);
        assertEquals(
                "no space",
                assertThrows(UncheckedIOException.class, writer::flush)
                        .getCause()
                        .getMessage());
    }

    @Test
    void keysMayStandInAnyOrderAndSpacesBetweenThem() throws IOException {
        ToldEvents told = new ToldEvents();
        List<String> lines = new ArrayList<>(written(told, 50).lines().toList());
        Random random = new Random(SEED);
        for (int i = 1; i < lines.size() - 1; i++) {
            String inner = lines.get(i).substring(1, lines.get(i).length() - 1);
            List<String> members = new ArrayList<>(Arrays.asList(inner.split(",(?=\"\\w+\":)")));
            Collections.shuffle(members, random);
            lines.set(i, " { " + String.join(" , ", members) + "\t}\r");
        }
        assertEquals(
                told.events(),
                read(file("shuffled.jsonl", String.join("\n", lines))).events(),
                () -> "seed " + SEED);
    }

    @Test
    void ordinalsCountWhatWasTold() throws IOException {
        Path file = file("trace.jsonl", written(new ToldEvents(), 0));
        try (JsonLinesReader reader = JsonLinesReader.open(file)) {
            assertEquals(-1, reader.ordinal());
            long[] heard = {-1};
            while (reader.next(new ToldEvents())) {
                assertEquals(++heard[0], reader.ordinal());
            }
            assertEquals(EventCatalog.get().types().size() - 1, reader.ordinal());
            assertFalse(reader.next(new ToldEvents()));
        }
    }

    @Test
    void headerAndClosingRecordAreThoseThatWereWritten() throws IOException {
        Path file = file("trace.jsonl", written(new ToldEvents(), 10));
        try (JsonLinesReader reader = JsonLinesReader.open(file)) {
            assertEquals(header().toJson().toString(), reader.header().toJson().toString());
            TraceClosing early = reader.closing();
            assertTrue(reader.complete());
            assertEquals(DIGEST, early.digest());
            EventCounts counts = new EventCounts();
            reader.readAll(counts);
            assertEquals(closing(counts), reader.closing());
            assertEquals(early, reader.closing());
        }
    }

    @Test
    void aTraceWithoutItsEndIsIncompleteAndReadableUpToItsLastWholeLine() throws IOException {
        ToldEvents told = new ToldEvents();
        String text = written(told, 20);
        int headerEnd = text.indexOf('\n') + 1;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int length = headerEnd; length < bytes.length - 2; length += 13) {
            Path file = temporary.resolve("cut.jsonl");
            Files.write(file, Arrays.copyOf(bytes, length));
            String kept = new String(bytes, 0, length, StandardCharsets.UTF_8);
            long whole = kept.chars().filter(c -> c == '\n').count() - 1 + (kept.endsWith("}") ? 1 : 0);
            try (JsonLinesReader reader = JsonLinesReader.open(file)) {
                assertFalse(reader.complete());
                ToldEvents heard = new ToldEvents();
                reader.readAll(heard);
                assertEquals(told.events().subList(0, (int) whole), heard.events(), "cut at " + length);
                assertNull(reader.closing());
            }
        }
    }

    @Test
    void aCompressedTraceThatWasCutIsIncomplete() throws IOException {
        ToldEvents told = new ToldEvents();
        byte[] bytes = compressed(written(told, 3000));
        Path file = temporary.resolve("cut.jsonl.gz");
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        try (JsonLinesReader reader = JsonLinesReader.open(file)) {
            ToldEvents heard = new ToldEvents();
            reader.readAll(heard);
            assertFalse(reader.complete());
            assertTrue(heard.events().size() > 500);
            assertEquals(told.events().subList(0, heard.events().size()), heard.events());
        }
    }
}
